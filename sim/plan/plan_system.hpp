// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "sim/plan/plan_cache.hpp"
#include "sim/plan/prompt_layout.hpp"
#include "sim/plan/system_plan.hpp"

namespace tritsim {

/// What a plan is for.
struct PlanRequest {
  std::uint32_t sequences = 1;  ///< at a time
  std::uint32_t steps = 1;      ///< token steps
  PlanCache* cache = nullptr;   ///< or none
  /// The layers that the trace has, if not all: the plan has room for all.
  std::optional<LayerSample> sample{};
};

/// Cuts the trace as the mapping says, decides which lanes work and lowers the ops that run on
/// them. The plan refers to the board. Throws ConfigError with every op that cannot run where the
/// mapping puts it.
[[nodiscard]] SystemPlan plan_system(const BoardSpec& board, const Trace& trace,
                                     const PlanRequest& request = {});

/// The same for the prompt of one sequence a kernel, in lanes.
[[nodiscard]] SystemPlan plan_prompt(const BoardSpec& board, const Trace& trace,
                                     const PromptLayout& layout,
                                     const std::optional<LayerSample>& sample = {});

/// The ops of a trace by name, cycles zero.
[[nodiscard]] std::vector<OpCycles> ops_of(const Trace& trace);

}  // namespace tritsim
