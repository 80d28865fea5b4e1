// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "sim/result/traffic_series.hpp"

namespace tritsim {

/// Time, bytes per second of each memory, and of all; the last column is the name of its `run`.
[[nodiscard]] std::string bandwidth_csv(const TrafficSeries& series, const std::string& run);

}  // namespace tritsim
