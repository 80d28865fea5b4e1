// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "models/tlm/core.hpp"
#include "models/tlm/host.hpp"
#include "models/tlm/host_link.hpp"
#include "sim/plan/system_plan.hpp"
#include "sim/timeline/timeline.hpp"

namespace tritsim {

/// An instruction of kernel `k`, which was launched in that cycle, on a timeline.
void show(Timeline& timeline, std::size_t k, std::uint32_t step, Cycle launched,
          const RetiredInstruction& r);

/// What the host and the link do in a token step.
void show(Timeline& timeline, const SystemPlan& plan, std::uint32_t step, const HostSpan& s);
void show(Timeline& timeline, std::uint32_t step, const LinkSpan& s);

}  // namespace tritsim
