// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "arch/base/coefficient.hpp"
#include "arch/hardware/address_map.hpp"
#include "arch/hardware/controller_port.hpp"
#include "arch/hardware/dram_timing.hpp"

namespace tritsim {

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

/// Clock and row cycle at which currents were measured, where they are not the rated ones: an event
/// keeps its charge when the clock changes.
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

/// Energy of changing data beyond that of static data: share of bits that toggle from beat to beat
/// times a slope.
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

/// What a DRAM device draws: by its supply currents, or, where none are published, by an energy per
/// byte moved (rows and refresh included) and a background power. The range factors move all
/// currents together: parts of one kind vary together.
struct DramSupply {
  std::vector<DramRail> rails;
  std::optional<Coefficient<EnergyPerByte>> access;
  std::optional<Coefficient<Power>> background;  ///< of a device
  std::optional<DramConditions> measured_at;
  std::optional<DataToggle> toggle;
  double low = 1;
  double high = 1;
  std::string source;
  Confidence confidence = Confidence::cited;

  bool operator==(const DramSupply&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.optional("rails", rails, "supply rails of a device");
    io.optional(
        "access", access,
        "energy of the devices per byte moved, rows and refresh included, where no currents "
        "are published");
    io.optional("background", background,
                "power of an idle device, where no currents are published");
    io.optional("measured_at", measured_at,
                "conditions of the currents, where they are not the rated clock and timing");
    io.optional("toggle", toggle, "energy of changing data, where it was measured separately");
    io.optional("low", low, "factor on all currents at the low end", between(0.01, 1));
    io.optional("high", high, "factor on all currents at the high end", between(1, 100));
    io.required("source", source, "where the currents come from");
    io.required("confidence", confidence, "how the currents were obtained");
  }

  void check(Checker& c) const {
    if (rails.empty() && !(access && background)) {
      c.fail("rails", "names no rail",
             "give at least VDD with its currents, or access and background");
    }
    if (!rails.empty() && (access || background)) {
      c.fail("access", "counts the energy of the rails twice",
             "leave access and background, or the rails, out");
    }
  }
};

/// What happens to a row after a request.
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

/// When the controller takes the clock enable from an idle channel.
struct PowerDown {
  std::uint32_t after = 0;  ///< DRAM clocks
  DramDelay txp;

  bool operator==(const PowerDown&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("after", after, "idle clocks before power-down", any_count);
    io.required("tXP", txp, "from the exit to the first command", any_count);
  }
};

/// Writes wait in a queue of their own while reads are served, and are then written together.
struct WriteDrain {
  std::uint32_t queue = 32;
  std::uint32_t high = 26;
  std::uint32_t low = 6;

  bool operator==(const WriteDrain&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("queue", queue, "bursts that the write queue holds", between(1, 256));
    io.required("high", high, "writes that wait when the controller turns to writing",
                between(1, 256));
    io.required("low", low, "writes that still wait when it turns back to reads that wait",
                between(0, 255));
  }

  void check(Checker& c) const {
    if (high > queue) c.fail("high", "is beyond the queue", "give at most queue");
    if (low >= high) c.fail("low", "is not below high", "give less than high");
  }
};

/// The memory controller of a channel.
struct DramController {
  Coefficient<Time> front_end;
  PagePolicy page_policy = PagePolicy::open;
  DramScheduling scheduling = DramScheduling::in_order;
  std::uint32_t queue = 16;
  std::uint32_t bank_machines = 0;
  std::uint32_t row_hit_cap = 0;
  std::optional<WriteDrain> write_drain;
  std::optional<ControllerPort> port;
  std::optional<PowerDown> power_down;

  bool operator==(const DramController&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("front_end", front_end,
                "latency of controller, PHY, crossings and bridge, there and back");
    io.optional("page_policy", page_policy, "what happens to a row after a request");
    io.optional("scheduling", scheduling, "order of service between streams");
    io.optional(
        "queue", queue,
        "bursts that the controller looks ahead to open rows, and requests that it may reorder",
        between(1, 256));
    io.optional("bank_machines", bank_machines,
                "in_order, banks that are worked on at a time, as in FPGA soft controllers; 0: all",
                between(0, 64));
    io.optional("row_hit_cap", row_hit_cap,
                "under fr_fcfs, page hits that may pass the oldest burst of their bank; 0: any "
                "number",
                between(0, 1 << 20));
    io.optional("write_drain", write_drain,
                "under fr_fcfs, a write queue that is drained in turns; without it, reads and "
                "writes share the queue");
    io.optional("port", port, "ports towards the users; left out: as fast as the DRAM");
    io.optional("power_down", power_down, "power-down of an idle channel; without it, none");
  }

