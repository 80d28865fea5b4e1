// SPDX-License-Identifier: Apache-2.0
#include "models/tlm/host_link.hpp"

#include <algorithm>

#include "models/tlm/simulation_context.hpp"

namespace tritsim {

HostLink::HostLink(const sc_core::sc_module_name& name, const LinkSpec& spec)
    : sc_module(name), spec_(spec) {
  host.register_b_transport(this, &HostLink::b_transport);
}

void HostLink::count_polls(std::uint64_t n) {
  activity_.register_reads += n;
  const Time time = spec_.mmio_read.value * static_cast<double>(n);
  activity_.busy += time;
  if (on_span && n > 0) on_span({LinkSpan::Kind::polls, now() - time, now(), 0, false, n});
}

void HostLink::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  const auto* access = payload.get_extension<LinkAccess>();
  if (access == nullptr) {
    payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    return;
  }
  if (delay > sc_core::SC_ZERO_TIME) {
    wait(delay);
    delay = sc_core::SC_ZERO_TIME;
  }
  const bool write = payload.is_write();
  Time t;
  if (access->kind == LinkAccess::Kind::dma) {
    ++activity_.transfers;
    (write ? activity_.bytes_to_card : activity_.bytes_to_host) += access->bytes;
    t = dma_time(spec_, access->bytes, write);
  } else {
    ++(write ? activity_.register_writes : activity_.register_reads);
    t = write ? spec_.mmio_write.value : spec_.mmio_read.value;
  }
  activity_.busy += t;
  free_at_ = std::max(free_at_, now()) + t;
  if (on_span) {
    using enum LinkSpan::Kind;
    const bool is_dma = access->kind == LinkAccess::Kind::dma;
    on_span({is_dma  ? dma
             : write ? register_write
                     : register_read,
             free_at_ - t, free_at_, is_dma ? access->bytes : 0, write, 1});
  }
  wait_until(free_at_);
  if (access->kind == LinkAccess::Kind::register_access) {
    if (payload.get_address() >= registers.size()) {
      payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
      return;
    }
    registers[static_cast<int>(payload.get_address())]->b_transport(payload, delay);
  } else {
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
  }
}

}  // namespace tritsim
