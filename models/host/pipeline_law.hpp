// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "arch/base/units.hpp"

namespace tritsim {

/// Pipeline stages, and the groups of sequences that go through them.
struct Pipeline {
  /// Time of each step in each stage. The first stage may have one step more, which ends the run.
  std::vector<std::vector<Time>> stages;
  std::vector<Time> hops;             ///< from each stage to the next; from the last to the first
  std::uint32_t sequence_groups = 1;  ///< they take turns in every stage
  /// The first steps whose input is there from the start: those of a prompt.
  std::uint32_t known = 1;
};

/// When each step of the last group ends, by stage.
using StepEnds = std::vector<std::vector<Time>>;

/// A step begins in a stage when its input has come and the stage has finished what came before:
///   end(s, g, t) = max(arrival, end of the stage's last work) + time(s, t)
///   arrival(s, g, t) = end(s - 1, g, t) + hop(s - 1)
///   arrival(0, g, t) = end(S - 1, g, t - 1) + hop(S - 1), or 0 where the input is known
/// Groups go in turn: all of them take step t before the first takes step t + 1. So one group alone
/// takes the sum of stages and hops for a step, and a full pipeline the time of its slowest stage
/// for each group.
[[nodiscard]] StepEnds step_ends(const Pipeline& pipeline);

}  // namespace tritsim
