// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/plan/code_emitter.hpp"

// Code of ops that work on vectors alone: element-wise ops, norms, recurrence, gathering. Each
// function lowers the op that `code` is at.
namespace tritsim {

/// The instructions of its kind's row of op_table, register's worth by register's worth.
void lower_element_wise(CodeEmitter& code, const Op& op);

void lower_recurrence(CodeEmitter& code, const Op& op);

void lower_rms_norm(CodeEmitter& code, const Op& op);

/// (x - mean(x)) / deviation(x), then weight and bias.
void lower_layer_norm(CodeEmitter& code, const Op& op);

/// The first gather waits for the whole vector, the others take the rest of it.
void lower_gather(CodeEmitter& code, const Op& op);

/// x / rms(x) * w over several vectors. The scale over all of them comes first; scaled() then gives
/// the k-th result, so that a caller can put work between them.
void emit_rms(CodeEmitter& code, const Chunks& x);
VectorId emit_scaled(CodeEmitter& code, VectorId x, VectorId weight, const std::string& name);

}  // namespace tritsim
