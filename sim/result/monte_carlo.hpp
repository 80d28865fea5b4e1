// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "sim/result/energy.hpp"

namespace tritsim {

/// Energy, time and power of a run under random coefficients.
struct MonteCarlo {
  static constexpr std::array<double, 5> percents{5, 25, 50, 75, 95};
  template <class T>
  using Percentiles = std::array<T, percents.size()>;

  std::uint32_t samples = 0;
  std::uint64_t seed = 0;
  Percentiles<Energy> energy{};  ///< of the total
  Percentiles<double> time{};    ///< of the run's time over its value; 1 if nothing moves it
  Percentiles<Energy> power{};   ///< of the total over that: divided by the run's time, its power
};

/// Prices the account, times included, `samples` (at least 1) times with random coefficients. Each
/// is drawn once per sample, for all terms that have it and together with those of a common source,
/// independent of the others, from a two-piece normal distribution: its median is the value, its
/// 5th and 95th percentiles are low and high, what falls below zero counts as zero. For symmetric
/// ranges of coefficients that are not multiplied with each other the 5th and 95th percentiles
/// converge to the range of EnergyAccount::total. The same seed gives the same numbers.
[[nodiscard]] MonteCarlo monte_carlo(const EnergyAccount& account, std::uint32_t samples,
                                     std::uint64_t seed);

}  // namespace tritsim
