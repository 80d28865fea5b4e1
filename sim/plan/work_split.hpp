// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "arch/board/board.hpp"
#include "arch/workload/model.hpp"

namespace tritsim {

/// How a board goes through a workload.
struct WorkSplit {
  std::uint32_t batch = 1;      ///< sequences; one per lane where the workload names none
  std::uint32_t rounds = 1;     ///< until all of them have had their turn
  std::uint32_t sequences = 1;  ///< of a round; the last may have a few fewer, and counts like it
  std::uint32_t steps = 0;      ///< of a sequence
};

/// The step of the last prompt token already yields the first generated one.
[[nodiscard]] WorkSplit split_work(const BoardSpec& board, const Workload& workload);

}  // namespace tritsim
