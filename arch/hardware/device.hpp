// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "arch/hardware/coefficient_table.hpp"
#include "arch/hardware/sram.hpp"

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
    io.required("count", count, "number of blocks that the source states", between(0, 1 << 24));
    io.optional("shell", shell, "of those, taken by the shell or platform", between(0, 1 << 24));
  }

  void check(Checker& c) const {
    if (shell > count) c.fail("shell", "is more than there are", "give shell <= count");
  }
};

/// Logic of a device.
struct LogicBudget {
  std::uint64_t cells = 0;        ///< LUTs or half ALMs
  std::uint64_t registers = 0;    ///< flip-flops
  std::uint64_t multipliers = 0;  ///< of up to 18 x 19 bits, in DSP blocks
  double shell = 0;               ///< share of each that the shell or platform takes
  std::uint32_t regions = 1;      ///< dies (SLRs) of equal size

  bool operator==(const LogicBudget&) const = default;

  [[nodiscard]] double user(std::uint64_t count) const {
    return static_cast<double>(count) * (1 - shell);
  }

  template <class Io>
  void fields(Io& io) {
    io.required("cells", cells, "logic cells (LUTs or half ALMs)", between(1, 1e9));
    io.required("registers", registers, "flip-flops", between(1, 1e9));
    io.required("multipliers", multipliers, "18 x 19 bit multipliers in DSP blocks", any_cells);
    io.optional("regions", regions,
                "dies of equal size that the device is made of (super logic regions); a lane is "
                "placed on one of them",
                between(1, 16));
    io.optional("shell", shell, "share of each that the shell or platform takes", between(0, 1));
  }
};

/// How much static power grows by a rise of the junction: 2^(degrees / doubling).
[[nodiscard]] inline double leakage_growth(double degrees, double doubling) {
  return std::exp2(degrees / doubling);
}

/// Static power of a device: it doubles with every `doubling` degrees.
struct Leakage {
  Coefficient<Power> power;
  double junction = 25;
  Coefficient<double> doubling;

  bool operator==(const Leakage&) const = default;

  /// At another junction temperature, figures at their values.
  [[nodiscard]] Power at(double degrees) const {
    return power.value * leakage_growth(degrees - junction, doubling.value);
  }

  template <class Io>
  void fields(Io& io) {
    io.required("power", power, "static power at the junction temperature `junction`");
    io.required("junction", junction, "degrees Celsius", between(-55, 150));
    io.required("doubling", doubling, "rise in degrees by which it doubles", between(5, 1000));
  }
};

/// An FPGA: its family's coefficients, its memory blocks, logic and static power.
struct DeviceSpec {
  static constexpr std::string_view kind = "device";

  std::string name;
  std::string source;
  CoefficientTable family;
  RamBlock core_block = RamBlock::bram36;  ///< of vector registers and weight FIFOs
  std::vector<RamBudget> ram;
  std::optional<LogicBudget> logic;
  std::optional<Leakage> leakage;

  bool operator==(const DeviceSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "device name");
    io.required("source", source, "where the description comes from");
    io.required("family", family, "what the family's events cost");
    io.optional("core_block", core_block,
                "memory block that vector registers and weight FIFOs are built of");
    io.optional("ram", ram,
                "memory blocks of the device; left out: boards are not checked against them");
    io.optional("logic", logic, "logic of the device; left out: boards are not checked against it");
    io.optional("leakage", leakage, "static power; left out: it is part of the board's idle power");
  }
};

}  // namespace tritsim
