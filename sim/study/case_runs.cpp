// SPDX-License-Identifier: Apache-2.0
#include "sim/study/case_runs.hpp"

#include <algorithm>

#include "sim/study/validate.hpp"

namespace tritsim {

const Result& CaseRuns::of(const MeasurementSpec& m, const BoardSpec& board) {
  return find_or_make(m, board, false, [&](const BoardSpec& on) { return run_case(m, on); });
}

const Result& CaseRuns::of(const MeasurementSpec& m, const ShortRun& shorter,
                           const BoardSpec& board) {
  return find_or_make(m, board, true, shorter.run);
}

const Result& CaseRuns::find_or_make(const MeasurementSpec& m, const BoardSpec& board,
                                     bool is_short, const BoardRun& run) {
  const auto before = std::find_if(runs_.begin(), runs_.end(), [&](const Run& r) {
    return r.is_short == is_short && r.workload == m.workload && r.program == m.program &&
           r.model == m.model && r.board == board;
  });
  if (before != runs_.end()) return before->result;
  ++made_;
  if (runs_.size() == most) runs_.pop_front();
  return runs_.emplace_back(Run{board, m.model, m.program, m.workload, is_short, run(board)})
      .result;
}

}  // namespace tritsim
