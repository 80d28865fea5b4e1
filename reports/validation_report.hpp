// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "arch/document.hpp"
#include "reports/table.hpp"
#include "sim/result/verdict.hpp"

namespace tritsim {

/// Every case: measured, simulated, error, tolerance, verdict.
[[nodiscard]] Table verdict_table(const std::vector<Verdict>& verdicts);

/// Errors by quantity, predicted figures apart from those that something was fitted to.
[[nodiscard]] Table error_table(const std::vector<Verdict>& verdicts);

/// The same for machines: `cases`, `predicted`, `calibrated`, `ok`.
[[nodiscard]] Node validation_metrics(const std::vector<Verdict>& verdicts);

}  // namespace tritsim
