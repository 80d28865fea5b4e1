// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace tritsim {

/// If an MPI launcher has started this process as one of several and the command is `sweep`,
/// becomes tritsim-mpi, which is installed beside this program. Other runs do not load MPI. Throws
/// ConfigError if there is none.
void become_mpi_rank(int argc, char** argv);

}  // namespace tritsim
