// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "arch/base/document.hpp"
#include "reports/page/page.hpp"
#include "reports/run/figures.hpp"

// The parts of a run report.
namespace tritsim {

[[nodiscard]] std::vector<Tile> headline_tiles(const Result& result, const RunFigures& figures);
/// The rate with each resource twice as fast; for a result with `what_if`.
[[nodiscard]] BarChart what_if_chart(const Result& result, const RunFigures& figures);

/// What would help, if the result has it, and where time and energy went, one chart each; nothing
/// for an empty run.
[[nodiscard]] std::vector<Chart> overview_charts(const Result& result, const RunFigures& figures);

/// Whether the design fits its device and the model its memories.
[[nodiscard]] Tile fit_tile(const Result& result);

/// A clock that is beyond what its design reaches, the worst of them; nothing without any.
[[nodiscard]] std::optional<Tile> clock_tile(const Result& result);

/// Likely mistakes, and designs that cannot be built: a design that does not fit, rounds, kernels,
/// lanes and channels without work, padding, clocks beyond the family's.
[[nodiscard]] std::vector<std::string> warning_notes(const Result& result,
                                                     const RunFigures& figures);

/// What times include, in a few words.
[[nodiscard]] std::string time_boundary(const Result& result);

/// What energies include, in a few words.
[[nodiscard]] std::string energy_boundary(const Result& result);

/// What the figures include and what not.
[[nodiscard]] std::vector<std::string> boundary_notes(const Result& result,
                                                      const RunFigures& figures);

/// "memory and matrix unit".
[[nodiscard]] std::string bound_names(const WhatIf& what_if);

/// The same for a run, or the resource with the largest floor if no faster resource was tried.
[[nodiscard]] std::string bound_words(const Result& result, const RunFigures& figures);

/// ... in a sentence.
[[nodiscard]] std::string bound_sentence(const Result& result, const RunFigures& figures);

/// What bounds the run and the effect of relieving it; without that, the largest floor.
[[nodiscard]] Tile bound_tile(const Result& result, const RunFigures& figures);

[[nodiscard]] Section bound_section(const Result& result, const RunFigures& figures);
[[nodiscard]] Section time_section(const Result& result, const RunFigures& figures);

/// The time that ranges are about.
struct RangedTime {
  Time time;
  std::string what;      ///< "token step"
  std::string boundary;  ///< what is inside
  std::uint32_t steps;   ///< of the run
};

/// What each coefficient does to the time, as a chart and a table; nothing if none moves it.
[[nodiscard]] std::vector<Block> time_range_blocks(const TimeRanges& ranges,
                                                   const RangedTime& time);

/// Of a run whose mapping spreads the model over kernels.
[[nodiscard]] Section parallel_section(const Result& result, const RunFigures& figures,
                                       const EnergyAccount& account);
[[nodiscard]] Section op_section(const Result& result, const RunFigures& figures);
/// For a program: its instructions one by one.
[[nodiscard]] Section instruction_section(const Result& result, const RunFigures& figures);
[[nodiscard]] Section bytes_section(const Result& result, const RunFigures& figures);
[[nodiscard]] Section energy_section(const RunFigures& figures, const EnergyAccount& account,
                                     const std::string& boundary);

/// Every coefficient of the run and its swing, as a chart and a table.
[[nodiscard]] std::vector<Block> sensitivity_blocks(const RunFigures& figures,
                                                    const EnergyAccount& account,
                                                    const std::string& boundary);

/// The ternary adders beside multipliers, from the counts of the run; nothing without additions.
[[nodiscard]] std::vector<Block> multiplier_blocks(const Result& result, const RunFigures& figures,
                                                   const EnergyAccount& account);

[[nodiscard]] Section power_section(const Result& result, const EnergyAccount& account);
[[nodiscard]] Section traffic_section(const Result& result);
[[nodiscard]] Section area_section(const Result& result);

/// Rates against their limits, as a chart and a table.
[[nodiscard]] RooflineChart roofline_chart(const Result& result, const RunFigures& figures);
[[nodiscard]] Table roofline_table(const Result& result, const RunFigures& figures);

/// Adds to a run's metrics how far its times may be off, and what each coefficient does to them;
/// `rate`: tokens per second, 0 for a program.
void add_time_ranges(Node& metrics, const TimeRanges& ranges, double rate);

/// What a token needs of what is stored, by kind of block.
[[nodiscard]] Table token_bytes_table(const TokenBytes& bytes);
[[nodiscard]] Node token_bytes_node(const TokenBytes& bytes);

/// Adds the numbers that a model stores, and that a token can use.
void add_model_size(Node& n, const ModelSpec& model);

/// Adds to a run's metrics the resources of the board's units, the verdict, and the share that is
/// taken of the scarcest; unknown where nothing is known of the device.
void add_fit_metrics(Node& metrics, const Result& result);

/// "token step" or "run": what numbers per step refer to.
[[nodiscard]] const char* step_word(const RunFigures& figures);

/// "big_0 (3 x 14 lanes)".
[[nodiscard]] std::string kernel_label(const KernelFigures& kernel);

}  // namespace tritsim
