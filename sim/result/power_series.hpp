// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/result/energy.hpp"

namespace tritsim {

/// Energy of a run in equal bins of time, per component. Exact in energy: over a whole run the bins
/// of a component sum to its energy.
struct PowerSeries {
  Time begin;
  Time bin;
  std::vector<std::string> components;
  std::vector<std::vector<double>> energy;  ///< joules, by component and bin

  [[nodiscard]] std::size_t bins() const { return energy.empty() ? 0 : energy.front().size(); }

  /// All components in one bin.
  [[nodiscard]] Energy total(std::size_t at) const;

  [[nodiscard]] Power power(std::size_t at) const { return total(at) / bin; }

  /// The bin of the highest power.
  [[nodiscard]] std::size_t peak() const;
};

/// Static terms and refreshes are spread over the run. The rest follows the ops: an op's share of a
/// term is its share of what the term counts (additions, elements, bytes), when the op did it
/// (activity_over_time).
[[nodiscard]] PowerSeries power_over_time(const Result& result, const EnergyAccount& account,
                                          Time begin, Time end, std::size_t bins);

}  // namespace tritsim
