// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <tlm_utils/multi_passthrough_target_socket.h>
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include "models/tlm/simulation_context.hpp"
#include "models/tlm/transfer.hpp"

namespace tritsim::test {

/// A process that runs a lambda once.
class Driver : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(Driver);

  Driver(const sc_core::sc_module_name& name, std::function<void()> body)
      : sc_module(name), body_(std::move(body)) {
    SC_THREAD(run);
  }

 private:
  void run() { body_(); }

  std::function<void()> body_;
};

/// A process with a socket.
class Initiator : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<Initiator> socket{"socket"};

  SC_HAS_PROCESS(Initiator);

  Initiator(const sc_core::sc_module_name& name, std::function<void(Initiator&)> body)
      : sc_module(name), body_(std::move(body)) {
    SC_THREAD(run);
  }

 private:
  void run() { body_(*this); }

  std::function<void(Initiator&)> body_;
};

/// A target that takes a fixed time, refuses on demand and remembers what it was sent.
class Sink : public sc_core::sc_module {
 public:
  tlm_utils::multi_passthrough_target_socket<Sink> socket{"socket"};

  struct Seen {
    std::uint64_t address;
    bool write;
    Time at;
    Time start;  ///< of the stream
  };

  explicit Sink(const sc_core::sc_module_name& name, Time latency = {})
      : sc_module(name), latency_(latency) {
    socket.register_b_transport(this, &Sink::b_transport);
  }

  bool refuses = false;
  std::vector<Seen> seen;

 private:
  void b_transport(int, tlm::tlm_generic_payload& payload, sc_core::sc_time&) {
    auto* transfer = payload.get_extension<Transfer>();
    const Time start = transfer != nullptr ? transfer->request.start : now();
    seen.push_back({payload.get_address(), payload.is_write(), now(), start});
    if (transfer != nullptr) {
      transfer->result = {start + latency_, Time{}};
      wait_until(transfer->result.finish);
    }
    payload.set_response_status(refuses ? tlm::TLM_COMMAND_ERROR_RESPONSE : tlm::TLM_OK_RESPONSE);
  }

  Time latency_;
};

}  // namespace tritsim::test
