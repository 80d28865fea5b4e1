// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sim/plan/prompt_layout.hpp"
#include "sim/plan/system_plan.hpp"

namespace tritsim {

/// What is laid over the kernels of a board.
struct KernelWork {
  std::uint32_t sequences = 1;           ///< a lane each
  const PromptLayout* prompt = nullptr;  ///< or prompts, with lanes for their tokens
  bool every_kernel = false;             ///< simulate each; else equal kernels stand for each other
};

/// Puts the kernels of a board to work, pipeline by pipeline: a pipeline is as many kernels, one
/// after the other in the order of the board, as the mapping spreads the model over. Fills in the
/// plan's kernels, channels, tensor-parallel groups, pipelines and the hops of its stages. Adds a
/// problem if stages share a channel.
void place_kernels(const BoardSpec& board, const KernelWork& work, SystemPlan& plan,
                   Problems& problems);

}  // namespace tritsim
