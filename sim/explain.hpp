// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "arch/board.hpp"
#include "arch/model.hpp"
#include "sim/result/op_placement.hpp"

namespace tritsim {

/// How a model lies on a board: every op of a token step, on each kernel that is not like one
/// before it, with all lanes at work (or `batch` sequences). Throws ConfigError with every op that
/// cannot run where it is put.
[[nodiscard]] std::vector<KernelPlacement> explain_mapping(const BoardSpec& board,
                                                           const ModelSpec& model,
                                                           std::uint32_t batch = 0);

}  // namespace tritsim
