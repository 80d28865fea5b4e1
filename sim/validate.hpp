// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/measurement.hpp"
#include "sim/result/result.hpp"
#include "sim/result/verdict.hpp"

namespace tritsim {

/// Builds every core of a board for vectors of `dim` elements (0: leaves it), and replaces every
/// memory by one that answers after `memory_latency_cycles` core cycles (0: leaves them). Throws
/// ConfigError if the core does not allow it.
void adapt(BoardSpec& board, std::uint32_t dim, std::uint32_t memory_latency_cycles);

/// Runs a board's case.
[[nodiscard]] Result run_case(const MeasurementSpec& measurement);

/// Runs the case and sets measurement and prediction side by side.
[[nodiscard]] Verdict judge(const MeasurementSpec& measurement, const std::string& source);

/// The same from a run of the case, which may have been priced with other coefficients.
[[nodiscard]] Verdict judge(const MeasurementSpec& measurement, const std::string& source,
                            const Result& result);

}  // namespace tritsim
