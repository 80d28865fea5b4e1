// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tlm_utils/simple_target_socket.h>

#include "models/tlm/transfer.hpp"

namespace tritsim {

/// A memory channel as cores see it: a TLM target whose b_transport takes a Transfer, and returns
/// when it is complete, or takes one of its steps. A stream may be sent ahead of its start: others
/// that start before it are still served first. Without a Transfer, the payload is a plain access.
class MemoryChannel : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket_optional<MemoryChannel> port{"port"};

  MemoryChannel(const sc_core::sc_module_name& name, const MemoryLaw& law);

  /// Activity up to `end`; call once, after the simulation.
  [[nodiscard]] virtual MemoryActivity settle(Time end);

  /// Activity as if everything in progress ended and the books were closed at `end`.
  [[nodiscard]] MemoryActivity books(Time end) const;

  /// Activity so far, without what a law books later.
  [[nodiscard]] MemoryActivity activity() const { return scheduler_.activity(); }

  /// Begins a digest of the memory's answers, as times from `base` on; see StreamScheduler.
  void mark(Time base) { scheduler_.mark(base); }

  [[nodiscard]] std::uint64_t digest() const { return scheduler_.digest(); }

 protected:
  /// Called before streams change: what was issued up to now is served.
  virtual void catch_up() {}

  /// Called when a stream was added or released.
  virtual void streams_changed() {}

  /// Returns when a stream is complete, or at once if its sender runs ahead of simulated time.
  virtual StreamResult complete(StreamScheduler::Id id, bool alone) = 0;

  /// An access without a Transfer; refused where it is not overridden.
  virtual void access(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);

  /// A look at the contents without time; none where it is not overridden.
  virtual unsigned int transport_dbg(tlm::tlm_generic_payload& payload);

  [[nodiscard]] StreamScheduler& scheduler() { return scheduler_; }

  [[nodiscard]] const StreamScheduler& scheduler() const { return scheduler_; }

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  void take(Transfer& transfer, std::uint64_t address);

  StreamScheduler scheduler_;
};

}  // namespace tritsim
