// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reports/table.hpp"
#include "sim/result/op_placement.hpp"

namespace tritsim {

/// One row per op; equal ops of neighbouring blocks share a row.
[[nodiscard]] Table placement_table(const KernelPlacement& kernel);

/// One row per kind of op and place.
[[nodiscard]] Table placement_summary(const KernelPlacement& kernel);

}  // namespace tritsim
