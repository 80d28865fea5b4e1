// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "sim/result/result.hpp"

namespace tritsim {

/// Told after each token step of the first kernel: steps done, steps in all.
using Progress = std::function<void(std::uint32_t, std::uint32_t)>;

/// Which token steps are simulated.
enum class Stepping {
  /// Until the steps repeat; the others are then known, and the result is that of every step. Of
  /// steps that grow with the cache, those that the others lie between: sim/run/step_choice.hpp.
  as_needed,
  every_step,
};

class RunCache;
class Timeline;
struct OwnParts;
struct Transaction;

/// How a run is simulated and observed.
struct RunControl {
  Progress progress{};
  Stepping stepping = Stepping::as_needed;
  Timeline* timeline = nullptr;  ///< what it shows is simulated; so are all steps that grow
  /// Told of everything that passes the sockets of memories and of the link. Every step is
  /// simulated then.
  std::function<void(const Transaction&)> on_transaction{};
  /// Parts of the program's own (sim/run/own_parts.hpp); every step and block is simulated then.
  const OwnParts* own_parts = nullptr;
};

/// Simulates a model on a board: expand, lower, run every distinct kernel, collect. Throws
/// ConfigError if an op cannot run where the mapping puts it, DoesNotFit if weights, states and
/// caches of all sequences in flight are more than the memories hold.
[[nodiscard]] Result run_model(const BoardSpec& board, const ModelSpec& model,
                               const Workload& workload, const RunControl& control = {});

/// run_model(board, model, workload) with what earlier runs left in the cache: the same result.
[[nodiscard]] Result run_model(const BoardSpec& board, const ModelSpec& model,
                               const Workload& workload, RunCache& cache);

/// The same for a given trace; the result names `model` as its origin. The first step attends to as
/// many positions as the trace says, whatever the workload's context.
[[nodiscard]] Result run_trace(const BoardSpec& board, const ModelSpec& model, const Trace& trace,
                               const Workload& workload, const RunControl& control = {});

/// Simulates an assembly program once on the first kernel of a board. Throws ConfigError with every
/// problem of the program; its warnings go to `warnings`.
[[nodiscard]] Result run_program(const BoardSpec& board, const std::string& text,
                                 const std::string& file, std::vector<std::string>& warnings,
                                 const RunControl& control = {});

}  // namespace tritsim
