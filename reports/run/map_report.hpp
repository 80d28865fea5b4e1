// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "reports/text/table.hpp"
#include "sim/result/op_placement.hpp"

namespace tritsim {

/// One row per op; equal ops of neighbouring blocks share a row.
[[nodiscard]] Table placement_table(const KernelPlacement& kernel);

/// One row per kind of op and place.
[[nodiscard]] Table placement_summary(const KernelPlacement& kernel);

/// One row for every op of every kernel, its columns the keys of the JSON: plain numbers.
[[nodiscard]] std::string placement_csv(const std::vector<KernelPlacement>& kernels);

/// One row per kernel, kind of op and place; sums under the same keys.
[[nodiscard]] std::string placement_summary_csv(const std::vector<KernelPlacement>& kernels);

}  // namespace tritsim
