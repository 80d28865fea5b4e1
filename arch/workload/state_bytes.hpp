// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/workload/trace.hpp"

namespace tritsim {

/// What a step reads and writes of what an op keeps of one sequence: its state, read once and
/// written once (fp32 where the op does not say how it is kept), or what a custom op counts for a
/// token; zero for other kinds.
[[nodiscard]] Bytes state_traffic(const Trace& trace, const Op& op);

}  // namespace tritsim
