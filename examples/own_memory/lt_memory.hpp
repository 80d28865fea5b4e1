// SPDX-License-Identifier: Apache-2.0
// A loosely timed TLM-2.0 memory as a third party may ship it. It knows nothing of Tritsim.
#pragma once

#include <algorithm>
#include <cstring>
#include <vector>

#include <systemc>
#include <tlm>
#include <tlm_utils/simple_target_socket.h>

/// Serves one access after the other: a latency, then its bytes at a rate. Latencies of accesses
/// that are under way at the same time overlap.
class LtMemory : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<LtMemory, 64> socket{"socket"};

  LtMemory(const sc_core::sc_module_name& name, std::size_t bytes, sc_core::sc_time latency,
           double bytes_per_second)
      : sc_module(name), data_(bytes), latency_(latency), bytes_per_second_(bytes_per_second) {
    socket.register_b_transport(this, &LtMemory::b_transport);
    socket.register_transport_dbg(this, &LtMemory::transport_dbg);
  }

 private:
  unsigned int transport_dbg(tlm::tlm_generic_payload& payload) {
    const std::size_t length = payload.get_data_length();
    if (payload.get_address() >= data_.size()) return 0;
    const std::size_t n = std::min<std::size_t>(length, data_.size() - payload.get_address());
    unsigned char* at = data_.data() + payload.get_address();
    if (payload.is_read()) std::memcpy(payload.get_data_ptr(), at, n);
    if (payload.is_write()) std::memcpy(at, payload.get_data_ptr(), n);
    return static_cast<unsigned int>(n);
  }

  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    if (payload.get_byte_enable_ptr() != nullptr) {
      payload.set_response_status(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
      return;
    }
    if (transport_dbg(payload) != payload.get_data_length()) {
      payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
      return;
    }
    const sc_core::sc_time now = sc_core::sc_time_stamp() + delay;
    const sc_core::sc_time moving(payload.get_data_length() / bytes_per_second_, sc_core::SC_SEC);
    free_ = std::max(free_, now) + moving;
    delay = free_ + latency_ - sc_core::sc_time_stamp();
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
  }

  std::vector<unsigned char> data_;
  sc_core::sc_time latency_;
  double bytes_per_second_;
  sc_core::sc_time free_;
};
