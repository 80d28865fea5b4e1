// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "arch/board/board.hpp"

namespace tritsim {

/// A number of logic resources with the ends of its plausible range.
struct AreaEstimate {
  double low = 0;
  double value = 0;
  double high = 0;

  AreaEstimate& operator+=(const AreaEstimate& o) {
    low += o.low;
    value += o.value;
    high += o.high;
    return *this;
  }

  [[nodiscard]] AreaEstimate operator*(double k) const { return {low * k, value * k, high * k}; }

  bool operator==(const AreaEstimate&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("low", low, "at the low end of its range");
    io.required("value", value, "at its value");
    io.required("high", high, "at the high end of its range");
  }
};

/// Logic of one unit of a core group.
struct LogicUse {
  std::string group;
  std::string unit;
  AreaEstimate cells;  ///< of one
  double copies = 0;   ///< on the board
  bool per_lane = true;

  [[nodiscard]] AreaEstimate all() const { return cells * copies; }
};

/// Logic cells of a board's units, from their parameters:
///   ternary adders: cells per ternary and bit x activation bits x ternaries a cycle; bit-serial
///                   ones by the bits they take at once; of tables an adder of an entry's bits for
///                   each look-up and each entry filled in a cycle
///   accumulator:    one cell a bit, in an array one for each column
///   decoders:       cells of one x their number, one set a kernel
///   MAC array:      cells of an element in its largest format x elements
///   attention unit: cells of a product x products a cycle
///   vector units:   cells per element and bit x activation bits x elements a cycle
///   streams:        for weights and for vectors an address and a length counter, a kernel
/// Sequencers, interconnect and memory controllers are not in it: a lower bound of the design.
[[nodiscard]] std::vector<LogicUse> logic_uses(const BoardSpec& board);

/// Multipliers of the DSP blocks that arrays and attention units take, each in the mode that needs
/// the most.
[[nodiscard]] double multipliers(const BoardSpec& board);

[[nodiscard]] AreaEstimate logic_cells(const BoardSpec& board);

/// Flip-flops: cells times the family's registers per cell; nothing if it does not say.
[[nodiscard]] AreaEstimate logic_registers(const BoardSpec& board);

/// Memory blocks of one kind that a board's units take.
[[nodiscard]] double memory_blocks(const BoardSpec& board, RamBlock block);

/// The most lanes of `group` that the device's logic cells have room for beside the other groups,
/// everything at its value; nothing if the device's logic is not known. This is a bound: cells are
/// not all of a design's logic, and neither routing nor timing is modelled.
[[nodiscard]] std::optional<std::uint64_t> most_lanes(const BoardSpec& board,
                                                      const std::string& group);

}  // namespace tritsim
