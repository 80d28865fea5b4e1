// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tlm_utils/simple_target_socket.h>

#include "models/tlm/transfer.hpp"

namespace tritsim {

/// One memory channel as a TLM target. b_transport takes one Transfer and returns when it is
/// complete, or takes one of its steps; streams that overlap share the channel as StreamScheduler
/// says. A stream may be sent ahead of its start: others that start before it are still served
/// first.
class Memory : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<Memory> port{"port"};

  Memory(const sc_core::sc_module_name& name, const MemoryLaw& law);

  /// Activity up to `end`; call once, after the simulation.
  [[nodiscard]] MemoryActivity settle(Time end);

  /// Activity as if everything in progress ended and the books were closed at `end`.
  [[nodiscard]] MemoryActivity books(Time end) const;

  /// Activity so far, without what a law books later.
  [[nodiscard]] MemoryActivity activity() const { return scheduler_.activity(); }

  /// Begins a digest of the memory's answers, as times from `base` on; see StreamScheduler.
  void mark(Time base) { scheduler_.mark(base); }

  [[nodiscard]] std::uint64_t digest() const { return scheduler_.digest(); }

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);

  StreamScheduler scheduler_;
};

}  // namespace tritsim
