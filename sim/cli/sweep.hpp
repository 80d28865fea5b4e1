// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

namespace tritsim {

// Verbs below `sweep`.
void add_sweep_show_command(CLI::App& sweep);
void add_sweep_merge_command(CLI::App& sweep);

}  // namespace tritsim
