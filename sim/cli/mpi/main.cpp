// SPDX-License-Identifier: Apache-2.0
// tritsim-mpi: what `tritsim` becomes when mpirun starts it.
#include <cstdio>
#include <cstring>
#include <exception>

#include <boost/mpi/environment.hpp>

#include "sim/cli/cli.hpp"
#include "sim/cli/mpi/mpi_team.hpp"

namespace {

/// Rank 0: the command line, with the other ranks as workers.
int lead(int argc, char** argv, const boost::mpi::communicator& world) {
  using namespace tritsim;
  MpiLeader leader(world);
  CLI::App app{"Runs the points of a sweep on the ranks of an MPI job; rank 0 hands them out."};
  app.name("tritsim");
  app.require_subcommand(1);
  add_sweep_command(app, [&](const std::string& description, const WorkerPoolOptions& options,
                             const PointWork& work) {
    return world.size() > 1 ? leader.make_team(description, options)
                            : make_fork_team(options, work);
  });
  return run_command_line(app, argc, argv);
}

}  // namespace

int main(int argc, char** argv) {
  // Points run in forks, which use no MPI.
  const boost::mpi::environment environment(argc, argv);
  const boost::mpi::communicator world;
  try {
    if (world.rank() == 0) return lead(argc, argv, world);
    tritsim::serve_points(world);
    return tritsim::exit_ok;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "tritsim-mpi: rank %d: internal error: %s\n", world.rank(), e.what());
  }
  boost::mpi::environment::abort(tritsim::exit_failure);
}
