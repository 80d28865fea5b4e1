// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "arch/base/document.hpp"
#include "reports/page/page.hpp"
#include "sim/result/part_verdict.hpp"
#include "sim/result/verdict.hpp"

namespace tritsim {

/// Every measured case: measured, simulated, error, tolerance, verdict.
[[nodiscard]] Table verdict_table(const std::vector<Verdict>& verdicts);

/// Bias and spread of each quantity of each piece of hardware.
[[nodiscard]] Table bias_table(const std::vector<ErrorGroup>& groups);

/// Errors of single kernels of processors, by kind; no rows without any.
[[nodiscard]] Table kernel_table(const std::vector<Verdict>& verdicts);

/// The figures that were not measured but projected, beside the simulated ones.
[[nodiscard]] Table projected_table(const std::vector<Verdict>& verdicts);

/// Errors by quantity, predicted figures apart from those that something was fitted to.
[[nodiscard]] Table error_table(const std::vector<Verdict>& verdicts);

/// How many measured figures lie inside the ranges of the simulated ones, by quantity.
[[nodiscard]] Table coverage_table(const std::vector<Verdict>& verdicts);

/// The same for machines: `cases`, `coverage`, `groups` (bias and spread), `predicted`,
/// `calibrated`, `ok`.
[[nodiscard]] Node validation_metrics(const std::vector<Verdict>& verdicts);

/// The cases one a line, for spreadsheets.
[[nodiscard]] std::string validation_csv(const std::vector<Verdict>& verdicts);

/// The errors of all hardware in one picture, simulated over measured by quantity, every case,
/// parts beside the area law, sources.
[[nodiscard]] Page validation_page(const std::vector<Verdict>& verdicts,
                                   const std::vector<PartVerdict>& parts, const std::string& tool);

}  // namespace tritsim
