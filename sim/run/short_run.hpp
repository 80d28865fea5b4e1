// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "sim/result/result.hpp"

namespace tritsim {

/// A run of a board: the same workload on whatever board it is given.
using BoardRun = std::function<Result(const BoardSpec&)>;

/// Called after each run of a study with the runs done and their total.
using RunProgress = std::function<void(std::size_t, std::size_t)>;

/// A shorter workload that stands for that of a result, for studies that run it many times.
struct ShortRun {
  Result base;  ///< on the result's own board
  BoardRun run;
};

/// Seconds of a token step; of a program: of its run.
[[nodiscard]] double step_time(const Result& result);

/// How much of a run stands for it.
enum class RunSample {
  layers,  ///< three blocks in place of all; of steps that grow with the context, a few
  steps,   ///< a few steps always
};

/// The short run of a result of a model: three of its blocks where they can stand for the others,
/// and a few steps from the middle where `sample` says so. `trace` is the trace that the result was
/// made from, if not its model's.
[[nodiscard]] ShortRun short_run(const Result& result, RunSample sample,
                                 const Trace* trace = nullptr);

}  // namespace tritsim
