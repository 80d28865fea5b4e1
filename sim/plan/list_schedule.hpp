// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/core/core.hpp"
#include "sim/plan/vector_code.hpp"

namespace tritsim {

/// What an order of instructions is made for.
struct ScheduleRequest {
  const CoreSpec& core;
  Spill spill = Spill::lru;
  /// By op of the trace, in ascending order: its segment. No instruction leaves its own.
  const std::vector<std::uint32_t>& segments;
};

/// Puts instructions into another order, in which other units work while a GO runs, for in-order
/// issue as of IssuePolicy::all_units_ready with overlap_go. What must come before what stays:
/// Dependences.
///
/// Greedy list scheduling (R. Graham, SIAM J. Appl. Math. 17(2), 1969): of the instructions whose
/// operands are made, the one that can start first, and among those the one with the longest way to
/// the end of its segment. One that would run mostly behind the end of the GO lets the next product
/// go first. How many instructions ahead of the oldest one are looked at decides how many vectors
/// wait in registers: of several such windows the one is taken whose program, with its loads and
/// spills, is the shortest by this law of issue, with a memory that answers at once.
[[nodiscard]] VectorCode list_schedule(VectorCode code, const ScheduleRequest& request);

}  // namespace tritsim
