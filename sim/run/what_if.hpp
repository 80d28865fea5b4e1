// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "sim/result/result.hpp"

namespace tritsim {

/// A run of a board: the same workload on whatever board it is given.
using BoardRun = std::function<Result(const BoardSpec&)>;

/// Runs the board, then again with each of its resources twice as fast, and finds what bounds it
/// (`WhatIf`). `done`, if any, is called after each run with the runs done and their total.
[[nodiscard]] WhatIf what_if(const BoardSpec& board, const BoardRun& run,
                             const std::function<void(std::size_t, std::size_t)>& done = {});

/// The same for a result of a model, on a shorter workload: three of its blocks where they can
/// stand for the others and, where steps grow with the context, a few steps from the middle.
/// `trace` is the trace it was made from, if not its model's.
[[nodiscard]] WhatIf what_if(const Result& result, const Trace* trace = nullptr,
                             const std::function<void(std::size_t, std::size_t)>& done = {});

}  // namespace tritsim
