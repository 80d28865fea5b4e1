// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace tritsim {

/// Help text: "--prompt N  prompt tokens of each sequence (0 to 10,000,000; default 0)", of the
/// program and all commands below it. Call it when all of them have been added.
void style_help(CLI::App& app);

/// Message about arguments that no option takes, with the nearest existing one; empty if there are
/// none. `app` has just refused the command line.
[[nodiscard]] std::string unknown_words(const CLI::App& app);

}  // namespace tritsim
