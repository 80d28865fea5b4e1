// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/board/device_fit.hpp"
#include "sim/result/result.hpp"

namespace tritsim {

/// Whether a run fits the board's device, and the memories when they are fullest.
[[nodiscard]] FitVerdict fit_of(const Result& result);

}  // namespace tritsim
