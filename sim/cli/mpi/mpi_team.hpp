// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/mpi/communicator.hpp>

#include "sim/study/point_team.hpp"

namespace tritsim {

/// Rank 0 reads, plans, hands out and writes; the other ranks run points. Each rank runs its points
/// in a process of its own, so that one that crashes or takes too long is a row as anywhere else.
class MpiLeader {
 public:
  explicit MpiLeader(const boost::mpi::communicator& world) : world_(world) {}

  MpiLeader(const MpiLeader&) = delete;
  MpiLeader& operator=(const MpiLeader&) = delete;
  ~MpiLeader();

  /// Tells the other ranks what is swept.
  [[nodiscard]] std::unique_ptr<PointTeam> make_team(const std::string& description,
                                                     const WorkerPoolOptions& options);

  /// True once the other ranks wait for points.
  [[nodiscard]] bool has_begun() const { return has_begun_; }

 private:
  boost::mpi::communicator world_;
  bool has_begun_ = false;
};

/// What every rank but 0 does until rank 0 has no more points.
void serve_points(const boost::mpi::communicator& world);

}  // namespace tritsim
