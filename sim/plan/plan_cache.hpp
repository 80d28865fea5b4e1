// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "arch/workload/model.hpp"
#include "sim/plan/lower.hpp"
#include "sim/plan/recent.hpp"

namespace tritsim {

/// What plans that differ little have in common: traces and programs. Each is a function of its key
/// and nothing else, so that a plan with a cache is the one without.
class PlanCache {
 public:
  /// expand(model, context)
  std::shared_ptr<const Trace> trace(const ModelSpec& model, std::uint32_t context);

  /// lower(request) of the whole trace, for a core without the properties that only times depend
  /// on. Throws ConfigError with its problems.
  std::shared_ptr<const Program> program(const ProgramRequest& request);

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
};

}  // namespace tritsim
