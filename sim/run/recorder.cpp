// SPDX-License-Identifier: Apache-2.0
#include "sim/run/recorder.hpp"

#include <cmath>

namespace tritsim {

void split_shares(KernelResult& k) {
  // A long sum of differences that are all zero but for their rounding.
  const auto is_nothing = [&](Time t) { return t * k.core.clock < 1e-3; };
  if (is_nothing(k.activity.starved)) k.activity.starved = {};
  if (auto& attention = k.activity.attention; attention && is_nothing(attention->starved)) {
    attention->starved = {};
  }
  // Half a cycle, give or take the rounding of a long sum, is one.
  const double starved = std::floor(k.activity.starved * k.core.clock + 0.5 + 1e-3);
  k.shares.weights = std::min(k.shares.ternary, static_cast<std::uint64_t>(starved));
  k.shares.ternary -= k.shares.weights;
  if (k.activity.attention) {
    const double waited = std::round(k.activity.attention->starved * k.core.clock);
    k.shares.cache = std::min(k.shares.attention, static_cast<std::uint64_t>(waited));
    k.shares.attention -= k.shares.cache;
  }
  const CycleShares& s = k.shares;
  const std::uint64_t explained = s.ternary + s.weights + s.ternary_vectors + s.load_store +
                                  s.row_wise + s.rms + s.attention + s.cache +
                                  s.exchange.value_or(0);
  k.shares.issue = k.activity.cycles - std::min(k.activity.cycles, explained);
}

}  // namespace tritsim
