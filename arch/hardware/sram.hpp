// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "arch/base/coefficient.hpp"

namespace tritsim {

/// Memory blocks of FPGA families.
enum class RamBlock { m20k, mlab, bram36, uram, lutram };

template <>
struct EnumNames<RamBlock> {
  static constexpr std::array<std::pair<RamBlock, std::string_view>, 5> names{{
      {RamBlock::m20k, "m20k"},      // Stratix 10, 20 Kbit
      {RamBlock::mlab, "mlab"},      // Stratix 10, 640 bit of logic
      {RamBlock::bram36, "bram36"},  // UltraScale+, 36 Kbit
      {RamBlock::uram, "uram"},      // UltraScale+, 288 Kbit
      {RamBlock::lutram, "lutram"},  // UltraScale+, 64 bit of a LUT
  }};
};

enum class RamPorts {
  single,       ///< one access a cycle
  simple_dual,  ///< a read and a write a cycle
  true_dual,    ///< two accesses of any kind a cycle
};

template <>
struct EnumNames<RamPorts> {
  static constexpr std::array<std::pair<RamPorts, std::string_view>, 3> names{{
      {RamPorts::single, "single"},
      {RamPorts::simple_dual, "simple_dual"},
      {RamPorts::true_dual, "true_dual"},
  }};
};

/// How a memory is built of blocks.
struct BlockLayout {
  std::uint64_t wide = 0;  ///< side by side
  std::uint64_t deep = 0;  ///< one behind the other

  [[nodiscard]] std::uint64_t blocks() const { return wide * deep; }
};

/// Layout of a memory of `depth` words of `width` bits: as many blocks side by side as the width
/// takes and as many in cascade as the depth takes, in the mode of the block that needs the fewest,
/// of equals in the least deep; none if the block has no such ports. Modes: Intel 683423 (M20K,
/// MLAB), AMD UG573 (RAMB36, URAM288), UG574 (RAM64 of a LUT). Left out: halves of a RAMB36 used
/// separately, parity bits that are not requested.
[[nodiscard]] BlockLayout layout_of(RamBlock block, RamPorts ports, std::uint64_t depth,
                                    std::uint64_t width);

/// Bits that each block of a memory of that width gives in an access, in the blocks' widest mode.
[[nodiscard]] double port_width(RamBlock block, double width);

/// On-chip memory behind a port of its own.
struct SramSpec {
  Frequency clock;
  Bytes width;                ///< port: bytes a cycle
  std::uint32_t latency = 1;  ///< cycles from request to first data
  Coefficient<EnergyPerByte> access_energy;
  RamPorts ports = RamPorts::single;
  std::optional<RamBlock> block;  ///< what it is built of
  std::uint32_t cascade = 0;  ///< blocks one behind the other between registers; 0: no registers
  bool double_buffered = false;

  bool operator==(const SramSpec&) const = default;

  /// Layout of one buffer of `capacity`; none if no block is named.
  [[nodiscard]] BlockLayout layout(Bytes capacity) const;

  /// Blocks that `capacity` takes; 0 if no block is named. A double buffer takes them twice.
  [[nodiscard]] std::uint64_t blocks(Bytes capacity) const {
    return layout(capacity).blocks() * (double_buffered ? 2 : 1);
  }

  /// Most that reads and writes move together: every port in every cycle. A double buffer that
  /// takes one access of a kind a cycle has a read of one half and a write of the other.
  [[nodiscard]] Bandwidth peak() const {
    const double of_buffer = ports == RamPorts::single ? 1 : 2;
    const bool twice = double_buffered && ports != RamPorts::simple_dual;
    return width * clock * (twice ? 2 * of_buffer : of_buffer);
  }

  /// Cycles from a request to its first data: `latency`, and one for each register of the cascade.
  [[nodiscard]] std::uint64_t access_cycles(Bytes capacity) const;

  template <class Io>
  void fields(Io& io) {
    io.required("clock", clock, "clock of the port", any_clock);
    io.required("width", width, "port width", between(1.0 / 8, 1 << 20));
    io.required("latency", latency, "cycles from request to first data", any_count);
    io.required("access_energy", access_energy, "energy per byte read or written");
    io.optional("ports", ports, "accesses a cycle");
    io.optional("block", block, "memory block it is built of, for the number of blocks");
    io.optional("cascade", cascade,
                "blocks in cascade between two pipeline registers, each of which takes a cycle; 0: "
                "no registers",
                between(0, 1 << 16));
    io.optional("double_buffered", double_buffered,
                "two memories of this capacity, each with ports of its own: one is filled while "
                "the other is read");
  }

  void check(Checker& c) const;
};

}  // namespace tritsim
