// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "arch/workload/trace_file.hpp"

// Formats of the matrices of an imported trace, which may differ from op to op.
namespace tritsim {

/// Stores the matrix of a linear in a format.
void set_weights(TraceLine& line, const WeightSpec& weights);

/// Gives the model of the header the formats of its ops: of the blocks that of most weights.
void set_model_formats(TraceFile& trace);

/// "int4 in groups of 128, 4.16 bits a weight (1,234 weights); fp16 (lm_head, ...); 3.9 GB": the
/// formats of the blocks' matrices and of the final projection, and the bytes of all.
[[nodiscard]] std::string text_of_formats(const TraceFile& trace);

}  // namespace tritsim
