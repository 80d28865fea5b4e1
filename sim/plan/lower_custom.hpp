// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/plan/code_emitter.hpp"

namespace tritsim {

/// A user's own op, by the instruction that it names: `passes` times for each register's worth of
/// its result, and at least once for each register's worth of further inputs and of what it reads
/// from memory. These are the second source of an instruction that has two, in turn. Refused where
/// the op names no element-wise instruction.
void lower_custom(CodeEmitter& code, const Op& op);

}  // namespace tritsim
