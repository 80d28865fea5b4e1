// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/kernel_programs.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "models/core/core_law.hpp"
#include "sim/plan/kernel_addresses.hpp"

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

/// Where a kernel's symbols lie, by channel.
SymbolMemories memories_of(const KernelPlan& k) {
  return {k.weights, k.vectors, k.cache};
}

/// The program of a kernel. What cannot be lowered is no program to keep in the cache.
std::shared_ptr<const Program> program_of(const ProgramRequest& request, PlanCache* cache,
                                          Problems& problems) {
  if (cache != nullptr && request.mapping.kernels_of_pipeline() == 1) {
    try {
      return cache->program(request);
    } catch (const ConfigError&) {
      // Its problems are added to the others below.
    }
  }
  return std::make_shared<const Program>(lower(request, problems));
}

/// A program with its symbols in the places that they have on a kernel with more or fewer lanes.
std::shared_ptr<const Program> for_lanes(Program program, const KernelPlan& k) {
  for (Symbol& s : program.symbols) s.address = Symbol::unplaced;
  place_symbols(program, *k.core, k.lanes, memories_of(k));
  return std::make_shared<const Program>(std::move(program));
}

}  // namespace

void lower_kernels(const MappingSpec& mapping, const LoweredSteps& steps, PlanCache* cache,
                   SystemPlan& plan, Problems& problems) {
  for (std::size_t i = 0; i < plan.kernels.size(); ++i) {
    KernelPlan& k = plan.kernels[i];
    const auto like =
        std::find_if(plan.kernels.begin(), plan.kernels.begin() + i, [&](const KernelPlan& o) {
          return (o.core == k.core || *o.core == *k.core) && o.stage == k.stage &&
                 memories_of(o) == memories_of(k);
        });
    if (like == plan.kernels.begin() + i) {
      const OpRange ops = plan.stages[k.stage].ops;
      k.program = program_of({plan.trace, mapping, *k.core, k.lanes, steps, memories_of(k), ops},
                             cache, problems);
    } else {
      k.program = like->lanes == k.lanes ? like->program : for_lanes(*like->program, k);
    }
  }
  if (mapping.addresses) {
    give_addresses(*mapping.addresses, plan, problems);
  } else if (mapping.kernels_of_pipeline() > 1) {
    stack_shards(plan);
  }
}

}  // namespace tritsim
