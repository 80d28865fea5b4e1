// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "arch/hardware/dram.hpp"
#include "arch/hardware/sram.hpp"

namespace tritsim {

/// A memory that answers every request a fixed number of the requester's cycles after its issue:
/// no banks, no refresh, no limit. For RTL test benches and limit cases; it has no energy.
struct FixedLatencySpec {
  std::uint32_t cycles = 1;

  bool operator==(const FixedLatencySpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("cycles", cycles, "requester cycles from issue to answer", any_count);
  }
};

/// One kind of memory channel: exactly one of dram, sram, fixed.
struct MemorySpec {
  static constexpr std::string_view kind = "memory";

  std::string name;
  std::string source;
  Bytes capacity;
  std::optional<DramSpec> dram;
  std::optional<SramSpec> sram;
  std::optional<FixedLatencySpec> fixed;

  bool operator==(const MemorySpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "name of the part and its organisation");
    io.required("source", source, "where the description comes from");
    io.required("capacity", capacity, "bytes of one channel", any_capacity);
    io.optional("dram", dram, "a DRAM channel");
    io.optional("sram", sram, "an on-chip memory");
    io.optional("fixed", fixed, "a memory of fixed latency, for test benches");
  }

  void check(Checker& c) const {
    if (dram.has_value() + sram.has_value() + fixed.has_value() != 1) {
      c.fail("", "needs exactly one of dram, sram, fixed", "describe one of them");
    }
  }
};

}  // namespace tritsim
