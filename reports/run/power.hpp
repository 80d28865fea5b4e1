// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "sim/result/power_series.hpp"

namespace tritsim {

/// Power of every bin by component, watts; the first column is the begin of the bin, the last one
/// what `run` it is of.
[[nodiscard]] std::string power_csv(const PowerSeries& series, const std::string& run);

}  // namespace tritsim
