// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include <tlm_utils/multi_passthrough_initiator_socket.h>
#include <tlm_utils/multi_passthrough_target_socket.h>

#include "models/tlm/transfer.hpp"

namespace tritsim {

/// Crossbar between units and memory channels: routes by address window, makes the address
/// relative to the channel. It takes no time of its own: a path's latency belongs to the channel's
/// front end, its width to the unit's port, and channels are where traffic meets.
class Interconnect : public sc_core::sc_module {
 public:
  tlm_utils::multi_passthrough_target_socket<Interconnect> units{"units"};
  tlm_utils::multi_passthrough_initiator_socket<Interconnect> channels{"channels"};

  /// What passed: a transfer from its start to its end, or a plain access.
  struct Passed {
    int unit = 0;  ///< the index of the socket, in the order of binding
    unsigned channel = 0;
    bool write = false;
    std::uint64_t address = 0;  ///< of the channel
    std::uint64_t bytes = 0;
    Time start;
    Time end;
  };

  /// Called at the end of everything that passed.
  std::function<void(const Passed&)> on_passed;

  explicit Interconnect(const sc_core::sc_module_name& name);

 private:
  void b_transport(int id, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  /// Tells of a payload that is through; `passed` has its unit, its channel and when it was sent.
  void tell(Passed passed, const tlm::tlm_generic_payload& payload, sc_core::sc_time delay);
};

}  // namespace tritsim
