// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/mpi/mpi_team.hpp"

#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

#include <boost/mpi/collectives.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/vector.hpp>

#include "arch/base/reader.hpp"
#include "sim/cli/sweep_run.hpp"
#include "sim/study/cell_text.hpp"

namespace tritsim {
namespace {

namespace mpi = boost::mpi;

constexpr int order_tag = 1;   ///< to a worker: numbers of points, one or more
constexpr int answer_tag = 2;  ///< to rank 0: how one of them ended
constexpr int end_tag = 3;     ///< to a worker: no more points

/// Waits for a message without keeping the core busy, which Open MPI's own waiting does.
mpi::status wait_for(const mpi::communicator& world, int source, int tag,
                     const std::function<void()>& waiting = {}) {
  for (;;) {
    if (const auto there = world.iprobe(source, tag)) return *there;
    if (waiting) waiting();
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
}

class MpiTeam final : public PointTeam {
 public:
  MpiTeam(const mpi::communicator& world, std::size_t in_a_row)
      : world_(world), in_a_row_(in_a_row) {}

  ~MpiTeam() override {
    for (int rank = 1; rank < world_.size(); ++rank) world_.send(rank, end_tag);
  }

  void run(const std::vector<std::uint64_t>& points,
           const std::function<void(const WorkOutcome&)>& done,
           const std::function<void()>& waiting) override {
    const auto workers = static_cast<std::size_t>(world_.size() - 1);
    const std::size_t row = std::clamp<std::size_t>(points.size() / (4 * workers), 1, in_a_row_);
    std::vector<std::size_t> first(workers + 1, 0);  // by rank: where its run of points begins
    std::vector<std::size_t> left(workers + 1, 0);   // and how many of them have not ended
    std::size_t next = 0;
    const auto give = [&](std::size_t rank) {
      const std::size_t end = std::min(points.size(), next + row);
      if (next == end) return;
      const auto at = [&](std::size_t i) {
        return points.begin() + static_cast<std::ptrdiff_t>(i);
      };
      first[rank] = next;
      left[rank] = end - next;
      world_.send(static_cast<int>(rank), order_tag, std::vector<std::uint64_t>(at(next), at(end)));
      next = end;
    };
    for (std::size_t rank = 1; rank <= workers; ++rank) give(rank);
    for (std::size_t ended = 0; ended < points.size(); ++ended) {
      const int source = wait_for(world_, mpi::any_source, answer_tag, waiting).source();
      const auto rank = static_cast<std::size_t>(source);
      std::string answer;
      world_.recv(source, answer_tag, answer);
      std::vector<Cell> cells = unpack(answer);
      done({first[rank] + static_cast<std::size_t>(std::get<std::int64_t>(cells.at(0))),
            static_cast<WorkOutcome::End>(std::get<std::int64_t>(cells.at(1))),
            std::get<std::string>(cells.at(2)), std::get<double>(cells.at(3))});
      if (--left[rank] == 0) give(rank);
    }
  }

 private:
  mpi::communicator world_;
  std::size_t in_a_row_;
};

}  // namespace

MpiLeader::~MpiLeader() {
  if (has_begun_) return;
  std::string nothing;
  mpi::broadcast(world_, nothing, 0);
}

std::unique_ptr<PointTeam> MpiLeader::make_team(const std::string& description,
                                                const WorkerPoolOptions& options) {
  std::string order = pack({description, options.timeout_s});
  mpi::broadcast(world_, order, 0);
  has_begun_ = true;
  return std::make_unique<MpiTeam>(world_, options.in_a_row);
}

void serve_points(const mpi::communicator& world) {
  std::string order;
  mpi::broadcast(world, order, 0);
  if (order.empty()) return;
  const std::vector<Cell> cells = unpack(order);
  const auto sweep = load_text<SweepSpec>(std::get<std::string>(cells.at(0)), "rank 0");
  SweepBinder binder(sweep);
  WorkerPoolOptions pool;
  pool.timeout_s = std::get<double>(cells.at(1));
  const auto team = make_fork_team(pool, make_point_work(binder));
  for (;;) {
    if (wait_for(world, 0, mpi::any_tag).tag() == end_tag) {
      world.recv(0, end_tag);
      return;
    }
    std::vector<std::uint64_t> points;
    world.recv(0, order_tag, points);
    team->run(points,
              [&](const WorkOutcome& o) {
                world.send(0, answer_tag,
                           pack({static_cast<std::int64_t>(o.item),
                                 static_cast<std::int64_t>(o.end), o.text, o.wall_s}));
              },
              {});
  }
}

}  // namespace tritsim
