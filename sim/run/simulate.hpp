// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/plan/system_plan.hpp"
#include "sim/run/run.hpp"

namespace tritsim {

/// Builds the modules of a plan, runs it once and fills kernels, memories, link, host, elapsed and
/// first_token (the end of step `first_step`). What a timeline shows is simulated, also where steps
/// repeat each other.
void simulate(const SystemPlan& plan, const BoardSpec& board, std::uint32_t first_step,
              const RunControl& control, Result& result);

}  // namespace tritsim
