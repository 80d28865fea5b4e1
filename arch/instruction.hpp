// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "arch/schema.hpp"

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
  norm,  // whole RMS norm (without weight vector)
  clear,
  accumulate,
  finish,
  normalize,  // RMS norm in steps
  tmatmul,    // whole D x D ternary product
  import_vector,
  go,
  export_vector,  // the same in steps
};

template <>
struct EnumNames<Opcode> {
  static constexpr std::array<std::pair<Opcode, std::string_view>, 19> names{{
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
      {Opcode::norm, "norm"},
      {Opcode::clear, "clear"},
      {Opcode::accumulate, "acc"},
      {Opcode::finish, "finish"},
      {Opcode::normalize, "normalize"},
      {Opcode::tmatmul, "tmatmul"},
      {Opcode::import_vector, "import"},
      {Opcode::go, "go"},
      {Opcode::export_vector, "export"},
  }};
};

/// The units of a core; each runs one instruction at a time.
enum class CoreUnit : std::uint8_t { load_store, row_wise, rms, ternary };

template <>
struct EnumNames<CoreUnit> {
  static constexpr std::array<std::pair<CoreUnit, std::string_view>, 4> names{{
      {CoreUnit::load_store, "load_store"},
      {CoreUnit::row_wise, "row_wise"},
      {CoreUnit::rms, "rms"},
      {CoreUnit::ternary, "ternary"},
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
  std::uint32_t outputs = 0;   ///< of a product; 0: the core's D

  bool operator==(const Instruction&) const = default;
};

}  // namespace tritsim
