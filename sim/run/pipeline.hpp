// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/plan/system_plan.hpp"
#include "sim/result/result.hpp"

namespace tritsim {

/// Of a pipeline, whose stages were simulated each on its own without a pause: puts them one behind
/// the other (models/host/pipeline_law.hpp), counts the work of all groups of sequences, and adds
/// the host's ends.
void join_stages(const SystemPlan& plan, const BoardSpec& board, std::uint32_t first_step,
                 Result& result);

/// Bytes that a kernel hands to its like in the next stage, in a step of one group of sequences;
/// from the last stage to the first, the next tokens.
[[nodiscard]] std::uint64_t bytes_handed_on(const SystemPlan& plan, const KernelPlan& kernel);

/// What the kernels of a plan exchange, and how they are arranged.
[[nodiscard]] ParallelResult parallel_result(const SystemPlan& plan, const BoardSpec& board,
                                             const Result& result);

}  // namespace tritsim
