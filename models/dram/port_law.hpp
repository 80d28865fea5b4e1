// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <vector>

#include <boost/container/small_vector.hpp>

#include "arch/hardware/dram.hpp"

namespace tritsim {

/// When the data of a request pass the requester's port: first and last beat.
struct Access {
  Time first;
  Time last;
};

/// The ports of a memory controller (AXI, Avalon-MM). A request goes through the port of its
/// requester, or is cut at the stripes of the ports; it is cut into transactions at multiples of
/// the longest burst. For transaction k of a port and direction, issued by its user at t(k), n
/// beats long, whose data the memory moves from m0 to m1:
///   i(k)     = max(t(k), last(k - outstanding) + turnaround)           reaches the memory
///   first(k) = max(m0, last(k-1) + 1 + gap)
///   last(k)  = max(m1, first(k) + n - 1)                               in beats of the port
/// Data that pass a shared port of the controller first pass it in the same way, without a gap.
/// Sources: UG1085 (AXI HP ports: width, 16 beats, pairs that share a port of the DDR controller),
/// Avalon Interface Specifications (burst count, maximum pending reads).
class PortLaw {
 public:
  struct Transaction {
    std::uint64_t bytes = 0;
    std::uint32_t port = 0;
  };

  explicit PortLaw(const ControllerPort& spec);

  /// The transaction at the head of `bytes` from `address`; `user` is the requester's port, where
  /// addresses are not striped.
  [[nodiscard]] Transaction head(std::uint64_t address, std::uint64_t bytes,
                                 std::uint32_t user) const;

  /// When a transaction issued at `issue` reaches the memory.
  [[nodiscard]] Time enter(const Transaction& t, Time issue, bool write) const {
    return *enter(t, issue, write, 0);
  }

  /// The same if `in_flight` others of its port and direction have reached it and not passed yet;
  /// none if one of them must pass first.
  [[nodiscard]] std::optional<Time> enter(const Transaction& t, Time issue, bool write,
                                          std::size_t in_flight) const;

  /// Ports, two directions each.
  [[nodiscard]] std::size_t directions() const { return 2 * ports_.size(); }

  /// When its data pass, if the memory moves them at `memory`. Call once, in order.
  Access pass(const Transaction& t, Access memory, bool write);

 private:
  /// One direction of a port.
  struct Direction {
    Time free;  ///< for the next beat
    boost::container::small_vector<Time, 8> answered;
    std::size_t next = 0;  ///< oldest of `answered`
    std::uint64_t count = 0;
  };

  /// What data pass, beat by beat.
  struct Wire {
    double bytes = 0;  ///< of a beat
    Time beat;
    Time gap;  ///< behind each transaction
  };

  /// When `bytes` that the memory moves at `memory` pass a wire that is free from `free` on.
  [[nodiscard]] static Access move(const Wire& wire, Time& free, std::uint64_t bytes,
                                   Access memory);

  ControllerPort spec_;
  Time beat_;
  std::uint64_t burst_bytes_;                     ///< 0: any length
  std::uint64_t stripe_bytes_;                    ///< 0: not striped
  std::vector<std::array<Direction, 2>> ports_;   ///< [port][read, write]
  std::vector<std::size_t> shared_of_;            ///< by port; none: spec_.shared.size()
  std::vector<std::array<Time, 2>> shared_free_;  ///< by shared port
};

}  // namespace tritsim
