// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <systemc>
#include <tlm>
#include <tlm_utils/simple_target_socket.h>

namespace tritsim::test {

/// A loosely timed memory as anybody may have one: each access takes `latency`, which it returns as
/// a delay or waits for.
template <unsigned int BusWidth = 32>
class OwnMemory : public sc_core::sc_module {
 public:
  enum class Time { returned, waited };

  tlm_utils::simple_target_socket<OwnMemory, BusWidth> socket{"socket"};

  OwnMemory(const sc_core::sc_module_name& name, sc_core::sc_time latency,
            Time time = Time::returned)
      : sc_module(name), latency_(latency), time_(time) {
    socket.register_b_transport(this, &OwnMemory::b_transport);
  }

  std::uint64_t refuse_from = ~std::uint64_t{0};  ///< address
  std::uint64_t reads = 0;
  std::uint64_t bytes = 0;
  unsigned int longest = 0;
  unsigned int most_at_once = 0;

 private:
  void b_transport(tlm::tlm_generic_payload& p, sc_core::sc_time& delay) {
    if (p.get_address() >= refuse_from) {
      p.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
      return;
    }
    reads += p.is_read() ? 1 : 0;
    bytes += p.get_data_length();
    longest = std::max(longest, p.get_data_length());
    most_at_once = std::max(most_at_once, ++at_once_);
    if (time_ == Time::returned) {
      delay += latency_;
    } else {
      wait(delay + latency_);
      delay = sc_core::SC_ZERO_TIME;
    }
    --at_once_;
    p.set_response_status(tlm::TLM_OK_RESPONSE);
  }

  sc_core::sc_time latency_;
  Time time_;
  unsigned int at_once_ = 0;
};

}  // namespace tritsim::test
