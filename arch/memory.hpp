// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include <fmt/format.h>

#include "arch/coefficient.hpp"

namespace tritsim {

/// JEDEC timing of a DRAM, in cycles of the DRAM clock (half the data rate).
struct DramTiming {
  std::uint32_t cl = 0, cwl = 0, trcd = 0, trp = 0, tras = 0;
  std::uint32_t trrd = 0, tccd_s = 0, tccd_l = 0;
  std::uint32_t twr = 0, twtr = 0, trtp = 0;
  std::uint32_t trefi = 0, trfc = 0;

  bool operator==(const DramTiming&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("CL", cl, "read latency", any_count);
    io.required("CWL", cwl, "write latency", any_count);
    io.required("tRCD", trcd, "activate to column command", any_count);
    io.required("tRP", trp, "precharge to activate", any_count);
    io.required("tRAS", tras, "activate to precharge", any_count);
    io.required("tRRD", trrd, "activate to activate of another bank", any_count);
    io.required("tCCD_S", tccd_s, "column to column, other bank group", any_count);
    io.required("tCCD_L", tccd_l, "column to column, same bank group", any_count);
    io.required("tWR", twr, "end of write data to precharge", any_count);
    io.required("tWTR", twtr, "end of write data to read command", any_count);
    io.required("tRTP", trtp, "read command to precharge", any_count);
    io.required("tREFI", trefi, "refresh interval", any_count);
    io.required("tRFC", trfc, "refresh duration", any_count);
  }

  void check(Checker& c) const {
    if (tccd_l < tccd_s) c.fail("tCCD_L", "is below tCCD_S", "give tCCD_L >= tCCD_S");
    if (trfc + trp + trcd >= trefi) {
      c.fail("tREFI", "leaves no time between refreshes", "give tREFI > tRFC + tRP + tRCD");
    }
  }
};

/// Supply currents of one DRAM device on its core rail (Micron TN-40-07 names). The range factors
/// move all currents together: parts of one kind vary together.
struct DramSupply {
  Voltage vdd;
  Current idd0, idd2n, idd3n, idd4r, idd4w, idd5b;
  double low = 1;
  double high = 1;
  std::string source;
  Confidence confidence = Confidence::cited;

  bool operator==(const DramSupply&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("VDD", vdd, "core supply voltage", positive);
    io.required("IDD0", idd0, "one activate and precharge per tRC", positive);
    io.required("IDD2N", idd2n, "precharge standby", positive);
    io.required("IDD3N", idd3n, "active standby", positive);
    io.required("IDD4R", idd4r, "burst read", positive);
    io.required("IDD4W", idd4w, "burst write", positive);
    io.required("IDD5B", idd5b, "burst refresh", positive);
    io.required("low", low, "factor on all currents at the low end", between(0.01, 1));
    io.required("high", high, "factor on all currents at the high end", at_least(1));
    io.required("source", source, "where the currents come from");
    io.required("confidence", confidence, "how the currents were obtained");
  }

  void check(Checker& c) const {
    if (idd3n < idd2n) c.fail("IDD3N", "is below IDD2N", "give IDD3N >= IDD2N");
    if (idd4r < idd3n) c.fail("IDD4R", "is below IDD3N", "give IDD4R >= IDD3N");
    if (idd4w < idd3n) c.fail("IDD4W", "is below IDD3N", "give IDD4W >= IDD3N");
    if (idd5b < idd3n) c.fail("IDD5B", "is below IDD3N", "give IDD5B >= IDD3N");
    if (idd0 < idd3n) c.fail("IDD0", "is below IDD3N", "give IDD0 >= IDD3N");
  }
};

/// One DRAM channel: its controller's front end, organisation, timing and supply.
struct DramSpec {
  /// Twice as many as any part has; the models keep the state of each in place.
  static constexpr std::uint32_t most_banks = 64;

  Frequency clock;  ///< DRAM clock; data move on both edges
  Bytes bus_width;  ///< data bits of the channel, ECC left out
  std::uint32_t burst_length = 8;
  std::uint32_t bank_groups = 4;
  std::uint32_t banks_per_group = 4;
  std::uint32_t rows = 65536;
  Bytes page;                 ///< row of one bank over all devices of the rank
  std::uint32_t devices = 8;  ///< devices that draw current, ECC included
  bool bank_group_interleave = true;
  Coefficient<Time> front_end;  ///< controller, PHY, clock crossings and bridge, there and back
  DramTiming timing;
  DramSupply supply;
  Coefficient<EnergyPerByte> io_energy;  ///< termination and both PHYs, per byte moved

  bool operator==(const DramSpec&) const = default;

  [[nodiscard]] Bytes burst() const { return bus_width * burst_length; }

  [[nodiscard]] Bandwidth peak() const { return bus_width * 2.0 / (1.0 / clock); }

  /// Bytes that stream from one set of open rows: all bank groups together if they interleave.
  [[nodiscard]] Bytes stripe() const { return bank_group_interleave ? page * bank_groups : page; }

  template <class Io>
  void fields(Io& io) {
    io.required("clock", clock, "DRAM clock, half the data rate", any_clock);
    io.required("bus_width", bus_width, "data width of the channel without ECC",
                power_of_two_up_to(1024));
    io.required("burst_length", burst_length, "beats of a burst", power_of_two_up_to(1024));
    io.required("bank_groups", bank_groups, "bank groups (1 for DDR3)", power_of_two_up_to(1024));
    io.required("banks_per_group", banks_per_group, "banks in a group", power_of_two_up_to(1024));
    io.required("rows", rows, "rows of a bank", power_of_two_up_to(1 << 30));
    io.required("page", page, "bytes of a row over all data devices of the rank",
                power_of_two_up_to(1 << 30));
    io.required("devices", devices, "devices that draw current, ECC included", any_count);
    io.optional("bank_group_interleave", bank_group_interleave,
                "consecutive bursts go to different bank groups");
    io.required("front_end", front_end,
                "latency of controller, PHY, crossings and bridge, there and back");
    io.required("timing", timing, "JEDEC timing in DRAM clock cycles");
    io.required("supply", supply, "supply currents of one device");
    io.required("io_energy", io_energy, "termination and PHY energy per byte moved");
  }

  void check(Checker& c) const {
    if (page < burst()) {
      c.fail("page", "is smaller than a burst", "give at least bus_width x burst_length");
    }
    if (std::uint64_t{bank_groups} * banks_per_group > most_banks) {
      c.fail("banks_per_group", fmt::format("makes more than {} banks", most_banks),
             fmt::format("give bank_groups x banks_per_group <= {}", most_banks));
    }
    if (burst_length / 2 > timing.tccd_s) {
      c.fail("burst_length", "needs more bus cycles than tCCD_S allows",
             "give burst_length <= 2 tCCD_S");
    }
  }
};

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
