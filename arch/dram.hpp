// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "arch/address_map.hpp"
#include "arch/coefficient.hpp"

namespace tritsim {

/// Refresh of one bank at a time (LPDDR4 REFpb, HBM2 REFSB), in DRAM clocks.
struct PerBankRefresh {
  std::uint32_t interval = 0;  ///< from one bank's refresh to the next bank's
  std::uint32_t duration = 0;

  bool operator==(const PerBankRefresh&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("tREFIpb", interval, "interval between two refreshes, each of one bank", any_count);
    io.required("tRFCpb", duration, "time one bank is refreshing", any_count);
  }

  void check(Checker& c) const {
    if (duration >= interval) {
      c.fail("tREFIpb", "leaves no time between refreshes", "give tREFIpb > tRFCpb");
    }
  }
};

/// Timing of a DRAM (names as in JESD79-4), in cycles of the DRAM clock (half the data rate).
struct DramTiming {
  std::uint32_t cl = 0, cwl = 0, trcd = 0;
  std::uint32_t trcd_write = 0;  ///< 0: as tRCD
  std::uint32_t trp = 0;
  std::uint32_t trp_all = 0;  ///< 0: as tRP
  std::uint32_t tras = 0, trc = 0;
  std::uint32_t trrd_s = 0, trrd_l = 0, tfaw = 0;
  std::uint32_t tccd_s = 0, tccd_l = 0;
  std::uint32_t twr = 0, twtr_s = 0, twtr_l = 0, trtp = 0;
  std::uint32_t turnaround = 2;
  std::uint32_t trefi = 0, trfc = 0;
  std::optional<PerBankRefresh> per_bank;

  bool operator==(const DramTiming&) const = default;

  [[nodiscard]] std::uint32_t rcd(bool write) const {
    return write && trcd_write > 0 ? trcd_write : trcd;
  }

  [[nodiscard]] std::uint32_t rp_all() const { return trp_all > 0 ? trp_all : trp; }

  template <class Io>
  void fields(Io& io) {
    io.required("CL", cl, "read latency", any_count);
    io.required("CWL", cwl, "write latency", any_count);
    io.required("tRCD", trcd, "activate to column command", any_count);
    io.optional("tRCD_WR", trcd_write, "activate to write, where it differs; 0: tRCD", any_cycles);
    io.required("tRP", trp, "precharge to activate", any_count);
    io.optional("tRP_AB", trp_all, "precharge of all banks, where it differs; 0: tRP", any_cycles);
    io.required("tRAS", tras, "activate to precharge", any_count);
    io.required("tRC", trc, "activate to activate of the same bank", any_count);
    io.required("tRRD_S", trrd_s, "activate to activate, other bank group", any_count);
    io.required("tRRD_L", trrd_l, "activate to activate, same bank group", any_count);
    io.required("tFAW", tfaw, "window of at most four activates", any_count);
    io.required("tCCD_S", tccd_s, "column to column, other bank group", any_count);
    io.required("tCCD_L", tccd_l, "column to column, same bank group", any_count);
    io.required("tWR", twr, "end of write data to precharge", any_count);
    io.required("tWTR_S", twtr_s, "end of write data to read, other bank group", any_count);
    io.required("tWTR_L", twtr_l, "end of write data to read, same bank group", any_count);
    io.required("tRTP", trtp, "read command to precharge", any_count);
    io.optional("turnaround", turnaround, "idle bus clocks from read data to write data",
                any_cycles);
    io.required("tREFI", trefi, "refresh interval", any_count);
    io.required("tRFC", trfc, "refresh duration, all banks", any_count);
    io.optional("per_bank", per_bank, "refresh bank by bank, instead of all banks at once");
  }

