// SPDX-License-Identifier: Apache-2.0
#include "models/tlm/memory.hpp"

#include "models/tlm/simulation_context.hpp"

namespace tritsim {
namespace {

bool reorders(const MemoryLaw& law) {
  const auto* dram = std::get_if<DramLaw>(&law);
  return dram != nullptr && dram->reorders();
}

}  // namespace

Memory::Memory(const sc_core::sc_module_name& name, const MemoryLaw& law, std::uint64_t capacity)
    : MemoryChannel(name, law), capacity_(capacity), reorders_(reorders(law)) {
  users.register_b_transport(this, &Memory::serve_user);
  users.register_transport_dbg(this, &Memory::debug_user);
}

Memory::Memory(const sc_core::sc_module_name& name, const MemorySpec& spec, Frequency requester)
    : Memory(name, make_memory_law(spec, requester),
             static_cast<std::uint64_t>(spec.capacity.si())) {
  ports_ = user_ports(spec);
}

void Memory::catch_up() {
  scheduler().advance(now());
}

StreamResult Memory::complete(StreamScheduler::Id id, bool alone) {
  return alone ? scheduler().finish(id) : wait_for_end(id);
}

StreamResult Memory::wait_for_end(StreamScheduler::Id id) {
  // Other streams that arrive meanwhile delay this one: if it is not finished at the predicted
  // time, a new prediction is made. Rarely another stream speeds it up, by a row left open or a
  // refresh moved; its times are right then too, but its sender learns of them only at the
  // predicted time.
  Time expected = scheduler().predict(id);
  for (;;) {
    wait_until(expected);
    scheduler().advance(expected);
    if (scheduler().finished(id)) break;
    expected = scheduler().predict(id);
  }
  const StreamResult result = scheduler().take(id);
  wait_until(result.finish);
  return result;
}

tlm::tlm_response_status Memory::status_of(const tlm::tlm_generic_payload& p) const {
  const std::uint64_t bytes = p.get_data_length();
  if (p.get_byte_enable_ptr() != nullptr) return tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE;
  if (bytes == 0 || p.get_streaming_width() < bytes) return tlm::TLM_BURST_ERROR_RESPONSE;
  if (p.get_data_ptr() == nullptr) return tlm::TLM_GENERIC_ERROR_RESPONSE;
  if (bytes > capacity_ || p.get_address() > capacity_ - bytes) {
    return tlm::TLM_ADDRESS_ERROR_RESPONSE;
  }
  return tlm::TLM_OK_RESPONSE;
}

void Memory::move(tlm::tlm_generic_payload& p) {
  if (p.is_write()) contents_.write(p.get_address(), p.get_data_ptr(), p.get_data_length());
  if (p.is_read()) contents_.read(p.get_address(), p.get_data_ptr(), p.get_data_length());
}

void Memory::access(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  serve(0, payload, delay);
}

void Memory::serve_user(int user, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  if (delay > sc_core::SC_ZERO_TIME) {
    wait_for(delay);
    delay = sc_core::SC_ZERO_TIME;
  }
  serve(static_cast<std::uint32_t>(user), payload, delay);
}

unsigned int Memory::debug_user(int /*user*/, tlm::tlm_generic_payload& payload) {
  return transport_dbg(payload);
}

void Memory::serve(std::uint32_t user, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  const tlm::tlm_response_status status = status_of(payload);
  payload.set_response_status(status);
  if (status != tlm::TLM_OK_RESPONSE || payload.get_command() == tlm::TLM_IGNORE_COMMAND) return;
  catch_up();
  StreamRequest request;
  request.start = now();
  request.address = payload.get_address();
  request.bytes = request.request_bytes = payload.get_data_length();
  request.beat_bytes = static_cast<double>(request.bytes);
  request.write = payload.is_write();
  request.port = ports_ > 0 ? user % ports_ : 0;
  const StreamScheduler::Id id = scheduler().submit(request);
  move(payload);
  // Requests that come later are served later, unless the controller reorders. Then all that come
  // at this time are looked at together, a tick later, which is long before an answer.
  if (reorders_) wait(sc_core::sc_get_time_resolution());
  const Time end = reorders_ ? wait_for_end(id).finish : scheduler().finish(id).finish;
  const sc_core::sc_time done = to_sc_time(end);
  if (done > sc_core::sc_time_stamp()) delay = done - sc_core::sc_time_stamp();
}

unsigned int Memory::transport_dbg(tlm::tlm_generic_payload& payload) {
  const tlm::tlm_response_status status = status_of(payload);
  payload.set_response_status(status);
  if (status != tlm::TLM_OK_RESPONSE) return 0;
  move(payload);
  return payload.get_command() == tlm::TLM_IGNORE_COMMAND ? 0 : payload.get_data_length();
}

}  // namespace tritsim
