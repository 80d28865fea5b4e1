// SPDX-License-Identifier: Apache-2.0
#include "models/host/pipeline_law.hpp"

#include <algorithm>

namespace tritsim {

StepEnds step_ends(const Pipeline& pipeline) {
  const std::size_t count = pipeline.stages.size();
  StepEnds ends(count);
  if (count == 0) return ends;
  std::vector<Time> free(count);  // by stage
  std::vector<Time> back(
      pipeline.sequence_groups);  // when the last step's output is at the first stage
  for (std::size_t t = 0; t < pipeline.stages[0].size(); ++t) {
    for (std::uint32_t g = 0; g < pipeline.sequence_groups; ++g) {
      Time arrival = t < pipeline.known ? Time{} : back[g];
      for (std::size_t s = 0; s < count && t < pipeline.stages[s].size(); ++s) {
        free[s] = std::max(arrival, free[s]) + pipeline.stages[s][t];
        arrival = free[s] + pipeline.hops[s];
        if (s + 1 == count) back[g] = arrival;
        if (g + 1 == pipeline.sequence_groups) ends[s].push_back(free[s]);
      }
    }
  }
  return ends;
}

}  // namespace tritsim