  void check(Checker& c) const {
    const bool in_order = scheduling == DramScheduling::in_order;
    const auto only = [&](bool wrong, const char* key, const char* with) {
      if (!wrong) return;
      c.fail(key, fmt::format("needs scheduling {}", with),
             fmt::format("write scheduling: {}, or leave it out", with));
    };
    only(bank_machines > 0 && !in_order, "bank_machines", "in_order");
    only(row_hit_cap > 0 && in_order, "row_hit_cap", "fr_fcfs");
    only(write_drain && in_order, "write_drain", "fr_fcfs");
    only(port && port->round > 0 && in_order, "port.round", "fr_fcfs");
  }
};

/// Clocks of the command bus that commands take. Delays count from last clock to last clock.
struct DramCommandClocks {
  std::uint32_t activate = 1, precharge = 1, column = 1, refresh = 1;

  bool operator==(const DramCommandClocks&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.optional("activate", activate, "clocks of ACT", between(1, 8));
    io.optional("precharge", precharge, "clocks of PRE", between(1, 8));
    io.optional("column", column, "clocks of RD and WR", between(1, 8));
    io.optional("refresh", refresh, "clocks of REF", between(1, 8));
  }
};

/// A DRAM channel, or several that share the addresses: controller, organisation, timing, supply.
struct DramSpec {
  static constexpr std::uint32_t most_banks = 64;

  Frequency clock;  ///< DRAM clock, of commands
  std::uint32_t beats_per_clock = 2;
  Bytes bus_width;  ///< data bits of a channel, ECC left out
  std::uint32_t burst_length = 8;
  DramCommandClocks command_clocks;
  bool row_bus = false;  ///< ACT, PRE and REF have a command bus of their own
  std::uint32_t channels = 1;
  std::uint32_t ranks = 1;
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

  /// Clocks that a burst takes on the data bus.
  [[nodiscard]] std::uint32_t burst_clocks() const { return burst_length / beats_per_clock; }

  [[nodiscard]] Bandwidth peak() const {
    return bus_width * (double{1} * beats_per_clock * channels) / (1.0 / clock);
  }

  /// Of all ranks.
  [[nodiscard]] std::uint32_t banks() const { return ranks * bank_groups * banks_per_group; }

  /// Timing in clocks of the channel.
  [[nodiscard]] DramClocks clocks() const;

  /// Clock and timing that the supply's currents belong to.
  [[nodiscard]] DramConditions conditions() const;

  /// Bytes after which an address meets the same banks again, as far as its bank bits decide it.
  [[nodiscard]] std::uint64_t bank_period() const;

  [[nodiscard]] AddressMap address_map() const {
    const auto bits = [](double n) {
      return static_cast<unsigned>(std::countr_zero(static_cast<std::uint64_t>(n)));
    };
    return {address,
            {bits(rows), bits(banks_per_group), bits(bank_groups), bits(page / burst()),
             bits(channels), bits(ranks)}};
  }

  template <class Io>
  void fields(Io& io) {
    io.required("clock", clock,
                "DRAM clock, of commands: the data rate of a pin over beats_per_clock", any_clock);
    io.optional("beats_per_clock", beats_per_clock,
                "beats a clock on a pin: 2 (DDR, HBM2), 4 (HBM3), 8 (LPDDR5, GDDR6)",
                power_of_two_up_to(16));
    io.required("bus_width", bus_width, "data width of a channel without ECC",
                power_of_two_up_to(1024));
    io.required("burst_length", burst_length, "beats of a burst", power_of_two_up_to(1024));
    io.optional("command_clocks", command_clocks,
                "clocks of the command bus that commands take; delays count from last to last");
    io.optional("row_bus", row_bus, "row commands have a bus of their own (HBM)");
    io.optional("ranks", ranks, "ranks, or stack ids of a HBM: their banks share the buses",
                power_of_two_up_to(16));
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
    io.optional(
        "address", address,
        "parts of an address, most significant first: row, rank, bank, group, column, channel");
    io.required("controller", controller, "memory controller");
    io.required("timing", timing, "timing of the part");
    io.required("supply", supply, "supply currents of one device");
    io.required("io_energy", io_energy, "termination and PHY energy per byte moved");
  }

  void check(Checker& c) const;

 private:
  void check_timing(Checker& c) const;
};

}  // namespace tritsim
