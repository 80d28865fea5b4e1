// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "models/tlm/core.hpp"
#include "models/tlm/exchange.hpp"
#include "models/tlm/host.hpp"
#include "models/tlm/interconnect.hpp"
#include "models/tlm/memory.hpp"
#include "models/tlm/simulation_context.hpp"
#include "sim/plan/system_plan.hpp"
#include "sim/run/own_parts.hpp"

namespace tritsim {

/// The SystemC modules of a plan, built and bound to each other. They refer to the plan.
struct Modules {
  /// With `own`, which may be null, some are those of the program, in its context. Throws
  /// ConfigError if one of these replaces nothing.
  Modules(const SystemPlan& plan, const BoardSpec& board, const OwnParts* own);

  /// Runs until nothing is pending; with parts of a program's own, whose clocks may never stop,
  /// until the host is through.
  void run();

 private:
  std::optional<SimulationContext> new_context_;  ///< before any module, so that it dies last
  const OwnParts* own_;
  SimulationContext& context_;

 public:
  HostLink link;
  Interconnect interconnect{"interconnect"};
  std::vector<std::unique_ptr<MemoryChannel>> memories;  ///< by channel of the plan
  std::vector<std::unique_ptr<Exchange>> exchanges;      ///< by tensor-parallel group
  std::vector<CoreInterface*> cores;                     ///< by kernel
  std::unique_ptr<Host> host;

 private:
  std::vector<std::unique_ptr<Core>> built_in_;  ///< of the cores

  void add_memory(const SystemPlan& plan, const ChannelPlan& channel);
  void add_kernel(const SystemPlan& plan, const KernelPlan& kernel);
  /// Whether some channel of a kernel is not ours.
  [[nodiscard]] bool uses_own(const SystemPlan& plan, const KernelPlan& kernel) const;
};

/// The parts of a run that the program brought along: channels, then kernels.
[[nodiscard]] std::vector<OwnPart> list_of(const OwnParts& own, const SystemPlan& plan);

}  // namespace tritsim
