// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/core/core.hpp"
#include "sim/plan/vector_code.hpp"

namespace tritsim {

/// Puts instructions into another order, in which other units work while a GO runs. The matrix,
/// norm, load/store, attention and exchange units each keep the order of theirs; element-wise
/// instructions follow the vectors that they read.
///
/// Greedy list scheduling (R. Graham, 1969) on in-order issue as of IssuePolicy::all_units_ready:
/// of the instructions whose operands are made, the one that can start first, and among those the
/// one with the longest way to the end of the program behind it. One that would run mostly behind
/// the end of the GO lets the next product go first. Loads and spills come later, with the
/// registers, and have no part in it.
[[nodiscard]] VectorCode list_schedule(VectorCode code, const CoreSpec& core);

}  // namespace tritsim
