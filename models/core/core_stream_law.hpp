// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/core/core.hpp"
#include "models/core/matrix_law.hpp"
#include "models/memory/stream_law.hpp"

namespace tritsim {

/// The memory stream of an instruction for a kernel of `lanes` cores, without its address and
/// start:
///   vectors  every lane moves its own
///   weights  all lanes share one stream; the unit takes a weight as fast as matrix_work() says
///   cache    APPEND writes the new position of every lane, SCORES and VALUES read the whole cache
///            of every lane; the unit takes a cached element in as many cycles as its products with
///            the query heads that share it need
/// An attachment of the core delays vectors and weights, and has a buffer of its own for weights.
/// Throws std::logic_error of an instruction without a stream, and of weights that no unit of the
/// core takes.
[[nodiscard]] StreamRequest stream_of(const CoreSpec& core, const Instruction& instruction,
                                      std::uint32_t lanes, const MatrixOperand& operand = {});

}  // namespace tritsim
