// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/tlm/core_interface.hpp"
#include "models/tlm/memory_bridge.hpp"
#include "models/tlm/simulation_context.hpp"

namespace tritsim {

/// A memory of a program's own in place of a channel.
struct OwnMemory {
  /// Makes the bridge to it; `requester` is the clock of its cores.
  std::function<std::unique_ptr<MemoryBridge>(const char* name, Frequency requester)> bridge;
  std::vector<std::function<void(MemoryBridge&)>> bind;  ///< to each of its ports, in their order
  bool reports = false;                                  ///< its activity
};

/// A core of a program's own in place of a kernel.
struct OwnCore {
  CoreInterface* core = nullptr;
  bool reports = false;  ///< its activity
};

/// Parts of a system that a program brings along, by the names of those that they replace.
struct OwnParts {
  SimulationContext& context;  ///< in which they were made
  std::map<std::string, OwnMemory> memories{};
  std::map<std::string, OwnCore> cores{};
};

}  // namespace tritsim
