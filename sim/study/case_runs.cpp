// SPDX-License-Identifier: Apache-2.0
#include "sim/study/case_runs.hpp"

#include <algorithm>

#include "sim/study/validate.hpp"

namespace tritsim {

const Result& CaseRuns::of(const MeasurementSpec& m, const BoardSpec& board) {
  const auto before = std::find_if(runs_.begin(), runs_.end(), [&](const Run& r) {
    return r.workload == m.workload && r.program == m.program && r.model == m.model &&
           r.board == board;
  });
  if (before != runs_.end()) return before->result;
  ++made_;
  if (runs_.size() == most) runs_.pop_front();
  return runs_.emplace_back(Run{board, m.model, m.program, m.workload, run_case(m, board)}).result;
}

}  // namespace tritsim
