// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/board/board.hpp"
#include "sim/result/what_if.hpp"

namespace tritsim {

/// Whether a board has the resource at all.
[[nodiscard]] bool has_resource(const BoardSpec& board, Resource resource);

/// The board with the resource twice as fast (`resource_texts` says what that means), all else as
/// it was. Latencies in whole cycles are halved and rounded up.
[[nodiscard]] BoardSpec relieve(BoardSpec board, Resource resource);

}  // namespace tritsim
