// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "sim/result/power_series.hpp"

namespace tritsim {

/// Power of every bin by component, watts; the first column is the start of the bin, the last one
/// the name of its `run`.
[[nodiscard]] std::string power_csv(const PowerSeries& series, const std::string& run);

}  // namespace tritsim
