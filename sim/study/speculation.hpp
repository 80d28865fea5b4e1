// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "arch/board/board.hpp"
#include "arch/workload/model.hpp"

// Speculative decoding (Leviathan et al., arXiv 2211.17192): a draft of some tokens, then one pass
// of the model over all of them, which keeps those that it agrees with and adds one of its own.
namespace tritsim {

/// What a pass of a model over some positions of one sequence takes.
struct PassCost {
  std::uint32_t positions = 1;
  Time time;
  Energy energy;
};

/// Passes over 1 to `positions` positions behind `context` others. A position is run as a sequence
/// of its own, so it reads the cache itself, and states pass from one to the next for nothing.
/// Throws ConfigError, DoesNotFit.
[[nodiscard]] std::vector<PassCost> pass_costs(const BoardSpec& board, const ModelSpec& model,
                                               std::uint32_t positions, const Workload& workload);

/// What a draft costs, and how often it is right.
struct Drafting {
  /// Probability that a token of the draft is kept if those before it are, by its place; the last
  /// stands for all that follow.
  std::vector<double> acceptance;
  PassCost step{1, {}, {}};  ///< for a token of the draft; nothing for a look-up in the prompt
};

/// Drafts of one length, against a token at a time.
struct DraftFigures {
  std::uint32_t length = 0;  ///< tokens of the draft
  double tokens = 1;         ///< kept on average, with the model's own
  Time time;                 ///< of drafts and pass
  Energy energy_per_token;
  double speedup = 1;  ///< tokens a second, over those without drafts
  std::optional<double>
      break_even;  ///< acceptance of every token at which it is 1; none: it never is

  [[nodiscard]] double tokens_per_s() const { return tokens / time.si(); }
};

/// Drafts of 1 to as many tokens as there are passes for, `passes` being those over 1, 2, ...
/// positions.
[[nodiscard]] std::vector<DraftFigures> draft_figures(const std::vector<PassCost>& passes,
                                                      const Drafting& drafting);

/// The draft model's weights lie beside the model's: throws ConfigError if a memory of the board
/// does not hold both.
void check_both_fit(const BoardSpec& board, const ModelSpec& model, const ModelSpec& draft,
                    const Workload& workload);

}  // namespace tritsim
