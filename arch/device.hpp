// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/coefficient.hpp"

namespace tritsim {

/// An FPGA family's energy coefficients, at the device's rail.
struct DeviceSpec {
  static constexpr std::string_view kind = "device";

  std::string name;
  std::string source;
  Coefficient<Energy> logic_cell;  ///< one logic cell with its register, routing, clock: per clock
  Coefficient<EnergyPerByte> ram_access;  ///< block RAM, per byte read or written

  bool operator==(const DeviceSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "device name");
    io.required("source", source, "where the description comes from");
    io.required("logic_cell", logic_cell,
                "energy of a logic cell (LUT or half ALM, register, routing, clock) per clock");
    io.required("ram_access", ram_access, "block RAM energy per byte read or written");
  }
};

}  // namespace tritsim
