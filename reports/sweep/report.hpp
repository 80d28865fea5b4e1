// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "arch/study/sweep.hpp"
#include "reports/page/page.hpp"

// The report of a sweep: its front, its failures, and an explorer of all points.
namespace tritsim {

/// A sweep with its results, column by column. Points without a result are `failures` alone.
struct SweepReport {
  /// How `tritsim run` takes a value: the option, and the text before the value.
  struct Flag {
    std::string option;  ///< e.g. "--set"
    std::string before;  ///< e.g. "cores.0.lanes="
  };

  struct Axis {
    std::string name;
    std::vector<std::string> values;   ///< as written in the sweep
    std::vector<std::string> labels;   ///< the same, short
    std::vector<double> numbers;       ///< the same in base units; empty if they are words
    std::string unit;                  ///< the base unit
    std::vector<std::uint32_t> index;  ///< by point: which of the values
    std::vector<Flag> flags;
  };

  struct Metric {
    std::string name;
    std::vector<double> values;  ///< by point; not a number where there is none
  };

  /// A figure in words.
  struct Words {
    std::string name;
    std::vector<std::string> values;
  };

  struct Failure {
    std::string status;
    std::string reason;
    std::uint64_t points = 0;
    std::string example;  ///< axes of the first one
  };

  std::string name;
  std::string tool;
  std::string file;   ///< where the results are
  std::string where;  ///< rows that were chosen; empty: all
  std::string boundary;
  std::vector<SweepObjective> objectives;
  std::vector<std::string> require;
  bool fits_only = true;             ///< whether a point has to fit the device to be feasible
  std::string nothing;               ///< why no point is feasible; empty if one is
  std::string description;           ///< the resolved sweep, YAML
  std::string inputs;                ///< the same, JSON
  std::vector<std::string> command;  ///< that runs a point, without its axes; empty: there is none

  std::uint64_t grid = 0;  ///< points of the whole grid
  std::vector<std::uint64_t> points;
  std::vector<bool> feasible;  ///< by point
  std::vector<bool> front;
  std::vector<Axis> axes;
  std::vector<Metric> metrics;
  std::vector<Words> words;
  std::vector<Failure> failures;
};

[[nodiscard]] Page sweep_page(const SweepReport& report);

/// What the explorer reads: columns under their names, numbers with six digits (those of objectives
/// with all), repeated values as indices into a list. JSON.
[[nodiscard]] std::string sweep_data(const SweepReport& report);

/// The explorer's chart without the reader's choices, which reports/sweep/sweep.js inserts: titles
/// and scales of `x`, `y` and colour `c`, the side of the front's line. Vega-Lite, JSON.
[[nodiscard]] std::string sweep_chart();

}  // namespace tritsim
