// SPDX-License-Identifier: Apache-2.0
#include "sim/study/point_team.hpp"

#include <utility>

namespace tritsim {
namespace {

class ForkTeam final : public PointTeam {
 public:
  ForkTeam(const WorkerPoolOptions& options, PointWork work)
      : options_(options), work_(std::move(work)) {}

  void run(const std::vector<std::uint64_t>& points,
           const std::function<void(const WorkOutcome&)>& done,
           const std::function<void()>& waiting) override {
    run_in_workers(
        points.size(), options_, [&](std::size_t i) { return work_(points[i]); }, done, waiting);
  }

 private:
  WorkerPoolOptions options_;
  PointWork work_;
};

}  // namespace

std::unique_ptr<PointTeam> make_fork_team(const WorkerPoolOptions& options, PointWork work) {
  return std::make_unique<ForkTeam>(options, std::move(work));
}

}  // namespace tritsim
