// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/result/result.hpp"

namespace tritsim {

/// Simulates a model on a board: expand, lower, run every distinct kernel, collect. Throws
/// ConfigError if an op cannot run where the mapping puts it, or the weights do not fit.
[[nodiscard]] Result run_model(const BoardSpec& board, const ModelSpec& model,
                               const Workload& workload);

/// Simulates an assembly program once on the first kernel of a board. Throws ConfigError with every
/// problem of the program; its warnings go to `warnings`.
[[nodiscard]] Result run_program(const BoardSpec& board, const std::string& text,
                                 const std::string& file, std::vector<std::string>& warnings);

}  // namespace tritsim
