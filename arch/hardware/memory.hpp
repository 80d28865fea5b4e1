// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "arch/base/uncertain.hpp"
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

/// A memory of which no more is known than how fast it is: requests one after the other at a rate,
/// each answered a latency after its data could begin. No banks, no refresh, no order of addresses.
struct SimpleMemorySpec {
  Bandwidth bandwidth;  ///< of reads and writes together
  Time latency;         ///< from a request's issue to its first data, when idle
  Coefficient<EnergyPerByte> energy;

  bool operator==(const SimpleMemorySpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("bandwidth", bandwidth, "bandwidth that it attains, reads and writes together",
                positive_up_to(1e15));
    io.required("latency", latency, "from a request to its first data, when idle", between(0, 1));
    io.required("energy", energy, "energy per byte read or written");
  }
};

/// One kind of memory channel: exactly one of dram, sram, simple, fixed.
struct MemorySpec {
  static constexpr std::string_view kind = "memory";

  std::string name;
  std::string source;
  Bytes capacity;
  std::optional<DramSpec> dram;
  std::optional<SramSpec> sram;
  std::optional<SimpleMemorySpec> simple;
  std::optional<FixedLatencySpec> fixed;
  UncertainNumbers uncertain{};

  bool operator==(const MemorySpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "name of the part and its organisation");
    io.required("source", source, "where the description comes from");
    io.required("capacity", capacity, "bytes of one channel", any_capacity);
    io.optional("dram", dram, "a DRAM channel");
    io.optional("sram", sram, "an on-chip memory");
    io.optional("simple", simple, "a memory known by bandwidth, latency and energy alone");
    io.optional("fixed", fixed, "a memory of fixed latency, for test benches");
    io.optional("uncertain", uncertain, uncertain_doc);
  }

  void check(Checker& c) const;
};

/// Ports of which each requester of a memory has one; 0: requesters have none to choose from.
[[nodiscard]] inline std::uint32_t user_ports(const MemorySpec& memory) {
  if (!memory.dram || !memory.dram->controller.port) return 0;
  const ControllerPort& port = *memory.dram->controller.port;
  return port.by_user() ? port.count : 0;
}

}  // namespace tritsim