  void check(Checker& c) const {
    if (tccd_l < tccd_s) c.fail("tCCD_L", "is below tCCD_S", "give tCCD_L >= tCCD_S");
    if (trrd_l < trrd_s) c.fail("tRRD_L", "is below tRRD_S", "give tRRD_L >= tRRD_S");
    if (twtr_l < twtr_s) c.fail("tWTR_L", "is below tWTR_S", "give tWTR_L >= tWTR_S");
    if (trc < tras) c.fail("tRC", "is below tRAS", "give tRC >= tRAS + tRP as the data sheet does");
    // What a burst can be put off by: a refresh, and before it the end of what was under way.
    const std::uint64_t busy =
        std::uint64_t{trfc} + rp_all() + trcd + trc + cl + cwl + twr + twtr_l;
    if (busy >= trefi) {
      c.fail("tREFI", "leaves no time between refreshes",
             "give tREFI > tRFC + tRP_AB + tRCD + tRC + CL + CWL + tWR + tWTR_L");
    }
  }
};

/// One supply rail of a DRAM device and what it draws (Micron TN-40-07 names).
struct DramRail {
  std::string name;
  Voltage voltage;
  Current idd0, idd2n, idd3n, idd4r, idd4w, idd5b;
  Current idd5pb;
  std::optional<Current> idd2p, idd3p;

  bool operator==(const DramRail&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "name of the rail, e.g. VDD, VDDQ");
    io.required("voltage", voltage, "supply voltage", between(0.1, 100));
    io.required("IDD0", idd0, "one activate and precharge per tRC", any_current);
    io.required("IDD2N", idd2n, "precharge standby", any_current);
    io.required("IDD3N", idd3n, "active standby", any_current);
    io.required("IDD4R", idd4r, "burst read", any_current);
    io.required("IDD4W", idd4w, "burst write", any_current);
    io.required("IDD5B", idd5b, "refresh of all banks", any_current);
    io.optional("IDD5PB", idd5pb, "refresh of one bank", any_current);
    io.optional("IDD2P", idd2p, "precharge power-down", any_current);
    io.optional("IDD3P", idd3p, "active power-down", any_current);
  }

  void check(Checker& c) const {
    if (idd3n < idd2n) c.fail("IDD3N", "is below IDD2N", "give IDD3N >= IDD2N");
    if (idd4r < idd3n) c.fail("IDD4R", "is below IDD3N", "give IDD4R >= IDD3N");
    if (idd4w < idd3n) c.fail("IDD4W", "is below IDD3N", "give IDD4W >= IDD3N");
    if (idd5b < idd3n) c.fail("IDD5B", "is below IDD3N", "give IDD5B >= IDD3N");
    if (idd0 < idd2n) c.fail("IDD0", "is below IDD2N", "give IDD0 >= IDD2N");
    if (idd2p.value_or(idd2n) > idd2n) c.fail("IDD2P", "is above IDD2N", "give IDD2P <= IDD2N");
    if (idd3p.value_or(idd3n) > idd3n) c.fail("IDD3P", "is above IDD3N", "give IDD3P <= IDD3N");
  }
};

/// Clock and row cycle at which currents were measured, where they are not the channel's own: an
/// event keeps its charge when the clock changes.
struct DramConditions {
  Frequency clock;
  std::uint32_t tras = 0, trc = 0, trfc = 0;  ///< in cycles of that clock
  std::uint32_t trfc_pb = 0;

  bool operator==(const DramConditions&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("clock", clock, "DRAM clock", any_clock);
    io.required("tRAS", tras, "activate to precharge", any_count);
    io.required("tRC", trc, "activate to activate", any_count);
    io.required("tRFC", trfc, "refresh duration", any_count);
    io.optional("tRFCpb", trfc_pb, "refresh duration of one bank", any_cycles);
  }
};

/// Energy of data that change, on top of what static data cost: share of bits that toggle from beat
/// to beat times a slope.
struct DataToggle {
  double share = 0.5;  ///< 0.5: random data
  Coefficient<EnergyPerByte> read;
  Coefficient<EnergyPerByte> write;

  bool operator==(const DataToggle&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.optional("share", share, "share of bits that toggle; 0.5 for random data", between(0, 1));
    io.required("read", read, "energy per byte read if every bit toggled");
    io.required("write", write, "energy per byte written if every bit toggled");
  }
};

