// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/prompt_layout.hpp"

#include <algorithm>
#include <vector>

namespace tritsim {

PromptLayout lay_out_prompt(const BoardSpec& board, std::uint32_t sequences, std::uint32_t tokens) {
  std::vector<std::uint32_t> lanes;
  for (const CoreGroup& group : board.cores) {
    lanes.insert(lanes.end(), group.kernels() * board.card_count(), group.lanes);
  }
  std::sort(lanes.rbegin(), lanes.rend());
  const auto whole = [](std::uint32_t n, std::uint32_t d) { return (n + d - 1) / d; };
  PromptLayout best;
  for (std::uint32_t k = 1; k <= std::min<std::size_t>(lanes.size(), sequences); ++k) {
    const PromptLayout l{k, lanes[k - 1], whole(tokens, lanes[k - 1]), whole(sequences, k)};
    if (best.kernels == 0 || l.steps * l.rounds < best.steps * best.rounds) best = l;
  }
  return best;
}

}  // namespace tritsim
