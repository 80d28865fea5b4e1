// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

// The words in which a row of the table of op kinds (op_kind.hpp) says how a kind is done.
namespace tritsim {

/// Operands of an op, and their lengths.
enum class ShapeRule : std::uint8_t {
  none,
  same_length,  ///< all vectors have one length, one of them is made
  product,      ///< a vector -> one or several, with a matrix of input x all output elements
  choice,       ///< scores of all -> shares of the chosen
  experts,      ///< a vector and shares -> one vector, with a matrix for each expert
  combine,      ///< results of the chosen and their shares -> one vector
  scan,         ///< query, key, value, gates -> one vector of the value's length
  attention,    ///< query, key, value -> one vector of the query's length
  gather,       ///< a vector -> one vector
  custom,       ///< one or more vectors -> one of any length
};

/// How a core does an op.
enum class CoreRule : std::uint8_t {
  none,          ///< it does not: the op is for the host
  element_wise,  ///< instructions on one register's worth after the other: OpTraits::code
  rms_norm,
  layer_norm,
  recurrence,
  product,    ///< the matrix unit
  attention,  ///< the attention unit
  top_k,
  combine,
  scan,
  convolution,
  custom,  ///< the instruction that it names
  gather,  ///< the exchange between kernels; nothing else may do it
};

/// How a tensor-parallel group does an op.
enum class SplitRule : std::uint8_t {
  none,          ///< it cannot
  whole,         ///< every kernel does all of it, on whole vectors
  element_wise,  ///< every kernel works on its shard where an input is there as a shard alone
  outputs,       ///< every kernel reads the whole vector and makes a shard
  heads,         ///< every kernel has some of the heads
};

/// How the software of a GPU or CPU does an op.
enum class GpuRule : std::uint8_t {
  none,          ///< it cannot
  element_wise,  ///< library kernels, or part of a fused one
  function,      ///< the same, with an exponential
  norm,          ///< the same, of each row
  residual,      ///< the same, or part of a packed matrix kernel right before it
  look_up,       ///< the same; a fused kernel ends behind it
  product,       ///< one matrix kernel for all products that read the same vector
  attention,
  exchange,  ///< between the cards of a tensor-parallel group
};

/// What comparisons count an op's time and bytes for.
enum class OpPurpose : std::uint8_t { attention, exchange, vectors, weights };

/// Operand of a step of element-wise code.
enum class Operand : std::uint8_t {
  none,
  x,           ///< the op's first input
  y,           ///< its second
  result,      ///< what the step before made
  ones,        ///< a vector of ones
  parameter,   ///< the first of the op's parameter vectors
  parameter2,  ///< the second
  parameter3,
};

/// One instruction of element-wise code, by its mnemonic.
struct ElementStep {
  std::string_view instruction{};
  Operand src1 = Operand::x;
  Operand src2 = Operand::none;
  std::string_view suffix{};  ///< of the result's name; empty: the op's result
};

/// Instructions that make a register's worth of an op's result.
struct ElementCode {
  static constexpr std::size_t most_steps = 4;

  std::array<ElementStep, most_steps> steps{};   ///< up to the first without an instruction
  std::array<std::string_view, 3> parameters{};  ///< names of vectors in memory, in its order
};

[[nodiscard]] constexpr ElementCode element_code(std::initializer_list<ElementStep> steps,
                                                 std::array<std::string_view, 3> parameters = {}) {
  ElementCode code;
  code.parameters = parameters;
  std::size_t n = 0;
  for (const ElementStep& step : steps) code.steps.at(n++) = step;
  return code;
}

/// What holds of few kinds.
struct OpDetails {
  bool normalises_input = false;    ///< of a product: with an RMS norm and int8 quantisation
  bool names_weights = false;       ///< of a product: Op::weights says how; else they are ternary
  bool keeps_state = false;         ///< of each sequence, from token to token
  std::uint8_t state_products = 0;  ///< multiply-adds for each number of the state, of a scan
  std::uint8_t stored = 0;          ///< vectors of its length that a checkpoint has, e.g. of a norm
  bool commutes = false;            ///< the order of its inputs says nothing
  std::string_view aten{};          ///< operator of PyTorch that is this op, without "aten::"
  std::array<std::string_view, 2> counted_as{};  ///< words for it in profiles; none: its name
};

}  // namespace tritsim
