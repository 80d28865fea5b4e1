// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>

#include "arch/base/coefficient.hpp"
#include "arch/hardware/area_table.hpp"
#include "arch/hardware/dsp.hpp"

namespace tritsim {

/// What the energy of a logic cell rests on: how it follows from the data.
struct CellActivity {
  Coefficient<double> toggle_rate;    ///< of the cell's output, a clock, that logic_cell stands for
  Coefficient<double> clocked_share;  ///< of logic_cell, spent whether data change or not

  bool operator==(const CellActivity&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("toggle_rate", toggle_rate,
                "share of clocks in which a cell's output changes, that logic_cell stands for",
                between(0.01, 1));
    io.required("clocked_share", clocked_share,
                "share of logic_cell that clock and register take, whether data change or not",
                any_share);
  }
};

/// Energy of the events of a device family, and what else is known of its logic. A logic cell is a
/// LUT or half an ALM; for an ASIC it is one bit of an adder.
struct CoefficientTable {
  static constexpr std::string_view kind = "coefficients";

  std::string name;
  std::string process;
  std::string source;
  Coefficient<Energy> logic_cell;  ///< one logic cell with its register, routing, clock: per clock
  Coefficient<EnergyPerByte> ram_access;  ///< block RAM, per byte through ports of 20 bit
  std::optional<Coefficient<double>> ram_fixed_share;  ///< of a 20-bit access, whatever its width
  Coefficient<Energy> dsp_mac;  ///< one multiply-add of up to 18 x 19 bits, registered
  std::optional<Coefficient<Energy>> dsp_mac_unregistered;  ///< the same without pipeline registers
  std::map<std::string, DspMode> dsp;                       ///< by mode
  std::optional<CellActivity> activity;
  std::optional<Coefficient<double>> registers_per_cell;
  std::optional<Coefficient<Frequency>> clock_limit;  ///< of pipelined ternary datapaths
  std::optional<AreaTable> area;
  std::optional<UtilisationLimits> limits;
  std::optional<PathDelays> paths;

  bool operator==(const CoefficientTable&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "name of the family");
    io.required("process", process, "process node");
    io.required("source", source, "where the table comes from");
    io.required("logic_cell", logic_cell,
                "energy of a logic cell (LUT or half ALM, register, routing, clock) per clock");
    io.required("ram_access", ram_access,
                "block RAM energy per byte read or written through ports of 20 bit");
    io.optional("ram_fixed_share", ram_fixed_share,
                "share of a 20-bit access to a memory block that does not depend on how wide its "
                "port is; left out: every byte costs the same",
                any_share);
    io.required("dsp_mac", dsp_mac,
                "energy of one multiply-add of up to 18 x 19 bits in a DSP block, pipeline "
                "registers used");
    io.optional("dsp_mac_unregistered", dsp_mac_unregistered,
                "the same without the block's pipeline registers");
    io.optional("dsp", dsp, "modes of a DSP block that cores may name");
    io.optional("activity", activity,
                "what logic_cell rests on; left out: statistics of a trace change no energy");
    io.optional("registers_per_cell", registers_per_cell, "flip-flops per logic cell of a datapath",
                between(0, 1000));
    io.optional("clock_limit", clock_limit, "clock that pipelined ternary datapaths reach",
                any_clock);
    io.optional("area", area,
                "logic cells of what cores are built of; left out: areas are not known");
    io.optional("limits", limits, "share of a device that a design can use; left out: all of it");
    io.optional("paths", paths, "delays of logic; left out: no clock is worked out");
  }
};

}  // namespace tritsim
