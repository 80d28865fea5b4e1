// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/mpi.hpp"

#include <cstdlib>
#include <filesystem>
#include <string>

#include <unistd.h>

#include "arch/base/problems.hpp"

namespace tritsim {
namespace {

/// Ranks of the job, as Open MPI's mpirun, a PMI launcher or Slurm's srun says; 1 if none does.
int ranks() {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"}) {
    if (const char* text = std::getenv(name)) return std::atoi(text);
  }
  const char* tasks = std::getenv("SLURM_NTASKS");
  return std::getenv("PMIX_RANK") != nullptr && tasks != nullptr ? std::atoi(tasks) : 1;
}

}  // namespace

void become_mpi_rank(int argc, char** argv) {
  if (argc < 2 || std::string(argv[1]) != "sweep" || ranks() < 2) return;
  const std::string program =
      std::filesystem::read_symlink("/proc/self/exe").replace_filename("tritsim-mpi").string();
  execv(program.c_str(), argv);
  throw ConfigError(program +
                    ": cannot be started, so that ranks cannot share a sweep; build it with "
                    "Boost.MPI and an MPI installed, or use --shard");
}

}  // namespace tritsim
