// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/plan/code_emitter.hpp"

// Mixtures of experts: docs/modelling.md, "Mixtures of experts".
namespace tritsim {

/// Experts whose weights a step reads for all lanes: the distinct ones among their choices, in the
/// mean. A whole number: layers round so that their sum is that of the means.
[[nodiscard]] std::uint32_t experts_read(const CodeEmitter& code, const Op& op);

/// Memory for the experts that no lane chooses.
void store_other_experts(CodeEmitter& code, const Op& op, const WeightSpec& weights);

/// A pass over the scores for each of the chosen, which costs what an addition does.
void lower_top_k(CodeEmitter& code, const Op& op);

/// Results of the chosen times their shares, summed up.
void lower_combine(CodeEmitter& code, const Op& op);

}  // namespace tritsim
