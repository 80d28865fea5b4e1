// SPDX-License-Identifier: Apache-2.0
#include "models/tlm/memory_bridge.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>

#include "models/tlm/simulation_context.hpp"

namespace tritsim {
namespace {

constexpr Time resolution{1e-12};
constexpr Time unknown{std::numeric_limits<double>::infinity()};

}  // namespace

MemoryBridge::MemoryBridge(const sc_core::sc_module_name& name, Frequency requester,
                           const BridgeSettings& settings)
    : MemoryChannel(name, OutsideLaw{}), clock_(requester), settings_(settings) {
  if (settings.burst_bytes == 0) throw std::logic_error("a payload needs bytes");
  ++spare_;
  SC_THREAD(serve);
}

void MemoryBridge::serve() {
  tlm::tlm_generic_payload payload;
  std::vector<unsigned char> data(settings_.burst_bytes);
  payload.set_data_ptr(data.data());
  for (;;) {
    while (led_) wait(handover_);
    led_ = true;
    --spare_;
    lead(payload);
    ++spare_;
  }
}

/// Sends what is to be sent, until another process has taken over.
void MemoryBridge::lead(tlm::tlm_generic_payload& payload) {
  for (;;) {
    if (const auto burst = next_burst()) {
      if (!send(payload, *burst)) return;
      continue;
    }
    const Time next = next_time();
    if (next == unknown) {
      wait(changed_);
    } else {
      const sc_core::sc_time at = to_sc_time(next);
      const sc_core::sc_time& current = sc_core::sc_time_stamp();
      // Less than the resolution away: at the next tick.
      wait(at > current ? at - current : sc_core::sc_get_time_resolution(), changed_);
    }
  }
}

std::optional<MemoryBridge::Burst> MemoryBridge::next_burst() {
  const Time until = now() + resolution;
  if (!(slot_free() < until)) return {};
  if (!request_begun()) {
    const auto made = scheduler().next_request(until);
    if (!made) return {};
    requests_.emplace(made_++, Request{*made});
  }
  auto& [number, request] = *requests_.rbegin();
  const DramRequest& r = request.made;
  Burst burst{sent_++, number, request.sent,
              std::min(settings_.burst_bytes, r.bytes - request.sent),
              std::max(r.issue, slot_free())};
  request.sent += burst.bytes;
  if (settings_.outstanding > 0) {
    if (ends_.size() == settings_.outstanding) ends_.pop_front();
    ends_.emplace_back();
  }
  return burst;
}

bool MemoryBridge::request_begun() const {
  if (requests_.empty()) return false;
  const Request& last = requests_.rbegin()->second;
  return last.sent < last.made.bytes;
}

Time MemoryBridge::slot_free() const {
  if (settings_.outstanding == 0 || ends_.size() < settings_.outstanding) return {};
  return ends_.front().value_or(unknown);
}

Time MemoryBridge::next_time() const {
  return std::max(request_begun() ? Time{} : scheduler().next_issue(), slot_free());
}

/// Returns whether this process still leads.
bool MemoryBridge::send(tlm::tlm_generic_payload& payload, const Burst& burst) {
  if (spare_ == 0) {
    ++spare_;
    sc_core::sc_spawn([this] { serve(); }, sc_core::sc_gen_unique_name("serve"));
  }
  led_ = false;
  handover_.notify(sc_core::SC_ZERO_TIME);
  call(payload, burst);
  if (led_) return false;
  handover_.cancel();
  led_ = true;
  return true;
}

void MemoryBridge::call(tlm::tlm_generic_payload& payload, const Burst& burst) {
  const DramRequest& r = requests_.at(burst.request).made;
  payload.set_command(r.write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  payload.set_address(r.address + burst.offset);
  payload.set_data_length(static_cast<unsigned>(burst.bytes));
  payload.set_streaming_width(static_cast<unsigned>(burst.bytes));
  payload.set_byte_enable_ptr(nullptr);
  payload.set_byte_enable_length(0);
  payload.set_dmi_allowed(false);
  payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  const sc_core::sc_time sent = sc_core::sc_time_stamp();
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  forward(r.port, payload, delay);
  if (!payload.is_response_ok()) {
    const std::string reason =
        fmt::format("{}: the memory answers {} of {} bytes at 0x{:x} with {}", name(),
                    r.write ? "a WRITE" : "a READ", burst.bytes, r.address + burst.offset,
                    payload.get_response_string());
    SC_REPORT_ERROR("tritsim", reason.c_str());
  }
  book(burst, at_edge(burst.issue + from_sc_time(sc_core::sc_time_stamp() - sent + delay)));
}

void MemoryBridge::book(const Burst& burst, Time end) {
  if (settings_.outstanding > 0) {
    const std::uint64_t back = sent_ - burst.number;  // 1: the last that was sent
    if (back <= ends_.size()) ends_[ends_.size() - back] = end;
  }
  Request& request = requests_.at(burst.request);
  if (burst.offset == 0) request.access.first = end;
  request.access.last = std::max(request.access.last, end);
  request.answered += burst.bytes;
  if (request.answered == request.made.bytes) {
    scheduler().answer(request.made.tag, request.access);
    requests_.erase(burst.request);
  }
  changed_.notify();
  answered_.notify();
}

Time MemoryBridge::at_edge(Time t) const {
  const double cycles = t * clock_;
  const double edge = std::round(cycles);
  const bool close = std::abs(cycles - edge) <= resolution * clock_ * 1.0001;
  return close ? cycles_to_time(edge, clock_) : t;
}

StreamResult MemoryBridge::complete(StreamScheduler::Id id, bool /*alone*/) {
  while (!scheduler().finished(id)) wait(answered_);
  const StreamResult result = scheduler().take(id);
  wait_until(result.finish);
  return result;
}

MemoryActivity MemoryBridge::settle(Time end) {
  const MemoryActivity asked = MemoryChannel::settle(end);
  return report ? report(end) : asked;
}

}  // namespace tritsim
