// SPDX-License-Identifier: Apache-2.0
#include "models/tlm/memory_channel.hpp"

#include "models/tlm/simulation_context.hpp"

namespace tritsim {

MemoryChannel::MemoryChannel(const sc_core::sc_module_name& name, const MemoryLaw& law)
    : sc_module(name), scheduler_(law) {
  port.register_b_transport(this, &MemoryChannel::b_transport);
  port.register_transport_dbg(this, &MemoryChannel::transport_dbg);
}

void MemoryChannel::access(tlm::tlm_generic_payload& payload, sc_core::sc_time& /*delay*/) {
  payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
}

unsigned int MemoryChannel::transport_dbg(tlm::tlm_generic_payload& payload) {
  payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
  return 0;
}

void MemoryChannel::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  // A shared resource: take callers in the order of time.
  if (delay > sc_core::SC_ZERO_TIME) {
    wait_for(delay);
    delay = sc_core::SC_ZERO_TIME;
  }
  auto* transfer = payload.get_extension<Transfer>();
  if (transfer == nullptr) {
    access(payload, delay);
    return;
  }
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
  take(*transfer, payload.get_address());
}

void MemoryChannel::take(Transfer& transfer, std::uint64_t address) {
  using Step = Transfer::Step;
  StreamRequest request = transfer.request;
  request.address = address;
  if (!transfer.alone) catch_up();
  if (transfer.step == Step::release) {
    scheduler_.release(transfer.id, request.start);
  } else if (transfer.step == Step::hold) {
    transfer.id = scheduler_.hold(request, transfer.after);
  } else if (transfer.step != Step::complete) {
    transfer.id = scheduler_.submit(request);
  }
  if (transfer.step != Step::complete) streams_changed();
  if (transfer.step == Step::whole || transfer.step == Step::complete) {
    transfer.result = complete(transfer.id, transfer.alone);
  }
}

MemoryActivity MemoryChannel::books(Time end) const {
  StreamScheduler copy = scheduler_;
  copy.settle(end);
  return copy.activity();
}

MemoryActivity MemoryChannel::settle(Time end) {
  scheduler_.settle(end);
  return scheduler_.activity();
}

}  // namespace tritsim
