// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "models/host/host_schedule.hpp"
#include "sim/plan/system_plan.hpp"

namespace tritsim {

/// The host's side of a token step, in the order of the trace: tasks between the core's ops, each
/// for all `sequences` at work, and the op that each launch ends with. Adds a problem for each task
/// that the host has no cost for.
[[nodiscard]] std::vector<HostStep> host_steps(const Trace& trace, const BoardSpec& board,
                                               std::uint32_t sequences, Problems& problems);

/// Cuts the kernels' programs at the ends of the steps' launches; where the host launches every
/// instruction by itself, makes a step of each. An instruction belongs to the latest op of it and
/// all before it, so that the order of the program is kept.
[[nodiscard]] std::vector<HostStep> with_launches(std::vector<HostStep> steps,
                                                  const MappingSpec& mapping,
                                                  const SystemPlan& plan);

}  // namespace tritsim
