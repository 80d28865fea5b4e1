// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "sim/result/power_series.hpp"

namespace tritsim {

/// Power of every bin by component, watts; the first column is the begin of the bin.
[[nodiscard]] std::string power_csv(const PowerSeries& series);

}  // namespace tritsim
