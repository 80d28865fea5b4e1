// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>

#include "arch/board/board.hpp"
#include "arch/board/processor.hpp"
#include "arch/study/metric_key.hpp"
#include "arch/study/overlay.hpp"
#include "arch/workload/model.hpp"

namespace tritsim {

/// What every point of a sweep starts from: a board or a processor, and what runs on it.
struct SweepBase {
  std::optional<BoardSpec> board;
  std::optional<ProcessorSpec> processor;
  ModelSpec model;
  std::optional<MappingSpec> mapping;  ///< instead of the board's own
  Workload workload{0, 2, 0};

  bool operator==(const SweepBase&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.optional("board", board, "the board; or give a processor");
    io.optional("processor", processor, "the processor, e.g. a GPU; or give a board");
    io.required("model", model, "the model");
    io.optional("mapping", mapping, "what runs where, instead of the board's own mapping");
    io.optional("workload", workload,
                "the workload; left out: 2 tokens after no prompt, every lane filled");
  }

  void check(Checker& c) const;
};

/// Equal steps. A text: a number, with the unit of the value it stands for.
struct SweepRange {
  std::string from, to, step;

  bool operator==(const SweepRange&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("from", from, "first value, with its unit if it has one");
    io.required("to", to, "no value lies beyond it");
    io.required("step", step, "distance between two values");
  }
};

/// Equal ratios.
struct SweepLog {
  std::string from, to;
  std::uint32_t points = 0;
  bool whole = false;

  bool operator==(const SweepLog&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("from", from, "first value, with its unit if it has one");
    io.required("to", to, "last value");
    io.required("points", points, "how many values", between(2, 1 << 20));
    io.optional("whole", whole, "round to whole numbers; equal ones count once");
  }
};

/// Any value between two ends, for samplings that do not need a grid.
struct SweepBetween {
  std::string from, to;
  bool log = false;

  bool operator==(const SweepBetween&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("from", from, "lower end, with its unit if it has one");
    io.required("to", to, "upper end");
    io.optional("log", log, "equal ratios are equally likely, instead of equal distances");
  }
};

/// A value that is varied: one or several places that get it, and where its values come from.
struct SweepAxis {
  std::string name;
  std::string path;
  std::vector<std::string> paths;
  std::vector<std::string> values;
  std::optional<SweepRange> range;
  std::optional<SweepLog> log;
  std::optional<SweepBetween> between;
  std::vector<std::string> files;

  bool operator==(const SweepAxis&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.optional("name", name, "name of the axis: its column of the results");
    io.optional(
        "path", path,
        "key that gets the value: board..., processor..., model..., mapping..., workload...");
    io.optional("paths", paths, "several keys that get the same value");
    io.optional("values", values,
                "the values as they would stand in a file; \"[0, 1]\" stands for a list");
    io.optional("range", range, "values in equal steps");
    io.optional("log", log, "values in equal ratios");
    io.optional("between", between,
                "any value between two ends, for samplings other than grid: the middles of as many "
                "equal parts as there are points, 1000 for nsga2");
    io.optional("files", files,
                "names of files, relative to the sweep's, for a key that takes one");
  }
};

/// One dimension of the grid: an axis, or several that go forward together.
struct SweepDimension {
  SweepAxis axis;
  std::vector<SweepAxis> zip;

  bool operator==(const SweepDimension&) const = default;

  /// The axes that it steps.
  [[nodiscard]] std::vector<SweepAxis> axes() const {
    return zip.empty() ? std::vector<SweepAxis>{axis} : zip;
  }

  template <class Io>
  void fields(Io& io) {
    axis.fields(io);
    io.optional("zip", zip, "axes of equal length that advance together, instead of one axis");
  }
};

enum class Goal { min, max };

template <>
struct EnumNames<Goal> {
  static constexpr std::array<std::pair<Goal, std::string_view>, 2> names{{
      {Goal::min, "min"},
      {Goal::max, "max"},
  }};
};

struct SweepObjective {
  std::string metric;
  Goal goal = Goal::max;

  bool operator==(const SweepObjective&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("metric", metric, "a figure of the run");
    io.required("goal", goal, "which end is better");
  }
};

enum class Sampling {
  grid,             ///< every point
  random,           ///< distinct points, each as likely as any other
  latin_hypercube,  ///< every value of a dimension equally often, in random combinations
  nsga2,            ///< a search for the front: generations that are bred from the best
};

template <>
struct EnumNames<Sampling> {
  static constexpr std::array<std::pair<Sampling, std::string_view>, 4> names{{
      {Sampling::grid, "grid"},
      {Sampling::random, "random"},
      {Sampling::latin_hypercube, "latin_hypercube"},
      {Sampling::nsga2, "nsga2"},
  }};
};

/// Which points of the grid are taken.
struct SweepSampling {
  Sampling method = Sampling::grid;
  std::uint64_t points = 0;
  std::uint64_t seed = 1;
  std::uint32_t population = 0;
  std::uint32_t generations = 0;

  bool operator==(const SweepSampling&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("method", method, "how points of the grid are chosen");
    io.optional("points", points, "how many are chosen, by random and latin_hypercube",
                between(0, 1 << 24));
    io.optional("seed", seed, "the same seed chooses the same points");
    io.optional("population", population, "points of a generation of nsga2: a multiple of four",
                between(0, 100000));
    io.optional("generations", generations, "generations of nsga2 after the first, random one",
                between(0, 100000));
  }
};

/// Many runs that differ in a few values.
struct SweepSpec {
  static constexpr std::string_view kind = "sweep";

  std::string name;
  std::string directory;
  SweepBase base;
  std::optional<OverlayFile> overlay;
  std::vector<SweepDimension> axes;
  SweepSampling sampling;
  std::vector<std::string> skip;
  std::vector<std::string> require;
  std::vector<SweepObjective> objectives;

  bool operator==(const SweepSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "name of the sweep");
    io.optional("directory", directory,
                "directory that the files of axes are relative to; left out: that of this file");
    io.required("base", base, "what every point starts from");
    io.optional("overlay", overlay,
                "coefficients that replace those of every point's board, unless an axis sets them");
    io.required("axes", axes, "what is varied; the grid is their product, the last one fastest");
    io.optional("sampling", sampling, "which points of the grid are run; left out: all");
    io.optional("skip", skip,
                "SQL expressions over axis names; points for which one holds are not run");
    io.optional("require", require,
                "SQL expressions over axes and metrics; points that break one are no candidates "
                "for the front");
    io.optional("objectives", objectives, "what to optimise");
  }

  void check(Checker& c) const;

 private:
  void check_sampling(Checker& c, double grid_size) const;
  void check_search(Checker& c) const;
};

/// Columns of the results beside axes and metrics.
inline constexpr std::array<std::string_view, 8> sweep_columns{
    "point", "digest", "status", "reason", "components", "wall_s", "feasible", "pareto"};

}  // namespace tritsim
