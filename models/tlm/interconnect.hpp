// SPDX-License-Identifier: Apache-2.0
#pragma once

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

  explicit Interconnect(const sc_core::sc_module_name& name);

 private:
  void b_transport(int id, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
};

}  // namespace tritsim
