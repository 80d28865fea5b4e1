// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/board/processor.hpp"
#include "arch/study/memory_traffic.hpp"
#include "sim/run/short_run.hpp"

namespace tritsim {

/// A figure of what a description describes: a time, a rate, an energy.
template <class Spec>
using FigureOf = std::function<double(const Spec&)>;

/// Evaluates `figure` with each coefficient, and each number that is listed as uncertain, at both
/// ends of its range and keeps those that move it. What is only priced is left out: energies and
/// powers, logic cells, a board's device and power. `base` is figure(spec); zero: nothing moves.
/// Spec: BoardSpec, MemorySpec, MemoryTrafficSpec or ProcessorSpec.
template <class Spec>
[[nodiscard]] std::vector<FigureMovement> figure_movements(const Spec& spec, double base,
                                                           const FigureOf<Spec>& figure,
                                                           const RunProgress& done = {});

/// What the ranges of a board's coefficients do to the time of a token step.
[[nodiscard]] TimeRanges time_ranges(const BoardSpec& board, const ShortRun& shorter,
                                     const RunProgress& done = {});

}  // namespace tritsim
