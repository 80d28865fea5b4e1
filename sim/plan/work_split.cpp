// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/work_split.hpp"

namespace tritsim {

WorkSplit split_work(const BoardSpec& board, const Workload& workload) {
  const std::uint32_t lanes = board.lanes();
  WorkSplit split;
  split.batch = workload.batch == 0 ? lanes : workload.batch;
  const bool in_rounds = board.mapping.sequences == MoreSequences::in_rounds;
  split.rounds = in_rounds ? (split.batch + lanes - 1) / lanes : 1;
  split.sequences = (split.batch + split.rounds - 1) / split.rounds;
  split.steps = workload.prompt + workload.generate;
  if (workload.prompt > 0 && workload.generate > 0) --split.steps;
  return split;
}

}  // namespace tritsim
