// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "arch/base/schema.hpp"

namespace tritsim {

/// A port of the memory controller itself that several of the users' ports share.
struct SharedPort {
  std::vector<std::uint32_t> members;  ///< users' ports, from 0
  Bytes width;
  Frequency clock;

  bool operator==(const SharedPort&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("members", members, "the ports that share it, counted from 0", between(0, 1 << 20));
    io.required("width", width, "bytes a clock, in each direction", between(1.0 / 8, 1 << 20));
    io.required("clock", clock, "clock of the shared port", any_clock);
  }
};

/// The ports between the controller and its users (AXI, Avalon-MM): each moves one beat a clock in
/// each direction, in transactions of bounded length of which a bounded number is in flight. Of
/// several ports a request takes those over which its addresses are striped, or the one of its
/// requester. Law: models/dram/port_law.hpp.
struct ControllerPort {
  Bytes width;
  Frequency clock;
  std::uint32_t count = 1;
  std::optional<Bytes> stripe;    ///< of consecutive addresses on one port; none: see by_user()
  std::uint32_t burst = 0;        ///< most beats of a transaction; 0: as long as the request
  std::uint32_t outstanding = 0;  ///< transactions in flight; 0: any number
  std::uint32_t turnaround = 0;   ///< cycles from an answer to the transaction that waited for it
  std::uint32_t gap = 0;          ///< cycles without data between transactions
  std::uint32_t round = 0;        ///< bursts that enter the queue at a turn; 0: as they arrive
  std::vector<SharedPort> shared;

  bool operator==(const ControllerPort&) const = default;

  /// Whether every requester has a port of its own choice.
  [[nodiscard]] bool by_user() const { return count > 1 && !stripe; }

  /// Of each port, the number of the port of the controller that it reaches: its own, or one that
  /// it shares.
  [[nodiscard]] std::vector<std::uint32_t> controller_ports() const;

  template <class Io>
  void fields(Io& io) {
    io.required("width", width, "bytes a clock, in each direction", between(1.0 / 8, 1 << 20));
    io.required("clock", clock, "clock of the port", any_clock);
    io.optional("count", count, "ports side by side", between(1, 64));
    io.optional("stripe", stripe,
                "consecutive bytes on one port, where addresses are striped over several; left "
                "out: each kernel or stream has a port (ports of a core group, of traffic)",
                power_of_two_up_to(1 << 30));
    io.optional("burst", burst,
                "largest number of beats in a transaction (AXI3: 16, AXI4: 256; Avalon-MM: the "
                "burst count); 0: as long as the request",
                between(0, 1 << 16));
    io.optional("outstanding", outstanding,
                "transactions in flight on a port, in each direction (Avalon-MM: pending reads); "
                "0: any number",
                between(0, 4096));
    io.optional("turnaround", turnaround,
                "cycles from an answer to the transaction that waited for it", any_cycles);
    io.optional("gap", gap, "cycles without data between two transactions", any_cycles);
    io.optional("round", round,
                "under fr_fcfs, the controller's ports take turns: DRAM bursts that each lets into "
                "the queue at its turn; 0: bursts enter in order of arrival",
                between(0, 1 << 16));
    io.optional("shared", shared, "ports of the controller that several ports share");
  }

  void check(Checker& c) const;
};

}  // namespace tritsim
