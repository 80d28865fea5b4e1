// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <functional>
#include <vector>

#include "sim/result/result.hpp"

// When the counts of a run's ops occurred.
namespace tritsim {

/// What a quantity follows over time: time itself, or a count of the ops.
enum Course : std::size_t { evenly, matrix_operations, elements, registers, memory, work, courses };

using Shares = std::array<double, courses>;

struct ActivityBins {
  Shares whole{};              ///< counts of the run
  std::vector<Shares> shares;  ///< of the whole, by bin of time
};

/// The ops of the kernels for which `counts` is true, in `bins` equal bins from `begin` to `end`. A
/// count of an op is equal in every step and spread over the op's cycles. An op ends where its
/// exposed cycles end and begins its busy time earlier, so that work hidden under a GO is parallel
/// to it. Kernels start with the run; where the host works between their launches, a step's ops are
/// stretched to the step.
[[nodiscard]] ActivityBins activity_over_time(
    const Result& result, Time begin, Time end, std::size_t bins,
    const std::function<bool(const KernelResult&)>& counts = {});

/// When a kernel is done with its last step; the run lasts `elapsed`.
[[nodiscard]] Time work_end(const Result& result, const KernelResult& kernel);

}  // namespace tritsim
