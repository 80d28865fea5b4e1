// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

namespace tritsim {

/// Which candidates no other one beats: one that is at least as good in everything and better in
/// something. `costs[i]` are those of candidate i, less being better; all have equal length.
[[nodiscard]] std::vector<bool> pareto_front(const std::vector<std::vector<double>>& costs);

}  // namespace tritsim
