// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include <tlm_utils/multi_passthrough_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include "arch/hardware/link.hpp"
#include "models/base/activity.hpp"
#include "models/host/host_law.hpp"

namespace tritsim {

/// What the host asks of the link; carried with the payload.
struct LinkAccess : tlm::tlm_extension<LinkAccess> {
  enum class Kind { dma, register_access };
  Kind kind = Kind::dma;
  std::uint64_t bytes = 0;

  [[nodiscard]] tlm_extension_base* clone() const override { return new LinkAccess(*this); }

  void copy_from(const tlm_extension_base& other) override {
    *this = static_cast<const LinkAccess&>(other);
  }

  void free() override {}  // lives in the module that sends it, not on the heap
};

/// An interval in which the link is occupied.
struct LinkSpan {
  enum class Kind { dma, register_write, register_read, polls };
  Kind kind = Kind::dma;
  Time from;
  Time to;
  std::uint64_t bytes = 0;  ///< of a DMA
  bool to_card = false;
  std::uint64_t count = 1;  ///< of polls
};

/// The host link: bulk data by DMA, registers by MMIO, one transaction at a time. A register
/// transaction's address selects the kernel.
class HostLink : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<HostLink> host{"host"};
  tlm_utils::multi_passthrough_initiator_socket<HostLink> registers{"registers"};

  HostLink(const sc_core::sc_module_name& name, const LinkSpec& spec);

  /// Called for every interval that its activity counts.
  std::function<void(const LinkSpan&)> on_span;

  /// Counts `n` register reads that the host made while it waited (see Host).
  void count_polls(std::uint64_t n);

  void count_interrupt() { ++activity_.interrupts; }

  [[nodiscard]] const LinkSpec& spec() const { return spec_; }

  [[nodiscard]] const LinkActivity& activity() const { return activity_; }

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);

  LinkSpec spec_;
  Time free_at_;
  LinkActivity activity_;
};

}  // namespace tritsim
