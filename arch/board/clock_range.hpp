// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "arch/board/board.hpp"

namespace tritsim {

/// Clock that a core's slowest path allows.
struct ClockRange {
  std::string unit;  ///< that has the path
  double levels = 0;
  Frequency low;  ///< all delays at their high ends
  Frequency value;
  Frequency high;
};

/// Of the slowest class of paths of a group's parts: registers + levels x level + carries x carry +
/// fan_out x log2(largest fan-out), where the widest net drives every lane of the kernel or every
/// bit of a chunk. Units whose description gives cells alone have no path. Nothing if the family
/// has no delays.
[[nodiscard]] std::optional<ClockRange> clock_range(const BoardSpec& board, const CoreGroup& group);

}  // namespace tritsim
