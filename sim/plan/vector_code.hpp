// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arch/core/program.hpp"
#include "arch/workload/mapping.hpp"

namespace tritsim {

/// A vector of D elements before registers are given out.
using VectorId = std::uint32_t;
inline constexpr VectorId no_vector = std::numeric_limits<VectorId>::max();

/// An instruction on vectors instead of registers. It is never an LDV, and an SV only where a
/// result must be in memory: allocate_registers() adds the others.
struct VectorInstruction {
  Opcode op = Opcode::add;
  VectorId dst = no_vector;
  VectorId src1 = no_vector;
  VectorId src2 = no_vector;
  std::uint32_t symbol = 0;
  std::uint32_t trace_op = 0;
  std::uint32_t elements = 0;  ///< as Instruction::elements and outputs
  std::uint32_t outputs = 0;
  AttentionSize attention{};
};

/// Code over any number of vectors. A vector with a home has a copy of its value in memory.
struct VectorCode {
  struct Vector {
    std::string name;
    std::optional<std::uint32_t> home;  ///< symbol that holds its value from the start
    std::uint32_t elements = 0;         ///< 0: D
  };

  std::vector<Vector> vectors;
  std::vector<Symbol> symbols;
  std::vector<VectorInstruction> instructions;
};

/// Gives registers to vectors. A vector that is used while in no register is loaded from its home;
/// when all registers are in use one is spilled (`spill`), after an SV if memory has no copy of it
/// and it is used again.
[[nodiscard]] Program allocate_registers(VectorCode code, std::uint32_t registers, Spill spill);

}  // namespace tritsim
