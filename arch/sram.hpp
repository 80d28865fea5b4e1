// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/coefficient.hpp"

namespace tritsim {

/// On-chip memory behind a port of its own.
struct SramSpec {
  Frequency clock;
  Bytes width;                ///< port: bytes a cycle
  std::uint32_t latency = 1;  ///< cycles from request to first data
  Coefficient<EnergyPerByte> access_energy;

  bool operator==(const SramSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("clock", clock, "clock of the port", any_clock);
    io.required("width", width, "port width", between(1.0 / 8, 1 << 20));
    io.required("latency", latency, "cycles from request to first data", any_count);
    io.required("access_energy", access_energy, "energy per byte read or written");
  }
};

}  // namespace tritsim
