// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/study/sweep.hpp"
#include "sim/run/run_cache.hpp"
#include "sim/study/sweep_plan.hpp"
#include "sim/study/sweep_store.hpp"
#include "sim/study/worker_pool.hpp"

namespace tritsim {

/// Runs a point; read_answer reads what it returns, in this or another process.
[[nodiscard]] std::string run_point(const SweepBase& point, RunCache& cache);

/// The answer of run_point for a point that cannot run.
[[nodiscard]] std::string failed_answer(const std::string& reason);

/// The row of a point, from what came of its work.
[[nodiscard]] SweepRow row_of(const PlannedPoint& planned, const SweepGrid& grid,
                              const WorkOutcome& outcome);

/// Fills in status, reason, metrics and components.
void read_answer(const std::string& answer, SweepRow& row);

}  // namespace tritsim
