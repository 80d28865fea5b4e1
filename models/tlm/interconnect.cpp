// SPDX-License-Identifier: Apache-2.0
#include "models/tlm/interconnect.hpp"

#include "models/tlm/simulation_context.hpp"

namespace tritsim {

Interconnect::Interconnect(const sc_core::sc_module_name& name) : sc_module(name) {
  units.register_b_transport(this, &Interconnect::b_transport);
}

void Interconnect::tell(Passed passed, const tlm::tlm_generic_payload& payload,
                        sc_core::sc_time delay) {
  passed.write = payload.is_write();
  passed.address = payload.get_address();
  passed.bytes = payload.get_data_length();
  passed.end = now() + from_sc_time(delay);
  if (const auto* transfer = payload.get_extension<Transfer>()) {
    using Step = Transfer::Step;
    if (transfer->step != Step::whole && transfer->step != Step::complete) return;
    passed.bytes = transfer->request.bytes;
    passed.start = transfer->request.start;
    passed.end = transfer->result.finish;
  }
  on_passed(passed);
}

void Interconnect::b_transport(int id, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  const std::uint64_t address = payload.get_address();
  const auto channel = static_cast<unsigned>(address >> channel_window_bits);
  if (channel >= channels.size()) {
    payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return;
  }
  payload.set_address(address - channel_base(channel));
  const Time sent = now() + from_sc_time(delay);
  channels[static_cast<int>(channel)]->b_transport(payload, delay);
  if (on_passed) tell({id, channel, false, 0, 0, sent, {}}, payload, delay);
  payload.set_address(address);
}

}  // namespace tritsim
