// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <systemc>

#include "arch/base/units.hpp"

namespace tritsim {

/// A SystemC simulation context of its own, for the lifetime of this object: several complete
/// simulations can run one after the other in one process. Construct it before any module, on the
/// same scope level or outside. This relies on the Accellera implementation, not on the standard.
class SimulationContext {
 public:
  SimulationContext();
  ~SimulationContext();
  SimulationContext(const SimulationContext&) = delete;
  SimulationContext& operator=(const SimulationContext&) = delete;

  /// Runs until nothing is pending. A problem raised inside a process becomes an exception.
  void run();

 private:
  std::unique_ptr<sc_core::sc_simcontext> own_;
  sc_core::sc_simcontext* outer_;
};

/// Rounds to SystemC's resolution (1 ps). A time beyond the end of its clock, 2^64 ps or 213 days,
/// ends the run: SimulationContext::run() throws a ConfigError.
[[nodiscard]] sc_core::sc_time to_sc_time(Time t);

[[nodiscard]] Time from_sc_time(const sc_core::sc_time& t);

/// Waits, inside a process, for so long; ends the run as to_sc_time() does.
void wait_for(const sc_core::sc_time& delay);

/// Waits, inside a process, until the absolute time `t`; returns at once if it has passed.
void wait_until(Time t);

/// The current simulated time.
[[nodiscard]] Time now();

}  // namespace tritsim
