// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/hardware/host.hpp"
#include "arch/hardware/link.hpp"
#include "sim/plan/lower.hpp"
#include "sim/run/recent.hpp"
#include "sim/run/system.hpp"

namespace tritsim {

/// All that a simulation depends on. What is not here (device, coefficients, power, how many equal
/// kernels one stands for) is for pricing alone.
struct SimulationInput {
  struct Kernel {
    std::string name;
    std::uint32_t lanes, weights, vectors, cache;
    CoreSpec core;
    std::shared_ptr<const Program> program;

    bool operator==(const Kernel& other) const;
  };

  struct Channel {
    std::string group;
    std::uint32_t channel;
    MemorySpec memory;

    bool operator==(const Channel&) const = default;
  };

  std::vector<Kernel> kernels;
  std::vector<Channel> channels;
  std::vector<PlanStep> schedule;
  std::vector<std::vector<PlanStep>> later;
  std::uint32_t steps;
  bool every_step;
  std::vector<OpCycles> ops;
  std::optional<LayerSample> sample;
  LinkSpec link;
  HostSpec host;
  std::uint32_t first_step;

  bool operator==(const SimulationInput&) const = default;
};

/// What runs that differ little have in common: traces, programs, simulations. Each is a function
/// of its key and nothing else, so that a run with a cache gives the result of one without.
class RunCache {
 public:
  /// expand(model, context)
  std::shared_ptr<const Trace> trace(const ModelSpec& model, std::uint32_t context);

  /// lower(request) of the whole trace, for a core without what times alone depend on. Throws
  /// ConfigError with its problems.
  std::shared_ptr<const Program> program(const ProgramRequest& request);

  /// simulate(plan, board, first_step, {}, result)
  void simulate(const SystemPlan& plan, const BoardSpec& board, std::uint32_t first_step,
                Result& result);

  /// Simulations that were run, not taken from the cache.
  [[nodiscard]] std::size_t simulations() const { return simulations_; }

 private:
  struct TraceKey {
    ModelSpec model;
    std::uint32_t context;
  };

  struct ProgramKey {
    Trace trace;
    MappingSpec mapping;
    CoreSpec core;
    std::uint32_t lanes;
    LoweredSteps steps;
    SymbolMemories memories;
  };

  Recent<TraceKey, Trace> traces_{4};
  Recent<ProgramKey, Program> programs_{8};
  Recent<SimulationInput, Result> results_{64};
  std::size_t simulations_ = 0;
};

}  // namespace tritsim
