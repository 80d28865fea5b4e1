// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "arch/workload/model.hpp"

namespace tritsim {

/// What a ternary core can be told to do. A core lists the ones it has (CoreSpec::instructions).
enum class Opcode : std::uint8_t {
  ldv,
  sv,  // vector register <- memory, memory <- register
  add,
  sub,
  mul,
  div,
  exp,
  sig,
  csig,
  silu,  // row-wise; csig is 1 - sigmoid
  gelu,
  relu2,
  rotary,  // row-wise; relu2 is max(x, 0)^2
  norm,    // whole RMS norm (without weight vector)
  clear,
  accumulate,
  finish,
  normalize,  // RMS norm in steps
  tmatmul,    // whole D x D ternary product
  import_vector,
  go,
  export_vector,  // the same in steps
  layer_norm,     // whole layer norm (without weight and bias vectors)
  append,         // cache <- register, behind the positions it holds
  scores,
  softmax,
  values,  // attention: q K^T into the unit's score buffer, softmax there, product with V
  send,
  gather,  // between kernels: register -> exchange, exchange -> register; with a mapping's parallel
};

template <>
struct EnumNames<Opcode> {
  static constexpr std::array<std::pair<Opcode, std::string_view>, 29> names{{
      {Opcode::ldv, "ldv"},
      {Opcode::sv, "sv"},
      {Opcode::add, "add"},
      {Opcode::sub, "sub"},
      {Opcode::mul, "mul"},
      {Opcode::div, "div"},
      {Opcode::exp, "exp"},
      {Opcode::sig, "sig"},
      {Opcode::csig, "csig"},
      {Opcode::silu, "silu"},
      {Opcode::gelu, "gelu"},
      {Opcode::relu2, "relu2"},
      {Opcode::rotary, "rotary"},
      {Opcode::norm, "norm"},
      {Opcode::clear, "clear"},
      {Opcode::accumulate, "acc"},
      {Opcode::finish, "finish"},
      {Opcode::normalize, "normalize"},
      {Opcode::tmatmul, "tmatmul"},
      {Opcode::import_vector, "import"},
      {Opcode::go, "go"},
      {Opcode::export_vector, "export"},
      {Opcode::layer_norm, "layer_norm"},
      {Opcode::append, "append"},
      {Opcode::scores, "scores"},
      {Opcode::softmax, "softmax"},
      {Opcode::values, "values"},
      {Opcode::send, "send"},
      {Opcode::gather, "gather"},
  }};
};

/// The units of a core; each runs one instruction at a time.
enum class CoreUnit : std::uint8_t { load_store, row_wise, rms, ternary, attention, exchange };

template <>
struct EnumNames<CoreUnit> {
  static constexpr std::array<std::pair<CoreUnit, std::string_view>, 6> names{{
      {CoreUnit::load_store, "load_store"},
      {CoreUnit::row_wise, "row_wise"},
      {CoreUnit::rms, "rms"},
      {CoreUnit::ternary, "ternary"},
      {CoreUnit::attention, "attention"},
      {CoreUnit::exchange, "exchange"},
  }};
};

/// Operands of an opcode in assembly order.
struct OperandShape {
  bool destination = false;
  std::uint8_t sources = 0;
  bool address = false;
  CoreUnit unit = CoreUnit::row_wise;
};

[[nodiscard]] OperandShape shape_of(Opcode op);

/// True if what it works on grows with the cache.
[[nodiscard]] constexpr bool grows(Opcode op) {
  return op == Opcode::append || op == Opcode::scores || op == Opcode::softmax ||
         op == Opcode::values;
}

/// What an instruction of attention works on, beside its elements: those of the query (of a key or
/// value, for append). Each position of the cache has elements / shared of them.
struct AttentionSize {
  std::uint32_t positions = 0;  ///< in the cache in the program's first step; one more each step
  std::uint32_t heads = 1;      ///< query heads: rows of scores
  std::uint32_t shared = 1;     ///< query heads that share a head of keys and values
  NumberFormat cache = NumberFormat::fp16;

  bool operator==(const AttentionSize&) const = default;
};

/// One instruction. Registers that an opcode does not name are `no_register`.
struct Instruction {
  static constexpr std::uint8_t no_register = 0xff;

  Opcode op = Opcode::ldv;
  std::uint8_t dst = no_register;
  std::uint8_t src1 = no_register;
  std::uint8_t src2 = no_register;
  std::uint32_t trace_op = 0;  ///< index of the trace op it was lowered from
  std::uint32_t symbol = 0;  ///< index into Program::symbols; only where the opcode has an address
  std::uint32_t elements = 0;  ///< of its vectors, inputs of a product; 0: the core's D
  /// Of a product; 0: the core's D. Of a gather: elements of the whole vector; 0: it is there.
  std::uint32_t outputs = 0;
  AttentionSize attention{};  ///< of append, scores, softmax and values

  bool operator==(const Instruction&) const = default;

  /// Keys or values of one position of one lane, in whole bytes; of append, scores and values.
  [[nodiscard]] std::uint64_t cache_row_bytes() const {
    const double row = static_cast<double>(elements) / attention.shared;
    return static_cast<std::uint64_t>(std::ceil(row * bits_of(attention.cache) / 8));
  }
};

}  // namespace tritsim
