// SPDX-License-Identifier: Apache-2.0
#include "models/tlm/interconnect.hpp"

namespace tritsim {

Interconnect::Interconnect(const sc_core::sc_module_name& name) : sc_module(name) {
  units.register_b_transport(this, &Interconnect::b_transport);
}

void Interconnect::b_transport(int /*id*/, tlm::tlm_generic_payload& payload,
                               sc_core::sc_time& delay) {
  const std::uint64_t address = payload.get_address();
  const auto channel = static_cast<unsigned>(address >> channel_window_bits);
  if (channel >= channels.size()) {
    payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return;
  }
  payload.set_address(address - channel_base(channel));
  channels[static_cast<int>(channel)]->b_transport(payload, delay);
  payload.set_address(address);
}

}  // namespace tritsim
