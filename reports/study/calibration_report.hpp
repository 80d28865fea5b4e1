// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "reports/text/table.hpp"
#include "sim/result/calibration.hpp"

namespace tritsim {

/// Parameters with their fitted values and how well they are determined; cases with their errors.
[[nodiscard]] std::vector<Table> calibration_tables(const Calibration& calibration);

}  // namespace tritsim
