// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/base/coefficient.hpp"

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

/// Logic cells of the primitives that parts of a core are made of (arch/hardware/part.hpp counts
/// them), and figures of parts that are taken as they are.
struct AreaTable {
  static constexpr std::string_view kind = "area";

  std::string name;
  std::string source;
  Coefficient<double> adder_bit;
  Coefficient<double> accumulator_bit;
  Coefficient<double> select_bit;
  Coefficient<double> decoded_byte;
  Coefficient<double> table_cell;
  Coefficient<double> register_bit;
  Coefficient<double> scatter;
  Coefficient<double> dma_cells;
  Coefficient<double> dma_registers;

  bool operator==(const AreaTable&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "name of the table");
    io.required("source", source, "where the figures come from");
    io.required("adder_bit", adder_bit,
                "logic cells of a bit of an adder, or of a ternary product and the carry of its "
                "minus",
                any_cells);
    io.required("accumulator_bit", accumulator_bit,
                "logic cells of a bit of a sum that is added to and restarted", any_cells);
    io.required("select_bit", select_bit,
                "logic cells of a bit that is chosen between two sources, saturated or masked",
                any_cells);
    io.required("decoded_byte", decoded_byte, "logic cells of a decoder of five trits a byte",
                any_cells);
    io.required("table_cell", table_cell, "logic cells for 64 bits of a table of constants",
                any_cells);
    io.required("register_bit", register_bit, "flip-flops of a bit that a part registers",
                any_cells);
    io.required("scatter", scatter,
                "cells and registers of a whole design over what its parts sum up to; value 1",
                between(0.1, 10));
    io.required("dma_cells", dma_cells, "logic cells of a DMA engine", any_cells);
    io.required("dma_registers", dma_registers, "flip-flops of a DMA engine", any_cells);
  }
};

/// Share of a device's resources at which designs of a family still meet their clock: `low` is
/// where most do, `high` where the best do.
struct UtilisationLimits {
  Coefficient<double> cells;
  Coefficient<double> registers;
  Coefficient<double> multipliers;
  Coefficient<double> blocks;

  bool operator==(const UtilisationLimits&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("cells", cells, "share of the logic cells", any_share);
    io.required("registers", registers, "share of the flip-flops", any_share);
    io.required("multipliers", multipliers, "share of the multipliers of DSP blocks", any_share);
    io.required("blocks", blocks, "share of the memory blocks of a kind", any_share);
  }
};

/// Delays of a path between two registers.
struct PathDelays {
  Coefficient<Time> registers;
  Coefficient<Time> level;
  Coefficient<Time> carry;
  Coefficient<Time> fan_out;

  bool operator==(const PathDelays&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("registers", registers,
                "clock to output, set-up, skew and uncertainty of the clock", any_time);
    io.required("level", level, "a logic cell and the net to the next", any_time);
    io.required("carry", carry, "four bits of a carry chain", any_time);
    io.required("fan_out", fan_out,
                "what the longest net of a path takes more each time its fan-out doubles",
                any_time);
  }
};

}  // namespace tritsim