/// Supply currents of one DRAM device. The range factors move all currents together: parts of one
/// kind vary together.
struct DramSupply {
  std::vector<DramRail> rails;
  std::optional<DramConditions> measured_at;
  std::optional<DataToggle> toggle;
  double low = 1;
  double high = 1;
  std::string source;
  Confidence confidence = Confidence::cited;

  bool operator==(const DramSupply&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("rails", rails, "supply rails of a device");
    io.optional("measured_at", measured_at,
                "conditions of the currents, where they are not the channel's timing");
    io.optional("toggle", toggle, "energy of changing data, where it was measured apart");
    io.required("low", low, "factor on all currents at the low end", between(0.01, 1));
    io.required("high", high, "factor on all currents at the high end", between(1, 100));
    io.required("source", source, "where the currents come from");
    io.required("confidence", confidence, "how the currents were obtained");
  }

  void check(Checker& c) const {
    if (rails.empty()) c.fail("rails", "names no rail", "give at least VDD with its currents");
  }
};

/// What becomes of a row after a request.
enum class PagePolicy { open, closed };

template <>
struct EnumNames<PagePolicy> {
  static constexpr std::array<std::pair<PagePolicy, std::string_view>, 2> names{{
      {PagePolicy::open, "open"},      // stays open until another row or a refresh needs the bank
      {PagePolicy::closed, "closed"},  // its last burst of a request precharges it
  }};
};

/// In which order requests of several streams are served.
enum class DramScheduling { in_order, fr_fcfs };

template <>
struct EnumNames<DramScheduling> {
  static constexpr std::array<std::pair<DramScheduling, std::string_view>, 2> names{{
      {DramScheduling::in_order, "in_order"},
      {DramScheduling::fr_fcfs, "fr_fcfs"},  // first ready, then first come
  }};
};

/// A port of the memory controller itself that several of the users' ports share.
struct SharedPort {
  std::vector<std::uint32_t> members;  ///< users' ports, from 0
  Bytes width;
  Frequency clock;

  bool operator==(const SharedPort&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("members", members, "the ports that share it, counted from 0",
                between(0, 1 << 20));
    io.required("width", width, "bytes a clock, in each direction", between(1.0 / 8, 1 << 20));
    io.required("clock", clock, "clock of the shared port", any_clock);
  }
};

/// The ports between the controller and its users (AXI, Avalon-MM): each moves one beat a clock in
/// each direction, in transactions of bounded length of which a bounded number is in flight. Law:
/// models/port_law.hpp.
struct ControllerPort {
  Bytes width;
  Frequency clock;
  std::uint32_t count = 1;
  std::optional<Bytes> stripe;    ///< of consecutive addresses on one port
  std::uint32_t burst = 0;        ///< most beats of a transaction; 0: as long as the request
  std::uint32_t outstanding = 0;  ///< transactions in flight; 0: any number
  std::uint32_t turnaround = 0;   ///< cycles from an answer to the transaction that waited for it
  std::uint32_t gap = 0;          ///< cycles without data between transactions
  std::vector<SharedPort> shared;

  bool operator==(const ControllerPort&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("width", width, "bytes a clock, in each direction", between(1.0 / 8, 1 << 20));
    io.required("clock", clock, "clock of the port", any_clock);
    io.optional("count", count, "ports side by side, over which addresses are striped",
                between(1, 64));
    io.optional("stripe", stripe, "consecutive bytes on one port, where there are several",
                power_of_two_up_to(1 << 30));
    io.optional("burst", burst,
                "most beats of a transaction (AXI3: 16, AXI4: 256; Avalon-MM: the burst count); "
                "0: as long as the request",
                between(0, 1 << 16));
    io.optional("outstanding", outstanding,
                "transactions in flight on a port, in each direction (Avalon-MM: pending reads); "
                "0: any number",
                between(0, 4096));
    io.optional("turnaround", turnaround,
                "cycles from an answer to the transaction that waited for it", any_cycles);
    io.optional("gap", gap, "cycles without data between two transactions", any_cycles);
    io.optional("shared", shared, "ports of the controller that several ports share");
  }

  void check(Checker& c) const;
};

