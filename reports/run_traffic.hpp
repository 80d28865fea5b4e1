// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "sim/result/traffic_series.hpp"

namespace tritsim {

/// Time, bytes per second of each memory, and of all.
[[nodiscard]] std::string bandwidth_csv(const TrafficSeries& series);

}  // namespace tritsim
