// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <string>

#include "arch/study/measurement.hpp"
#include "sim/run/short_run.hpp"

namespace tritsim {

/// Runs of cases on boards. Cases of one source often differ in their figures alone; then their
/// runs are the same, also those with a coefficient at an end of its range, and are made once.
class CaseRuns {
 public:
  /// The run of a case on a board: the one made before, if the last few hundred had it.
  const Result& of(const MeasurementSpec& measurement, const BoardSpec& board);

  /// The same of `shorter`, a short run of the case.
  const Result& of(const MeasurementSpec& measurement, const ShortRun& shorter,
                   const BoardSpec& board);

  /// Runs that were made.
  [[nodiscard]] std::size_t made() const { return made_; }

 private:
  static constexpr std::size_t most = 256;

  struct Run {
    BoardSpec board;
    std::optional<ModelSpec> model;
    std::string program;
    Workload workload;
    bool is_short = false;
    Result result;
  };

  const Result& find_or_make(const MeasurementSpec& measurement, const BoardSpec& board,
                             bool is_short, const BoardRun& run);

  std::deque<Run> runs_;
  std::size_t made_ = 0;
};

}  // namespace tritsim
