// SPDX-License-Identifier: Apache-2.0
#include "models/dram/dram_law.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace tritsim {

DramLaw::DramLaw(const DramSpec& spec)
    : clock_(spec.clock),
      tick_(1.0 / spec.clock),
      front_end_(spec.controller.front_end.value),
      scheduling_(spec.controller.scheduling),
      queue_(spec.controller.queue),
      burst_shift_(
          static_cast<unsigned>(std::countr_zero(static_cast<std::uint64_t>(spec.burst().si())))),
      channels_(spec.channels, DramChannelLaw(spec)),
      powers_down_(spec.controller.power_down.has_value()) {
  if (spec.controller.port) ports_.emplace(*spec.controller.port);
}

Access DramLaw::serve(Time issue, std::uint64_t address, std::uint64_t bytes, bool write) {
  (write ? activity_.writes : activity_.reads) += 1;
  (write ? activity_.bytes_written : activity_.bytes_read) += bytes;
  if (!ports_) {
    const Access access = move(issue, address, bytes, write);
    return {access.first + front_end_, access.last + front_end_};
  }
  std::optional<Access> all;
  while (bytes > 0) {
    const PortLaw::Transaction t = ports_->head(address, bytes);
    Time entry = ports_->enter(t, issue, write);
    if (scheduling_ == DramScheduling::in_order) entry = entered_ = std::max(entry, entered_);
    Access memory = move(entry, address, t.bytes, write);
    memory.first += front_end_;
    memory.last += front_end_;
    const Access access = ports_->pass(t, memory, write);
    if (!all) all = access;
    all->first = std::min(all->first, access.first);
    all->last = std::max(all->last, access.last);
    address += t.bytes;
    bytes -= t.bytes;
  }
  return *all;
}

Access DramLaw::move(Time issue, std::uint64_t address, std::uint64_t bytes, bool write) {
  const Ticks arrival = ceil_ticks(issue);
  const std::uint64_t begin = address >> burst_shift_;
  const std::uint64_t end = ((address + bytes - 1) >> burst_shift_) + 1;
  DramChannelLaw::Span span{-1, 0};
  if (channels_.size() == 1) {
    DramChannelLaw& only = channels_.front();
    span = in_queue_ ? only.serve_queued(arrival, begin, end - begin, write)
                     : only.serve(arrival, begin, end - begin, write);
  } else {
    for (std::uint32_t c = 0; c < channels_.size(); ++c) {
      const AddressMap& map = channels_[c].map();
      const std::uint64_t from = map.below(begin, c);
      const std::uint64_t to = map.below(end, c);
      if (from == to) continue;
      const auto part = in_queue_ ? channels_[c].serve_queued(arrival, from, to - from, write)
                                  : channels_[c].serve(arrival, from, to - from, write);
      // The first burst is the one whose channel counts it in.
      if (map.below(begin + 1, c) > from) span.first = part.first;
      span.last = std::max(span.last, part.last);
    }
  }
  return {at(span.first), at(span.last)};
}

std::pair<std::uint32_t, std::uint64_t> DramLaw::locate(std::uint64_t address) const {
  const std::uint64_t burst = address >> burst_shift_;
  if (channels_.size() == 1) return {0, burst};
  const AddressMap& map = channels_.front().map();
  std::uint32_t c = 0;
  while (map.below(burst + 1, c) == map.below(burst, c)) ++c;
  return {c, map.below(burst, c)};
}

Time DramLaw::ready(std::uint64_t address) const {
  return at(channels_[locate(address).first].next_column());
}

void DramLaw::settle(Time end) {
  for (DramChannelLaw& c : channels_) c.settle(ceil_ticks(end));
}

MemoryActivity DramLaw::activity() const {
  MemoryActivity a = activity_;
  for (const DramChannelLaw& c : channels_) {
    accumulate(a, c.counts());
    a.busy += at(c.busy());
    a.active += at(c.active());
    a.down_open += at(c.down_open());
    a.down_closed += at(c.down_closed());
  }
  return a;
}

}  // namespace tritsim
