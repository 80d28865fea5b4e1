// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "arch/board/board.hpp"
#include "arch/hardware/part.hpp"

namespace tritsim {

/// Logic of one unit of a core group.
struct LogicUse {
  std::string group;
  std::string unit;
  AreaEstimate cells;      ///< of one
  AreaEstimate registers;  ///< of one
  double multipliers = 0;  ///< of one
  double copies = 0;       ///< on the board
  bool per_lane = true;
  bool wrapper = false;    ///< between core and memory: not of the core itself
  double path_levels = 0;  ///< logic cells on its slowest path, 0: not known
  double path_carries = 0;

  [[nodiscard]] AreaEstimate all() const { return cells * copies; }
};

/// Logic of a board's units: parts by their structure (arch/hardware/part.hpp) and the family's
/// area table; weight decoders, elements of a MAC array and attention units as the core's
/// description gives them. Memory controllers and PCIe are the shell's. Empty if the family has no
/// area table.
[[nodiscard]] std::vector<LogicUse> logic_uses(const BoardSpec& board);

/// Multipliers of the DSP blocks that arrays, attention and vector units take, each in the mode
/// that needs the most.
[[nodiscard]] double multipliers(const BoardSpec& board);

/// What the uses sum up to, scatter of whole designs included.
[[nodiscard]] AreaEstimate logic_cells(const BoardSpec& board);
[[nodiscard]] AreaEstimate logic_registers(const BoardSpec& board);

/// The same of the cores alone, without DMA engines and register stages.
[[nodiscard]] AreaEstimate core_cells(const BoardSpec& board);
[[nodiscard]] AreaEstimate core_registers(const BoardSpec& board);

/// Cells of the fullest of the device's regions: kernels are placed whole, the largest first, where
/// most is free; lane by lane if a region does not hold one.
[[nodiscard]] AreaEstimate fullest_region(const BoardSpec& board);

/// Memory blocks of one kind that a board's units take.
[[nodiscard]] double memory_blocks(const BoardSpec& board, RamBlock block);

}  // namespace tritsim
