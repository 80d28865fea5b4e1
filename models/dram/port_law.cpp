// SPDX-License-Identifier: Apache-2.0
#include "models/dram/port_law.hpp"

#include <algorithm>
#include <cmath>

namespace tritsim {

PortLaw::PortLaw(const ControllerPort& spec)
    : spec_(spec),
      beat_(1.0 / spec.clock),
      burst_bytes_(static_cast<std::uint64_t>(std::max(spec.width.si() * spec.burst, 0.0))),
      stripe_bytes_(spec.count > 1 && spec.stripe ? static_cast<std::uint64_t>(spec.stripe->si())
                                                  : 0),
      ports_(spec.count),
      shared_of_(spec.count, spec.shared.size()),
      shared_free_(spec.shared.size()) {
  for (auto& port : ports_) {
    for (Direction& d : port) d.answered.assign(spec.outstanding, Time{});
  }
  for (std::size_t s = 0; s < spec.shared.size(); ++s) {
    for (const std::uint32_t port : spec.shared[s].members) shared_of_[port] = s;
  }
}

PortLaw::Transaction PortLaw::head(std::uint64_t address, std::uint64_t bytes,
                                   std::uint32_t user) const {
  Transaction t{bytes, spec_.by_user() ? user : 0};
  if (stripe_bytes_ > 0) {
    t.port = static_cast<std::uint32_t>(address / stripe_bytes_ % spec_.count);
    t.bytes = std::min(t.bytes, stripe_bytes_ - address % stripe_bytes_);
  }
  if (burst_bytes_ > 0) t.bytes = std::min(t.bytes, burst_bytes_ - address % burst_bytes_);
  return t;
}

std::optional<Time> PortLaw::enter(const Transaction& t, Time issue, bool write,
                                   std::size_t in_flight) const {
  const Direction& d = ports_[t.port][write ? 1 : 0];
  const std::size_t most = d.answered.size();
  if (most == 0 || d.count + in_flight < most) return issue;
  if (in_flight >= most) return {};
  return std::max(issue, d.answered[(d.next + in_flight) % most] + beat_ * spec_.turnaround);
}

Access PortLaw::move(const Wire& wire, Time& free, std::uint64_t bytes, Access memory) {
  const double beats = std::ceil(static_cast<double>(bytes) / wire.bytes);
  const Time first = std::max(memory.first, free);
  const Time last = std::max(memory.last, first + wire.beat * (beats - 1));
  free = last + wire.beat + wire.gap;
  return {first, last};
}

Access PortLaw::pass(const Transaction& t, Access memory, bool write) {
  const std::size_t direction = write ? 1 : 0;
  if (const std::size_t s = shared_of_[t.port]; s < spec_.shared.size()) {
    const SharedPort& shared = spec_.shared[s];
    memory = move({shared.width.si(), 1.0 / shared.clock, Time{}}, shared_free_[s][direction],
                  t.bytes, memory);
  }
  Direction& d = ports_[t.port][direction];
  const Access access = move({spec_.width.si(), beat_, beat_ * spec_.gap}, d.free, t.bytes, memory);
  if (!d.answered.empty()) {
    d.answered[d.next] = access.last;
    d.next = d.next + 1 == d.answered.size() ? 0 : d.next + 1;
    ++d.count;
  }
  return access;
}

}  // namespace tritsim
