// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "arch/base/schema.hpp"

namespace tritsim {

struct BoardSpec;

/// What is wrong with a name that keys, paths, signals and columns are made of; empty if nothing
/// is. Such a name is a letter, then letters, digits, '_' and '-', 64 characters at most.
[[nodiscard]] std::string identifier_fault(const std::string& name);

/// Names of the groups of a board: each by the grammar above, no name for two groups, whether of
/// memories or of cores.
void check_names(const BoardSpec& board, Checker& c);

}  // namespace tritsim
