// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/mpi/communicator.hpp>

#include "sim/study/point_team.hpp"

namespace tritsim {

/// Rank 0 reads, plans, hands out and writes; the other ranks run points. Each rank runs its points
/// in a process of its own, so that one that crashes or takes too long becomes a row like any
/// other.
class MpiLeader {
 public:
  explicit MpiLeader(const boost::mpi::communicator& world) : world_(world) {}

  MpiLeader(const MpiLeader&) = delete;
  MpiLeader& operator=(const MpiLeader&) = delete;
  ~MpiLeader();

  /// Sends the sweep to the other ranks.
  [[nodiscard]] std::unique_ptr<PointTeam> make_team(const std::string& description,
                                                     const WorkerPoolOptions& options);

  /// True once the other ranks wait for points.
  [[nodiscard]] bool has_begun() const { return has_begun_; }

 private:
  boost::mpi::communicator world_;
  bool has_begun_ = false;
};

/// What all ranks except 0 do until rank 0 has no more points.
void serve_points(const boost::mpi::communicator& world);

}  // namespace tritsim
