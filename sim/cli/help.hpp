// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace tritsim {

/// Help in words: "--prompt N  prompt tokens of each sequence (0 to 10,000,000; default 0)", of the
/// program and all commands below it. Call it when all of them are there.
void style_help(CLI::App& app);

/// What to say of words of the command line that nothing takes, with the nearest that exists; empty
/// if there are none. `app` has just refused the line.
[[nodiscard]] std::string unknown_words(const CLI::App& app);

}  // namespace tritsim
