// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/board/processor.hpp"
#include "sim/run/short_run.hpp"

namespace tritsim {

/// A time that a description gives: of a step, of a run, of an access.
template <class Spec>
using TimeOf = std::function<Time(const Spec&)>;

/// Evaluates `time` with each coefficient at both ends of its range and keeps those that move it.
/// What is only priced is left out: energies and powers, logic cells, a board's device and power.
/// `base` is time(spec); zero: nothing varies. Spec: BoardSpec, MemorySpec or ProcessorSpec.
template <class Spec>
[[nodiscard]] std::vector<TimeMovement> time_movements(const Spec& spec, Time base,
                                                       const TimeOf<Spec>& time,
                                                       const RunProgress& done = {});

/// What the ranges of a board's coefficients do to the time of a token step.
[[nodiscard]] TimeRanges time_ranges(const BoardSpec& board, const ShortRun& shorter,
                                     const RunProgress& done = {});

}  // namespace tritsim
