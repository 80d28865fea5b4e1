// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/study/measurement.hpp"
#include "sim/result/result.hpp"
#include "sim/result/verdict.hpp"
#include "sim/study/case_runs.hpp"

namespace tritsim {

/// The board of a case, with its host and mapping, built as the case says. Throws ConfigError.
[[nodiscard]] BoardSpec board_of(const MeasurementSpec& measurement);

/// Runs a board's case, on its board_of() or on a variant of that.
[[nodiscard]] Result run_case(const MeasurementSpec& measurement);
[[nodiscard]] Result run_case(const MeasurementSpec& measurement, const BoardSpec& board);

/// Runs the case and sets measurement and prediction side by side. `runs`: kept for other cases; or
/// none.
[[nodiscard]] Verdict judge(const MeasurementSpec& measurement, const std::string& source,
                            CaseRuns* runs = nullptr);

/// The same with the range of the prediction: of a time from runs with each latency and rate at the
/// ends of its range, of an energy from its coefficients as well.
[[nodiscard]] Verdict judge_with_range(const MeasurementSpec& measurement,
                                       const std::string& source, CaseRuns* runs = nullptr);

/// The same without a range from a run of the case, which may have been priced with other
/// coefficients.
[[nodiscard]] Verdict judge(const MeasurementSpec& measurement, const std::string& source,
                            const Result& result);

}  // namespace tritsim
