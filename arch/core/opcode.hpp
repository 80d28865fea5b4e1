// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "arch/core/core_unit.hpp"
#include "arch/core/symbol.hpp"

namespace tritsim {

/// What a core can be told to do. A core lists the ones it has (CoreSpec::instructions).
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
  silu,  // element by element; csig is 1 - sigmoid
  gelu,
  relu2,
  rotary,  // relu2 is max(x, 0)^2
  norm,    // whole RMS norm (without weight vector)
  clear,
  accumulate,
  finish,
  normalize,  // RMS norm in steps
  tmatmul,    // whole D x D product
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

/// All that is known of an opcode but its timing, which is the core's.
struct OpcodeRow {
  Opcode id;
  const char* key;  ///< its mnemonic
  CoreUnit unit;
  bool destination;                    ///< writes a register
  std::uint8_t sources;                ///< registers that it reads
  std::optional<Symbol::Kind> data{};  ///< what it moves to or from memory, an address; or nothing
  bool grows = false;                  ///< what it works on grows with the cache
};

inline constexpr std::array<OpcodeRow, 29> opcodes = [] {
  using enum CoreUnit;
  constexpr auto vectors = Symbol::Kind::vector;
  constexpr auto weights = Symbol::Kind::matrix;
  constexpr auto cache = Symbol::Kind::cache;
  return std::array<OpcodeRow, 29>{{
      {Opcode::ldv, "ldv", load_store, true, 0, vectors},
      {Opcode::sv, "sv", load_store, false, 1, vectors},
      {Opcode::add, "add", element_wise, true, 2},
      {Opcode::sub, "sub", element_wise, true, 2},
      {Opcode::mul, "mul", element_wise, true, 2},
      {Opcode::div, "div", element_wise, true, 2},
      {Opcode::exp, "exp", element_wise, true, 1},
      {Opcode::sig, "sig", element_wise, true, 1},
      {Opcode::csig, "csig", element_wise, true, 1},
      {Opcode::silu, "silu", element_wise, true, 1},
      {Opcode::gelu, "gelu", element_wise, true, 1},
      {Opcode::relu2, "relu2", element_wise, true, 1},
      {Opcode::rotary, "rotary", element_wise, true, 1},
      {Opcode::norm, "norm", norm, true, 1},
      {Opcode::clear, "clear", norm, false, 0},
      {Opcode::accumulate, "acc", norm, false, 1},
      {Opcode::finish, "finish", norm, false, 0},
      {Opcode::normalize, "normalize", norm, true, 1},
      {Opcode::tmatmul, "tmatmul", matrix, true, 1, weights},
      {Opcode::import_vector, "import", matrix, false, 1},
      {Opcode::go, "go", matrix, false, 0, weights},
      {Opcode::export_vector, "export", matrix, true, 0},
      {Opcode::layer_norm, "layer_norm", norm, true, 1},
      {Opcode::append, "append", load_store, false, 1, cache, true},
      {Opcode::scores, "scores", attention, false, 1, cache, true},
      {Opcode::softmax, "softmax", attention, false, 0, {}, true},
      {Opcode::values, "values", attention, true, 0, cache, true},
      {Opcode::send, "send", exchange, false, 1},
      {Opcode::gather, "gather", exchange, true, 0},
  }};
}();
static_assert(rows_in_order(opcodes));

template <>
struct EnumNames<Opcode> {
  static constexpr auto names = names_of_rows(opcodes);
};

[[nodiscard]] constexpr const OpcodeRow& row_of(Opcode op) {
  return opcodes[static_cast<std::size_t>(op)];
}

/// Operands of an opcode in assembly order.
struct OperandShape {
  bool destination = false;
  std::uint8_t sources = 0;
  bool address = false;
  CoreUnit unit = CoreUnit::element_wise;
};

[[nodiscard]] constexpr OperandShape shape_of(Opcode op) {
  const OpcodeRow& row = row_of(op);
  return {row.destination, row.sources, row.data.has_value(), row.unit};
}

/// True if what it works on grows with the cache.
[[nodiscard]] constexpr bool grows(Opcode op) {
  return row_of(op).grows;
}

/// True if the instruction moves data to or from memory, so that its end depends on others.
[[nodiscard]] constexpr bool uses_memory(Opcode op) {
  return row_of(op).data.has_value();
}

/// True if it moves them to memory.
[[nodiscard]] constexpr bool writes_memory(Opcode op) {
  const OpcodeRow& row = row_of(op);
  return row.data && row.unit == CoreUnit::load_store && !row.destination;
}

/// True of a product with weights.
[[nodiscard]] constexpr bool is_product(Opcode op) {
  return row_of(op).data == Symbol::Kind::matrix;
}

/// True if others decide when the instruction ends: memory, or the kernels of a group that share
/// every matrix.
[[nodiscard]] constexpr bool ends_elsewhere(Opcode op) {
  return uses_memory(op) || op == Opcode::gather;
}

/// True if the unit has an instruction for which `holds` is true.
template <class Holds>
[[nodiscard]] constexpr bool any_opcode(CoreUnit unit, Holds&& holds) {
  return std::any_of(opcodes.begin(), opcodes.end(),
                     [&](const OpcodeRow& row) { return row.unit == unit && holds(row.id); });
}

/// The channel of an instruction that uses memory, of those of its kernel; or whatever else a
/// kernel has one of for each kind of data.
template <class T>
[[nodiscard]] constexpr const T& channel_of(Opcode op, const T& vectors, const T& weights,
                                            const T& cache) {
  if (is_product(op)) return weights;
  return row_of(op).data == Symbol::Kind::cache ? cache : vectors;
}

/// What the exposed cycles of an instruction are spent on, waiting for its data included.
[[nodiscard]] constexpr CycleCause cause_of(Opcode op) {
  const CoreUnitRow& unit = row_of(row_of(op).unit);
  return uses_memory(op) ? unit.works : unit.moves;
}

}  // namespace tritsim
