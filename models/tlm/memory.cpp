// SPDX-License-Identifier: Apache-2.0
#include "models/tlm/memory.hpp"

#include "models/tlm/simulation_context.hpp"

namespace tritsim {

Memory::Memory(const sc_core::sc_module_name& name, const MemoryLaw& law)
    : sc_module(name), scheduler_(law) {
  port.register_b_transport(this, &Memory::b_transport);
}

void Memory::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  auto* transfer = payload.get_extension<Transfer>();
  if (transfer == nullptr) {
    payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    return;
  }
  // A shared resource: take callers in the order of time.
  if (delay > sc_core::SC_ZERO_TIME) {
    wait(delay);
    delay = sc_core::SC_ZERO_TIME;
  }
  using Step = Transfer::Step;
  StreamRequest request = transfer->request;
  request.address = payload.get_address();
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
  if (!transfer->alone) scheduler_.advance(now());
  if (transfer->step == Step::release) {
    scheduler_.release(transfer->id, request.start);
    return;
  }
  if (transfer->step == Step::hold) {
    transfer->id = scheduler_.hold(request, transfer->after);
    return;
  }
  if (transfer->step != Step::complete) transfer->id = scheduler_.submit(request);
  if (transfer->step == Step::submit) return;
  const auto id = transfer->id;
  if (transfer->alone) {
    transfer->result = scheduler_.finish(id);
    return;
  }
  // Other streams that arrive meanwhile delay this one: if it is not finished at the predicted
  // time, a new prediction is made. Rarely another stream speeds it up, by a row left open or a
  // refresh moved; its times are right then too, but its sender learns of them only at the
  // predicted time.
  Time expected = scheduler_.predict(id);
  for (;;) {
    wait_until(expected);
    scheduler_.advance(expected);
    if (scheduler_.finished(id)) break;
    expected = scheduler_.predict(id);
  }
  transfer->result = scheduler_.take(id);
  wait_until(transfer->result.finish);
}

MemoryActivity Memory::books(Time end) const {
  StreamScheduler copy = scheduler_;
  copy.settle(end);
  return copy.activity();
}

MemoryActivity Memory::settle(Time end) {
  scheduler_.settle(end);
  return scheduler_.activity();
}

}  // namespace tritsim