/// When the controller takes the clock enable from an idle channel, in DRAM clocks.
struct PowerDown {
  std::uint32_t after = 0;
  std::uint32_t txp = 0;

  bool operator==(const PowerDown&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("after", after, "idle clocks before power-down", any_count);
    io.required("tXP", txp, "from the exit to the first command", any_count);
  }
};

/// The memory controller of a channel.
struct DramController {
  Coefficient<Time> front_end;
  PagePolicy page_policy = PagePolicy::open;
  DramScheduling scheduling = DramScheduling::in_order;
  std::uint32_t queue = 16;
  std::optional<ControllerPort> port;
  std::optional<PowerDown> power_down;

  bool operator==(const DramController&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("front_end", front_end,
                "latency of controller, PHY, crossings and bridge, there and back");
    io.optional("page_policy", page_policy, "what becomes of a row after a request");
    io.optional("scheduling", scheduling, "order of service between streams");
    io.optional("queue", queue,
                "bursts the controller looks ahead when it opens rows, and "
                "requests it may reorder",
                between(1, 256));
    io.optional("port", port, "ports towards the users; without them as fast as the DRAM");
    io.optional("power_down", power_down, "power-down of an idle channel; without it, none");
  }
};

/// A DRAM channel, or several that share the addresses: controller, organisation, timing, supply.
struct DramSpec {
  static constexpr std::uint32_t most_banks = 64;

  Frequency clock;  ///< DRAM clock; data move on both edges
  Bytes bus_width;  ///< data bits of a channel, ECC left out
  std::uint32_t burst_length = 8;
  std::uint32_t channels = 1;
  std::uint32_t bank_groups = 4;
  std::uint32_t banks_per_group = 4;
  std::uint32_t rows = 65536;
  Bytes page;                 ///< row of one bank over all devices of the rank
  std::uint32_t devices = 8;  ///< devices of a channel that draw current, ECC included
  std::string address = "row bank column group";
  DramController controller;
  DramTiming timing;
  DramSupply supply;
  Coefficient<EnergyPerByte> io_energy;  ///< termination and both PHYs, per byte moved

  bool operator==(const DramSpec&) const = default;

  [[nodiscard]] Bytes burst() const { return bus_width * burst_length; }

  [[nodiscard]] Bandwidth peak() const { return bus_width * (2.0 * channels) / (1.0 / clock); }

  [[nodiscard]] std::uint32_t banks() const { return bank_groups * banks_per_group; }

  [[nodiscard]] AddressMap address_map() const {
    const auto bits = [](double n) {
      return static_cast<unsigned>(std::countr_zero(static_cast<std::uint64_t>(n)));
    };
    return {address,
            {bits(rows), bits(banks_per_group), bits(bank_groups), bits(page / burst()),
             bits(channels)}};
  }

  template <class Io>
  void fields(Io& io) {
    io.required("clock", clock, "DRAM clock, half the data rate", any_clock);
    io.required("bus_width", bus_width, "data width of a channel without ECC",
                power_of_two_up_to(1024));
    io.required("burst_length", burst_length, "beats of a burst", power_of_two_up_to(1024));
    io.optional("channels", channels, "channels that share the addresses, see address",
                power_of_two_up_to(64));
    io.required("bank_groups", bank_groups, "bank groups (1 where there are none)",
                power_of_two_up_to(1024));
    io.required("banks_per_group", banks_per_group, "banks in a group", power_of_two_up_to(1024));
    io.required("rows", rows, "rows of a bank", power_of_two_up_to(1 << 30));
    io.required("page", page, "bytes of a row over all data devices of the rank",
                power_of_two_up_to(1 << 30));
    io.required("devices", devices, "devices of a channel that draw current, ECC included",
                any_count);
    io.optional("address", address,
                "parts of an address, most significant first: row, bank, group, column, channel");
    io.required("controller", controller, "memory controller");
    io.required("timing", timing, "timing in DRAM clock cycles");
    io.required("supply", supply, "supply currents of one device");
    io.required("io_energy", io_energy, "termination and PHY energy per byte moved");
  }

  void check(Checker& c) const;
};

}  // namespace tritsim
