// SPDX-License-Identifier: Apache-2.0
#include "models/memory/memory_law.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace tritsim {
namespace {

void count(MemoryActivity& a, std::uint64_t bytes, bool write) {
  (write ? a.writes : a.reads) += 1;
  (write ? a.bytes_written : a.bytes_read) += bytes;
}

}  // namespace

Access SramLaw::serve(Time issue, std::uint64_t /*address*/, std::uint64_t bytes, bool write) {
  count(activity_, bytes, write);
  const double beats = std::ceil(static_cast<double>(bytes) / spec_.width.si());
  std::size_t port = spec_.double_buffered && write ? 2 : 0;
  if (spec_.ports == RamPorts::simple_dual) port += write ? 1 : 0;
  if (spec_.ports == RamPorts::true_dual && free_[port + 1] < free_[port]) ++port;
  const Time start = std::max(issue, free_[port]);
  const Time occupied = cycles_to_time(beats, spec_.clock);
  free_[port] = start + occupied;
  activity_.busy += occupied;
  const Time first = start + latency_;
  return {first, first + cycles_to_time(beats - 1, spec_.clock)};
}

Access SimpleMemoryLaw::serve(Time issue, std::uint64_t /*address*/, std::uint64_t bytes,
                              bool write) {
  count(activity_, bytes, write);
  const Time begin = std::max(issue, free_);
  const Time moving = Bytes{static_cast<double>(bytes)} / spec_.bandwidth;
  free_ = begin + moving;
  activity_.busy += moving;
  return {begin + spec_.latency, begin + spec_.latency + moving};
}

Access FixedLatencyLaw::serve(Time issue, std::uint64_t /*address*/, std::uint64_t bytes,
                              bool write) {
  count(activity_, bytes, write);
  Time answer = issue + latency_;
  const double cycles = answer * clock_;
  const double edge = std::round(cycles);
  if (std::abs(cycles - edge) < 1e-6) answer = cycles_to_time(edge, clock_);
  return {answer, answer};
}

void OutsideLaw::count(std::uint64_t bytes, bool write) {
  tritsim::count(activity_, bytes, write);
}

Access OutsideLaw::serve(Time /*issue*/, std::uint64_t /*address*/, std::uint64_t /*bytes*/,
                         bool /*write*/) {
  throw std::logic_error("a memory outside answers by itself");
}

MemoryLaw make_memory_law(const MemorySpec& spec, Frequency requester) {
  if (spec.dram) return DramLaw(*spec.dram);
  if (spec.sram) return SramLaw(*spec.sram, spec.capacity);
  if (spec.simple) return SimpleMemoryLaw(*spec.simple);
  return FixedLatencyLaw(*spec.fixed, requester);
}

}  // namespace tritsim
