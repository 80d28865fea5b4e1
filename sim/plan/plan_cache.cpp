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

std::shared_ptr<const Program> PlanCache::program(const ProgramRequest& r) {
  CoreSpec core = core_without_times(r.core, r.mapping);
  return programs_.get(
      [&](const ProgramKey& key) {
        return key.lanes == r.lanes && key.steps == r.steps && key.memories == r.memories &&
               key.core == core && key.mapping == r.mapping && key.trace == r.trace;
      },
      [&] {
        Problems problems;
        Program program =
            lower({r.trace, r.mapping, core, r.lanes, r.steps, r.memories, {}}, problems);
        problems.raise();
        return std::pair(
            ProgramKey{r.trace, r.mapping, std::move(core), r.lanes, r.steps, r.memories},
            std::move(program));
      });
}

}  // namespace tritsim
