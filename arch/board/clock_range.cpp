// SPDX-License-Identifier: Apache-2.0
#include "arch/board/clock_range.hpp"

#include <algorithm>
#include <cmath>

#include "arch/board/core_parts.hpp"

namespace tritsim {
namespace {

using End = Time Coefficient<Time>::*;

double seconds(const PathDelays& d, const PartCounts& c, double doublings, End end) {
  return (d.registers.*end).si() + c.path_levels * (d.level.*end).si() +
         c.path_carries * (d.carry.*end).si() + doublings * (d.fan_out.*end).si();
}

}  // namespace

std::optional<ClockRange> clock_range(const BoardSpec& board, const CoreGroup& group) {
  const auto& delays = board.device.family.paths;
  if (!delays) return {};
  const double chunk = double{1} * group.core.activation_bits() * group.core.elements_per_cycle;
  const double doublings = std::log2(std::max<double>({chunk, double{1} * group.lanes, 1}));
  const auto time = [&](const CorePart& p) {
    return seconds(*delays, p.counts, doublings, &Coefficient<Time>::value);
  };
  const std::vector<CorePart> parts = parts_of(group);
  const auto slowest =
      std::max_element(parts.begin(), parts.end(),
                       [&](const CorePart& a, const CorePart& b) { return time(a) < time(b); });
  if (slowest == parts.end()) return {};
  const auto clock = [&](End end) {
    return Frequency{1 / seconds(*delays, slowest->counts, doublings, end)};
  };
  return ClockRange{slowest->unit, slowest->counts.path_levels, clock(&Coefficient<Time>::high),
                    clock(&Coefficient<Time>::value), clock(&Coefficient<Time>::low)};
}

}  // namespace tritsim
