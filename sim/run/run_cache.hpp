// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/hardware/host.hpp"
#include "arch/hardware/link.hpp"
#include "sim/plan/plan_cache.hpp"
#include "sim/plan/recent.hpp"
#include "sim/plan/system_plan.hpp"

namespace tritsim {

/// Everything that a simulation depends on. What is not here (device, coefficients, power, how many
/// equal kernels one stands for) matters only for pricing.
struct SimulationInput {
  struct SimulatedKernel {
    std::string name;
    std::uint32_t lanes, weights, vectors, cache;
    CoreSpec core;
    std::shared_ptr<const Program> program;

    bool operator==(const SimulatedKernel& other) const;
  };

  struct SimulatedChannel {
    std::string group;
    std::uint32_t channel;
    MemorySpec memory;

    bool operator==(const SimulatedChannel&) const = default;
  };

  std::vector<SimulatedKernel> kernels;
  std::vector<SimulatedChannel> channels;
  HostSchedule schedule;
  bool host_in_loop;
  std::uint32_t steps;
  std::vector<OpCycles> ops;
  std::optional<LayerSample> sample;
  bool every_step;
  LinkSpec link;
  HostSpec host;
  std::uint32_t first_step;

  bool operator==(const SimulationInput&) const = default;
};

/// What runs that differ little have in common: plans and simulations. A run with a cache gives the
/// result of one without.
class RunCache {
 public:
  PlanCache plans;

  /// simulate(plan, board, first_step, {}, result)
  void simulate(const SystemPlan& plan, const BoardSpec& board, std::uint32_t first_step,
                Result& result);

  /// Simulations that were run, not taken from the cache.
  [[nodiscard]] std::size_t simulations() const { return simulations_; }

 private:
  Recent<SimulationInput, Result> results_{64};
  std::size_t simulations_ = 0;
};

}  // namespace tritsim
