// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include <tlm_utils/multi_passthrough_initiator_socket.h>

#include "models/tlm/memory_channel.hpp"

namespace tritsim {

/// What a bridge sends.
struct BridgeSettings {
  std::uint64_t burst_bytes = 64;  ///< of a payload; a longer request of a core is several
  std::uint32_t outstanding = 0;   ///< payloads in flight; 0: all that the cores have requested
};

/// Between cores and a memory that is not ours: turns their streams into plain generic payloads
/// (address, length, READ or WRITE, streaming width = length, no byte enables, no extension).
///
/// The streams keep their law (StreamScheduler): when a request is issued, how many are in flight,
/// what port, FIFO and unit do with the data. A request is cut into payloads of `burst_bytes`. All
/// of them are sent when it is issued, in order, the n-th not before the answer to the one
/// `outstanding` before it. The data of a payload are there at its end, all at once: the first data
/// of a request with the end of its first payload, the last with the latest end.
///
/// It synchronises: each payload is sent at its simulated time, with a delay of zero. There is no
/// quantum, so cores that share the memory meet in it in the order of time. The delay that
/// b_transport returns counts as time of the access; a target may wait as well. An answer that is
/// within a picosecond of an edge of the requester's clock, SystemC's resolution, comes at that
/// edge: a latency of whole cycles would else lose or gain a cycle after many answers in a row.
///
/// No data travel: the bytes of a payload are zero, or what the memory left in the buffer before.
class MemoryBridge : public MemoryChannel {
 public:
  SC_HAS_PROCESS(MemoryBridge);
  MemoryBridge(const sc_core::sc_module_name& name, Frequency requester,
               const BridgeSettings& settings);

  /// The memory's own account of what it did up to a time; without it, the requests of the cores
  /// are what is known.
  std::function<MemoryActivity(Time end)> report;

  [[nodiscard]] MemoryActivity settle(Time end) override;

 protected:
  /// Sends a payload through a port of the memory, where requesters have one.
  virtual void forward(std::uint32_t memory_port, tlm::tlm_generic_payload& payload,
                       sc_core::sc_time& delay) = 0;

 private:
  /// A request of a core, some of whose payloads have been sent.
  struct Request {
    DramRequest made;
    std::uint64_t sent = 0;      ///< bytes
    std::uint64_t answered = 0;  ///< bytes
    Access access{};
  };

  struct Burst {
    std::uint64_t number = 0;  ///< of all payloads
    std::uint64_t request = 0;
    std::uint64_t offset = 0;  ///< in the request
    std::uint64_t bytes = 0;
    Time issue;
  };

  void streams_changed() override { changed_.notify(); }

  StreamResult complete(StreamScheduler::Id id, bool alone) override;

  void serve();
  void lead(tlm::tlm_generic_payload& payload);
  bool send(tlm::tlm_generic_payload& payload, const Burst& burst);
  void call(tlm::tlm_generic_payload& payload, const Burst& burst);
  void book(const Burst& burst, Time end);

  /// The payload to send now; none: not before next_time().
  std::optional<Burst> next_burst();
  [[nodiscard]] Time next_time() const;
  /// Whether payloads of the last request are still to be sent.
  [[nodiscard]] bool request_begun() const;
  /// When the payload that is next may be sent for those before it; infinite: not known yet.
  [[nodiscard]] Time slot_free() const;
  [[nodiscard]] Time at_edge(Time t) const;

  Frequency clock_;
  BridgeSettings settings_;
  std::map<std::uint64_t, Request> requests_;  ///< not answered, by their number
  std::uint64_t made_ = 0;                     ///< requests
  std::uint64_t sent_ = 0;                     ///< payloads
  std::deque<std::optional<Time>> ends_;       ///< of the last `outstanding` payloads
  // One of its processes leads: it looks for payloads and sends them. If the target blocks it,
  // another takes over.
  bool led_ = false;
  std::uint32_t spare_ = 0;  ///< processes that wait for that
  sc_core::sc_event handover_;
  sc_core::sc_event changed_;
  sc_core::sc_event answered_;
};

/// A bridge with a socket for a target of any bus width. A memory with ports is bound several
/// times, once for each of them.
template <unsigned int BusWidth = 32>
class MemoryBridgeOf final : public MemoryBridge {
 public:
  tlm_utils::multi_passthrough_initiator_socket<MemoryBridgeOf, BusWidth> memory{"memory"};

  using MemoryBridge::MemoryBridge;

 private:
  void forward(std::uint32_t memory_port, tlm::tlm_generic_payload& payload,
               sc_core::sc_time& delay) override {
    memory[static_cast<int>(memory_port % memory.size())]->b_transport(payload, delay);
  }
};

}  // namespace tritsim
