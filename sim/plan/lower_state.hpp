// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/plan/code_emitter.hpp"

// Ops that keep a state: docs/modelling.md, "States". Both lower the op that `code` is at.
namespace tritsim {

/// A register's worth of the state after the other: it is read, updated by k v^T, written, and
/// multiplied by the query. A vector that one of its elements is repeated over counts as one read.
void lower_scan(CodeEmitter& code, const Op& op);

/// A multiply-add for each tap; the vectors of the tokens before are read from memory, the token's
/// own is written there.
void lower_convolution(CodeEmitter& code, const Op& op);

}  // namespace tritsim
