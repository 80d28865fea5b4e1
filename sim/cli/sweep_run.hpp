// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/study/point_team.hpp"
#include "sim/study/sweep_plan.hpp"

namespace tritsim {

struct SweepOptions {
  std::string file;
  std::string output;
  std::vector<std::string> overlays;
  std::string shard = "1/1";
  unsigned jobs = 0;
  double timeout_s = 600;
  bool resume = false;
  bool dry_run = false;
  ResumePolicy policy;
};

/// What runs a point: a copy of the binder and of the cache in each process.
[[nodiscard]] PointWork make_point_work(SweepBinder& binder);

/// Reads, plans and runs a sweep; without `make_team` processes on this machine run the points.
void run_sweep(SweepOptions options, const MakeTeam& make_team);

}  // namespace tritsim
