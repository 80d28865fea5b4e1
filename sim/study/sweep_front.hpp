// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

namespace tritsim {

/// The candidates that no other beats. One beats another if it is at least as good in every cost
/// and better in one. `costs[i]` are those of candidate i, less being better; all have equal
/// length.
[[nodiscard]] std::vector<bool> pareto_front(const std::vector<std::vector<double>>& costs);

}  // namespace tritsim
