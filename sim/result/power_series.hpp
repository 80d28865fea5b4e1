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
/// term is its share of what the term counts (additions, elements, bytes), equal in every step, and
/// it is spread over the op's cycles. An op ends where its exposed cycles end and begins as long
/// before as it was busy, so that work hidden under a GO is beside it. Kernels start with the run;
/// where the host works between their launches, a step's ops are stretched to the step.
[[nodiscard]] PowerSeries power_over_time(const Result& result, const EnergyAccount& account,
                                          Time begin, Time end, std::size_t bins);

/// When a kernel is done with its last step; the run lasts `elapsed`.
[[nodiscard]] Time work_end(const Result& result, const KernelResult& kernel);

}  // namespace tritsim
