// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "arch/board/board.hpp"
#include "arch/workload/model.hpp"
#include "sim/result/op_placement.hpp"

namespace tritsim {

/// Placement of a model on a board: every op of a token step, on each kernel that differs from
/// those before it, with the workload's batch and context; all lanes work unless there are fewer
/// sequences. What does not fit is shown all the same. Throws ConfigError with every op that cannot
/// run where it is placed.
[[nodiscard]] ModelPlacement explain_mapping(const BoardSpec& board, const ModelSpec& model,
                                             const Workload& workload = {});

}  // namespace tritsim
