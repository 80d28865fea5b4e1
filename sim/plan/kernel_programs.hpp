// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/plan/lower.hpp"
#include "sim/plan/plan_cache.hpp"
#include "sim/plan/system_plan.hpp"

namespace tritsim {

/// A program for each kernel of a plan; those that differ in places alone are lowered once.
/// Problems are of the first kernel that has them. `cache`: or none.
void lower_kernels(const MappingSpec& mapping, const LoweredSteps& steps, PlanCache* cache,
                   SystemPlan& plan, Problems& problems);

}  // namespace tritsim
