// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "models/tlm/exchange.hpp"
#include "models/tlm/host.hpp"
#include "models/tlm/interconnect.hpp"
#include "models/tlm/memory.hpp"
#include "models/tlm/simulation_context.hpp"
#include "sim/plan/system_plan.hpp"

namespace tritsim {

/// The SystemC modules of a plan, built and bound to each other. They refer to the plan.
struct Modules {
  Modules(const SystemPlan& plan, const BoardSpec& board);

  SimulationContext simulation;  ///< before any module, so that it dies last
  HostLink link;
  Interconnect interconnect{"interconnect"};
  std::vector<std::unique_ptr<Memory>> memories;     ///< by channel of the plan
  std::vector<std::unique_ptr<Exchange>> exchanges;  ///< by tensor-parallel group
  std::vector<std::unique_ptr<Core>> cores;          ///< by kernel
  std::unique_ptr<Host> host;

 private:
  void add_kernel(const SystemPlan& plan, const KernelPlan& kernel);
};

}  // namespace tritsim
