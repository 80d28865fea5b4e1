// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "arch/workload/trace.hpp"
#include "sim/result/result.hpp"

// Runs of the same board and model that a comparison needs besides the run itself, so that each
// figure comes from a run of its own.
namespace tritsim {

/// A run of a model on a board; `trace` is what it was made from, if not its model's own.
struct JobRun {
  const Result& result;
  const std::optional<Trace>& trace;
};

/// Its generation alone: the steps after the prompt's, whose positions are in the cache. None where
/// there is no such step, and of a program. Of a run without a prompt, that run.
[[nodiscard]] std::optional<Result> run_generation(const JobRun& job);

/// The same job at the board's best batch: as many sequences as it has lanes, so that every lane is
/// at work and none waits for a round; if their caches do not fit, as many as fit. Or at the job's
/// own batch, if that makes more tokens a second. None of a program.
[[nodiscard]] std::optional<Result> run_best_batch(const JobRun& job);

}  // namespace tritsim
