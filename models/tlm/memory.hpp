// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>

#include <tlm_utils/multi_passthrough_target_socket.h>

#include "models/tlm/byte_store.hpp"
#include "models/tlm/memory_channel.hpp"

namespace tritsim {

/// One memory channel with the law of its description. Streams that overlap share the channel as
/// StreamScheduler says.
///
/// It is also a plain TLM-2.0 target, for initiators that know nothing of Tritsim:
/// - b_transport reads or writes `length` bytes at an address of the channel, which is one request
///   of its law. The time until its last data is in the returned delay; a controller that reorders
///   blocks until then, since later requests can still go first. A delay that it is called with
///   passes first: callers are taken in the order of time.
/// - nb_transport_fw of the base protocol, through the adapter of the socket.
/// - transport_dbg reads or writes without time and without a trace in the activity. No direct
///   pointer to the data is given: an access that takes no time would leave the law out.
/// `users` takes any number of plain initiators, the n-th that is bound at the memory's port n
/// where users have ports (controller.port); `port` is the first of them. Byte enables, streaming,
/// and addresses beyond the capacity are refused with their TLM status. Cores move no data: what
/// they stream leaves the contents as they are.
class Memory : public MemoryChannel {
 public:
  tlm_utils::multi_passthrough_target_socket<Memory, 32, tlm::tlm_base_protocol_types, 0,
                                             sc_core::SC_ZERO_OR_MORE_BOUND>
      users{"users"};

  static constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

  Memory(const sc_core::sc_module_name& name, const MemoryLaw& law,
         std::uint64_t capacity = no_limit);

  /// `requester` is the clock that a fixed latency counts in.
  Memory(const sc_core::sc_module_name& name, const MemorySpec& spec,
         Frequency requester = Frequency{1e9});

 private:
  void catch_up() override;
  StreamResult complete(StreamScheduler::Id id, bool alone) override;
  void access(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) override;
  void serve(std::uint32_t user, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  void serve_user(int user, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  unsigned int debug_user(int user, tlm::tlm_generic_payload& payload);
  unsigned int transport_dbg(tlm::tlm_generic_payload& payload) override;

  /// Moves the data of a payload; none of a command that moves none.
  void move(tlm::tlm_generic_payload& payload);
  [[nodiscard]] tlm::tlm_response_status status_of(const tlm::tlm_generic_payload& payload) const;
  /// Waits for a stream that others may still delay.
  StreamResult wait_for_end(StreamScheduler::Id id);

  std::uint64_t capacity_;
  bool reorders_;
  std::uint32_t ports_ = 0;  ///< of the users; 0: they have none to choose from
  ByteStore contents_;
};

}  // namespace tritsim
