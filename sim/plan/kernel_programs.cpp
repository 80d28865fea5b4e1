// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/kernel_programs.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "models/core/core_law.hpp"

namespace tritsim {
namespace {

/// Kernels of a tensor-parallel group on one channel have their shards one behind the other.
void stack_shards(SystemPlan& plan) {
  std::map<std::uint32_t, std::uint64_t> next;  // by channel
  for (KernelPlan& k : plan.kernels) {
    using enum Symbol::Kind;
    const std::array parts{std::pair{matrix, k.weights}, std::pair{vector, k.vectors},
                           std::pair{cache, k.cache}};
    std::map<std::uint32_t, std::uint64_t> ends = next;
    Program shard = *k.program;
    for (const auto& [kind, channel] : parts) {
      for (Symbol& s : shard.symbols) {
        if (s.kind == kind) s.address += next[channel];
      }
      const std::uint64_t end = footprint(shard, *k.core, k.lanes, {kind});
      ends[channel] = std::max(ends[channel], (end + 4095) / 4096 * 4096);
    }
    k.program = std::make_shared<const Program>(std::move(shard));
    next = std::move(ends);
  }
}

/// The program of a kernel. What cannot be lowered is no program to keep in the cache.
std::shared_ptr<const Program> program_of(const ProgramSource& source, PlanCache* cache,
                                          OpRange ops, Problems& problems) {
  if (cache != nullptr && source.mapping.kernels_of_pipeline() == 1) {
    try {
      return cache->program(source);
    } catch (const ConfigError&) {
      // Its problems join the others below.
    }
  }
  return std::make_shared<const Program>(lower(source.trace, source.mapping, source.core,
                                               source.lanes, source.steps, ops, source.apart,
                                               problems));
}

/// A program with its symbols in the places that they have with `lanes` lanes.
std::shared_ptr<const Program> for_lanes(Program program, const CoreSpec& core, std::uint32_t lanes,
                                         Apart apart) {
  for (Symbol& s : program.symbols) s.address = Symbol::unplaced;
  place_symbols(program, core, lanes, apart);
  return std::make_shared<const Program>(std::move(program));
}

}  // namespace

void lower_kernels(const MappingSpec& mapping, const LoweredSteps& steps, PlanCache* cache,
                   SystemPlan& plan, Problems& problems) {
  for (std::size_t i = 0; i < plan.kernels.size(); ++i) {
    KernelPlan& k = plan.kernels[i];
    const Apart apart{k.vectors != k.weights, k.cache != k.weights, k.vectors == k.cache};
    const auto like =
        std::find_if(plan.kernels.begin(), plan.kernels.begin() + i, [&](const KernelPlan& o) {
          return (o.core == k.core || *o.core == *k.core) && o.stage == k.stage &&
                 (o.vectors != o.weights) == apart.vectors &&
                 (o.cache != o.weights) == apart.caches && (o.vectors == o.cache) == apart.together;
        });
    if (like == plan.kernels.begin() + i) {
      const ProgramSource source{plan.trace, mapping, *k.core, k.lanes, steps, apart};
      k.program = program_of(source, cache, plan.stages[k.stage].ops, problems);
    } else {
      k.program = like->lanes == k.lanes ? like->program
                                         : for_lanes(*like->program, *k.core, k.lanes, apart);
    }
  }
  if (mapping.kernels_of_pipeline() > 1) stack_shards(plan);
}

}  // namespace tritsim
