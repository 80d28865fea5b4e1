// SPDX-License-Identifier: Apache-2.0
#include "sim/run/recorder.hpp"

#include <algorithm>
#include <cmath>

namespace tritsim {

void split_shares(KernelResult& k) {
  for (const CoreUnitRow& unit : core_units) {
    Time* starved = k.activity.starved_of(unit.id);
    if (starved == nullptr) continue;
    const double cycles = *starved * k.core.clock;
    // A long sum of differences that are zero except for rounding.
    if (cycles < 1e-3) *starved = {};
    // Half a cycle, give or take the rounding of a long sum, is one.
    std::uint64_t& work = k.shares[unit.works];
    const auto waited =
        static_cast<std::uint64_t>(std::floor(*starved * k.core.clock + 0.5 + 1e-3));
    k.shares[unit.waits] = std::min(work, waited);
    work -= k.shares[unit.waits];
  }
  const std::uint64_t explained = k.shares.sum();
  k.shares[CycleCause::issue] = k.activity.cycles - std::min(k.activity.cycles, explained);
}

}  // namespace tritsim
