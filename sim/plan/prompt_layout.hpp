// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "arch/board/board.hpp"

namespace tritsim {

/// Layout of a prompt in lanes: one sequence on each of `kernels` kernels, with `tokens_at_once`
/// lanes at consecutive tokens.
struct PromptLayout {
  std::uint32_t kernels = 0;
  std::uint32_t tokens_at_once = 0;
  std::uint32_t steps = 0;   ///< of a sequence
  std::uint32_t rounds = 0;  ///< rounds until all sequences have been processed

  bool operator==(const PromptLayout&) const = default;
};

/// The layout with the fewest steps over all rounds. Kernels work in step: each uses as many lanes
/// as the smallest of them has.
[[nodiscard]] PromptLayout lay_out_prompt(const BoardSpec& board, std::uint32_t sequences,
                                          std::uint32_t tokens);

}  // namespace tritsim
