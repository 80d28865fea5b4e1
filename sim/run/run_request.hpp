// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/run/run.hpp"

namespace tritsim {

/// A run of a trace, as run_model() and run_trace() are asked for it.
struct RunRequest {
  const BoardSpec& board;
  const ModelSpec& model;
  const Trace& trace;
  const Workload& workload;
  const RunControl& control;
  RunCache* cache = nullptr;  ///< or none
};

/// Prompt and generation in the same token steps.
[[nodiscard]] Result run(const RunRequest& request);

/// The prompt in lanes, then the generation.
[[nodiscard]] Result run_in_phases(const RunRequest& request);

/// A result that says what it is of: tool, board, model, workload and the ops that the mapping
/// leaves out.
[[nodiscard]] Result new_result(const RunRequest& request);

}  // namespace tritsim
