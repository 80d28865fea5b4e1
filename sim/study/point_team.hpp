// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "sim/study/worker_pool.hpp"

namespace tritsim {

/// The processes that run the points of a sweep.
class PointTeam {
 public:
  PointTeam() = default;
  PointTeam(const PointTeam&) = delete;
  PointTeam& operator=(const PointTeam&) = delete;
  virtual ~PointTeam() = default;

  /// Runs the points; calls `done` in this process when one ends, with its index into `points` as
  /// the item.
  virtual void run(const std::vector<std::uint64_t>& points,
                   const std::function<void(const WorkOutcome&)>& done,
                   const std::function<void()>& waiting) = 0;
};

/// The outcome of a point, independent of where it runs.
using PointWork = std::function<std::string(std::uint64_t point)>;

/// Makes the processes of a sweep; `description` is the resolved sweep as JSON.
using MakeTeam = std::function<std::unique_ptr<PointTeam>(
    const std::string& description, const WorkerPoolOptions& options, const PointWork& work)>;

/// Processes on this machine.
[[nodiscard]] std::unique_ptr<PointTeam> make_fork_team(const WorkerPoolOptions& options,
                                                        PointWork work);

}  // namespace tritsim
