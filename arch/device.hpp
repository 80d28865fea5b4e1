// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>

#include "arch/dsp.hpp"
#include "arch/sram.hpp"

namespace tritsim {

/// Memory blocks of one kind on a device.
struct RamBudget {
  RamBlock block = RamBlock::bram36;
  std::uint64_t count = 0;
  std::uint64_t shell = 0;

  bool operator==(const RamBudget&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("block", block, "kind of block");
    io.required("count", count, "blocks that the source counts");
    io.optional("shell", shell, "of those, taken by the shell or platform");
  }

  void check(Checker& c) const {
    if (shell > count) c.fail("shell", "is more than there are", "give shell <= count");
  }
};

/// An FPGA: its family's energy coefficients, at the device's rail, and its memory blocks.
struct DeviceSpec {
  static constexpr std::string_view kind = "device";

  std::string name;
  std::string source;
  Coefficient<Energy> logic_cell;  ///< one logic cell with its register, routing, clock: per clock
  Coefficient<EnergyPerByte> ram_access;   ///< block RAM, per byte read or written
  RamBlock core_block = RamBlock::bram36;  ///< of vector registers and weight FIFOs
  std::vector<RamBudget> ram;
  std::map<std::string, DspMode> dsp;  ///< by mode

  bool operator==(const DeviceSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "device name");
    io.required("source", source, "where the description comes from");
    io.required("logic_cell", logic_cell,
                "energy of a logic cell (LUT or half ALM, register, routing, clock) per clock");
    io.required("ram_access", ram_access, "block RAM energy per byte read or written");
    io.optional("core_block", core_block,
                "memory block that vector registers and weight FIFOs are built of");
    io.optional("ram", ram, "memory blocks of the device; left out: boards are not checked");
    io.optional("dsp", dsp, "modes of a DSP block that cores may name");
  }
};

}  // namespace tritsim
