// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "arch/core/core.hpp"
#include "models/core/core_activity.hpp"
#include "models/core/core_stream_law.hpp"
#include "models/core/matrix_law.hpp"

namespace tritsim {

/// Cycles of an instruction besides its memory stream:
///   latency + max(register-port cycles, passes x D / width) [+ log2(VP)] [+ bits of a division]
/// A shared register port moves one chunk a cycle, read or write; ports per register read and write
/// at once. The stream of LDV and SV is itself the pass over the register, so only their latency is
/// left. `elements`: of the instruction, 0: D. (U250: rules read from the ternip RTL; D5005: cycle
/// counts of the published RTL.)
[[nodiscard]] Cycle unit_cycles(const CoreSpec& core, Opcode op, std::uint32_t elements = 0);

/// Costs that are the same for all instances of an opcode, computed once for a kernel.
struct OpcodeCost {
  CoreUnit unit = CoreUnit::element_wise;
  /// unit_cycles() and a matrix unit's fill, less those of a stream's last byte that hold no weight
  Cycle cycles = 0;
  StreamRequest stream;  ///< address and start are the instance's
  std::uint64_t register_bytes = 0;
  std::uint64_t elements = 0;  ///< through the element-wise or norm unit, passes counted
  std::uint64_t ternaries = 0;
  std::uint64_t weight_bytes = 0;
  NumberFormat format = NumberFormat::ternary;  ///< of a product's weights
  MatrixWork work{};                            ///< of a product
  Time working{};                               ///< of a product: at the unit's own pace
  std::uint64_t cache_products = 0;             ///< multiply-adds with the cache
  std::uint64_t softmax = 0;                    ///< elements through softmax, passes counted
  std::uint64_t score_bytes = 0;
  std::uint64_t cache_read = 0;
  std::uint64_t cache_written = 0;
};

/// Cost of one instruction. The core must have the opcode, and for a product a unit that takes the
/// operand's weights.
///   element-wise, norm  unit_cycles(); all passes count their elements
///   ldv, sv             unit_cycles() behind their stream
///   product             unit_cycles() and the unit's fill behind its stream
///   append              its element row, written
///   scores              latency + query through the port + stream of positions x row; d x
///   positions
///                       products
///   softmax             latency + passes x heads x positions / width
///   values              as scores, the result through the port
///   send, gather        their elements through the port; the wait of a gather is not included
[[nodiscard]] OpcodeCost opcode_cost(const CoreSpec& core, const Instruction& instruction,
                                     std::uint32_t lanes, const MatrixOperand& operand = {});

/// Costs by opcode, of whole vectors and D x D tiles, for the opcodes the core has; products with
/// ternary weights, if it takes them; empty for those whose cost depends on the cache.
using CostTable = std::array<OpcodeCost, opcodes.size()>;
[[nodiscard]] CostTable cost_table(const CoreSpec& core, std::uint32_t lanes);

/// Adds one instruction of one lane to the counts.
void count_instruction(CoreActivity& activity, const OpcodeCost& cost);

}  // namespace tritsim
