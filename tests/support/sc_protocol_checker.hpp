// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include <gtest/gtest.h>
#include <tlm>
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

namespace tritsim::test {

/// How much of the base protocol a socket keeps.
enum class Protocol {
  plain,   ///< all of it: payloads that anybody can serve
  coarse,  ///< times, phases and responses; what is moved is in an extension, no data travel
};

/// Stands between an initiator and a target and checks the rules of TLM-2.0 (IEEE 1666-2011, 14):
/// payloads are whole when they are sent, and unchanged when they come back; a response is set;
/// delays are never negative; phases come in their order, one request at a time; debug transport
/// takes no time, not even a delta cycle.
class ProtocolChecker : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<ProtocolChecker> target{"target"};
  tlm_utils::simple_initiator_socket<ProtocolChecker> initiator{"initiator"};

  ProtocolChecker(const sc_core::sc_module_name& name, Protocol protocol)
      : sc_module(name), protocol_(protocol) {
    target.register_b_transport(this, &ProtocolChecker::b_transport);
    target.register_nb_transport_fw(this, &ProtocolChecker::nb_transport_fw);
    target.register_transport_dbg(this, &ProtocolChecker::transport_dbg);
    initiator.register_nb_transport_bw(this, &ProtocolChecker::nb_transport_bw);
  }

  std::uint64_t calls = 0;

 private:
  using Payload = tlm::tlm_generic_payload;

  struct Attributes {
    tlm::tlm_command command;
    unsigned char* data;
    unsigned int length;
    unsigned int width;

    explicit Attributes(const Payload& p)
        : command(p.get_command()),
          data(p.get_data_ptr()),
          length(p.get_data_length()),
          width(p.get_streaming_width()) {}

    bool operator==(const Attributes&) const = default;
  };

  void check_sent(const Payload& p) {
    ++calls;
    EXPECT_EQ(p.get_response_status(), tlm::TLM_INCOMPLETE_RESPONSE) << name();
    EXPECT_FALSE(p.is_dmi_allowed()) << name();
    if (protocol_ == Protocol::coarse) return;
    EXPECT_GT(p.get_data_length(), 0U) << name();
    EXPECT_NE(p.get_data_ptr(), nullptr) << name();
    EXPECT_GE(p.get_streaming_width(), p.get_data_length()) << name();
    EXPECT_EQ(p.get_byte_enable_ptr(), nullptr) << name();
  }

  void check_answered(const Payload& p) {
    EXPECT_NE(p.get_response_status(), tlm::TLM_INCOMPLETE_RESPONSE) << name();
  }

  /// The end of an access, `delay` from now, does not lie before its begin; a negative delay would
  /// be a huge one.
  void check_end(sc_core::sc_time begin, sc_core::sc_time delay) {
    EXPECT_LT(delay, sc_core::sc_time(1e6, sc_core::SC_SEC)) << name();
    EXPECT_GE(sc_core::sc_time_stamp() + delay, begin) << name();
  }

  void b_transport(Payload& p, sc_core::sc_time& delay) {
    check_sent(p);
    const Attributes before(p);
    const sc_core::sc_time begin = sc_core::sc_time_stamp() + delay;
    initiator->b_transport(p, delay);
    EXPECT_TRUE(Attributes(p) == before) << name();
    check_answered(p);
    check_end(begin, delay);
  }

  /// Takes a phase of a transaction, forward or backward.
  void step(Payload& p, const tlm::tlm_phase& phase, bool forward) {
    const bool known = phase_.contains(&p);
    if (phase == tlm::BEGIN_REQ) {
      EXPECT_TRUE(forward && !known) << name();
      EXPECT_EQ(request_, nullptr) << name() << ": a request before the end of the last";
      request_ = &p;
      check_sent(p);
      EXPECT_TRUE(p.has_mm()) << name();
    } else if (phase == tlm::END_REQ) {
      EXPECT_TRUE(!forward && known && phase_.at(&p) == tlm::BEGIN_REQ) << name();
      request_ = nullptr;
    } else if (phase == tlm::BEGIN_RESP) {
      EXPECT_TRUE(!forward && known && phase_.at(&p) != tlm::BEGIN_RESP) << name();
      EXPECT_EQ(response_, nullptr) << name() << ": a response before the end of the last";
      if (request_ == &p) request_ = nullptr;
      response_ = &p;
      check_answered(p);
    } else {
      EXPECT_EQ(phase, tlm::END_RESP) << name();
      EXPECT_TRUE(forward && known && phase_.at(&p) == tlm::BEGIN_RESP) << name();
      response_ = nullptr;
      phase_.erase(&p);
      return;
    }
    phase_[&p] = phase;
  }

  void finish(Payload& p) {
    check_answered(p);
    if (request_ == &p) request_ = nullptr;
    if (response_ == &p) response_ = nullptr;
    phase_.erase(&p);
  }

  tlm::tlm_sync_enum nb_transport_fw(Payload& p, tlm::tlm_phase& phase, sc_core::sc_time& delay) {
    step(p, phase, true);
    const sc_core::sc_time now = sc_core::sc_time_stamp();
    const sc_core::sc_time begin = now + delay;
    const tlm::tlm_sync_enum status = initiator->nb_transport_fw(p, phase, delay);
    EXPECT_EQ(sc_core::sc_time_stamp(), now) << name() << ": nb_transport takes time";
    check_end(begin, delay);
    if (status == tlm::TLM_UPDATED) step(p, phase, false);
    if (status == tlm::TLM_COMPLETED) finish(p);
    return status;
  }

  tlm::tlm_sync_enum nb_transport_bw(Payload& p, tlm::tlm_phase& phase, sc_core::sc_time& delay) {
    step(p, phase, false);
    const sc_core::sc_time now = sc_core::sc_time_stamp();
    const tlm::tlm_sync_enum status = target->nb_transport_bw(p, phase, delay);
    EXPECT_EQ(sc_core::sc_time_stamp(), now) << name() << ": nb_transport takes time";
    if (status == tlm::TLM_UPDATED) step(p, phase, true);
    if (status == tlm::TLM_COMPLETED) finish(p);
    return status;
  }

  unsigned int transport_dbg(Payload& p) {
    const sc_core::sc_time now = sc_core::sc_time_stamp();
    const auto delta = sc_core::sc_delta_count();
    const unsigned int bytes = initiator->transport_dbg(p);
    EXPECT_EQ(sc_core::sc_time_stamp(), now) << name() << ": debug transport takes time";
    EXPECT_EQ(sc_core::sc_delta_count(), delta) << name() << ": debug transport takes time";
    EXPECT_LE(bytes, p.get_data_length()) << name();
    return bytes;
  }

  Protocol protocol_;
  Payload* request_ = nullptr;   ///< between BEGIN_REQ and its end
  Payload* response_ = nullptr;  ///< between BEGIN_RESP and END_RESP
  std::map<Payload*, tlm::tlm_phase> phase_;
};

}  // namespace tritsim::test
