// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "arch/board/board.hpp"

namespace tritsim {

/// How a prompt is laid over lanes: on `kernels` kernels at a time a sequence each, with
/// `tokens_at_once` lanes at its tokens.
struct PromptLayout {
  std::uint32_t kernels = 0;
  std::uint32_t tokens_at_once = 0;
  std::uint32_t steps = 0;   ///< of a sequence
  std::uint32_t rounds = 0;  ///< until all sequences have had their turn

  bool operator==(const PromptLayout&) const = default;
};

/// The layout with the fewest steps, those of rounds counted. Kernels work in step: each has as
/// many lanes at work as the smallest of them has lanes.
[[nodiscard]] PromptLayout lay_out_prompt(const BoardSpec& board, std::uint32_t sequences,
                                          std::uint32_t tokens);

}  // namespace tritsim
