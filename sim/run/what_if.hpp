// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/run/short_run.hpp"

namespace tritsim {

/// Runs the board again with each of its resources twice as fast, and finds what bounds it
/// (`WhatIf`). `done`, if any, is called after each run.
[[nodiscard]] WhatIf what_if(const BoardSpec& board, const ShortRun& shorter,
                             const RunProgress& done = {});

}  // namespace tritsim
