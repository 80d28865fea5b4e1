// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/plan_cache.hpp"

namespace tritsim {

std::shared_ptr<const Trace> PlanCache::trace(const ModelSpec& model, std::uint32_t context) {
  return traces_.get(
      [&](const TraceKey& key) { return key.context == context && key.model == model; },
      [&] {
        return std::pair(TraceKey{model, context}, expand(model, context));
      });
}

std::shared_ptr<const Program> PlanCache::program(const ProgramSource& from) {
  CoreSpec core = core_without_times(from.core);
  return programs_.get(
      [&](const ProgramKey& key) {
        return key.lanes == from.lanes && key.steps == from.steps && key.apart == from.apart &&
               key.core == core && key.mapping == from.mapping && key.trace == from.trace;
      },
      [&] {
        Problems problems;
        Program program = lower(from.trace, from.mapping, core, from.lanes, from.steps,
                                {0, from.trace.ops.size()}, from.apart, problems);
        problems.raise();
        return std::pair(ProgramKey{from.trace, from.mapping, std::move(core), from.lanes,
                                    from.steps, from.apart},
                         std::move(program));
      });
}

}  // namespace tritsim
