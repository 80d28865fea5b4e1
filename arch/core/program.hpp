// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "arch/core/core.hpp"

namespace tritsim {

/// Instructions of one core, and the symbols they name.
struct Program {
  std::vector<Symbol> symbols;
  std::vector<Instruction> instructions;
  std::uint32_t positions_per_step = 1;  ///< of the cache

  bool operator==(const Program&) const = default;

  /// True if steps differ from each other: each finds more positions in the cache.
  [[nodiscard]] bool grows() const;
};

/// The instruction `positions` positions after the first step: with a window no more than that.
[[nodiscard]] inline Instruction later_by(Instruction i, std::uint32_t positions) {
  if (!grows(i.op)) return i;
  AttentionSize& a = i.attention;
  a.positions += positions;
  if (a.window > 0) a.positions = std::min(a.positions, a.window);
  return i;
}

/// Instructions `first` to `last` of a program, `last` not among them.
struct InstructionRange {
  std::size_t first = 0;
  std::size_t last = std::numeric_limits<std::size_t>::max();  ///< at most the program's end

  bool operator==(const InstructionRange&) const = default;
};

/// The memories that the symbols of a program lie in, each a number: kinds of symbols with one
/// number share a memory, and what is in a memory of its own is placed from address 0 there.
struct SymbolMemories {
  std::uint32_t matrices = 0;
  std::uint32_t vectors = 0;
  std::uint32_t caches = 0;

  /// Whether the same kinds share a memory; the numbers do not matter.
  bool operator==(const SymbolMemories& other) const {
    return (vectors == matrices) == (other.vectors == other.matrices) &&
           (caches == matrices) == (other.caches == other.matrices) &&
           (caches == vectors) == (other.caches == other.vectors);
  }
};

/// Gives every symbol without one an address: in order of first use, each on a boundary of 4 KiB,
/// after those that have one. A vector and a cache take room for `lanes` copies; caches are the
/// last in their memory.
void place_symbols(Program& program, const CoreSpec& core, std::uint32_t lanes = 1,
                   const SymbolMemories& memories = {});

/// Places the symbols of a kind anew, in their order, each on a boundary of 4 KiB from `start` on.
/// Returns the first boundary behind them.
std::uint64_t place_symbols(Program& program, const CoreSpec& core, std::uint32_t lanes,
                            Symbol::Kind kind, std::uint64_t start);

/// Bytes that an instruction of a given size moves for one lane; 0 if it carries no size.
/// `weights`: of a product.
[[nodiscard]] std::uint64_t symbol_bytes(const CoreSpec& core, const Instruction& instruction,
                                         const WeightSpec& weights = {NumberFormat::ternary});

using SymbolKinds = std::vector<Symbol::Kind>;

/// First byte after the last symbol of the given kinds.
[[nodiscard]] std::uint64_t footprint(
    const Program& program, const CoreSpec& core, std::uint32_t lanes,
    const SymbolKinds& kinds = {Symbol::Kind::vector, Symbol::Kind::matrix, Symbol::Kind::cache});

/// Bytes, in whole pages, of the symbols of the given kinds.
[[nodiscard]] std::uint64_t pages_of(const Program& program, const CoreSpec& core,
                                     std::uint32_t lanes, const SymbolKinds& kinds);

/// Bytes, in whole pages, of the symbols of the given kinds that certain trace ops are the first to
/// use.
[[nodiscard]] std::uint64_t pages_of(const Program& program, const CoreSpec& core,
                                     std::uint32_t lanes, const SymbolKinds& kinds,
                                     const std::vector<bool>& trace_ops);

/// Outcome of reading assembly text.
struct Assembly {
  Program program;
  std::vector<std::string> warnings;  ///< `file:line: ...`
};

/// Reads assembly: one instruction a line, `mnemonic operand, operand`; `;` starts a comment;
/// `NAME = 0x1000` gives a symbol its byte address. Throws ConfigError with every problem, such as
/// instructions and registers that the core does not have. On a core whose instructions carry sizes
/// a last operand says how many elements, `ldv v0, X, 64`, or how many inputs and outputs, `go W,
/// 64 x 32`; left out it is D. Matrices are ternary; on a core that takes no ternary weights they
/// are of the first format that it takes. Instructions of attention say elements x positions, then
/// heads, sharing and format of the cache where they are not 1, 1, fp16:
/// `scores v0, K, 4096 x 64, 32 heads, 4 shared, int8`; softmax positions and heads alone.
[[nodiscard]] Assembly parse_assembly(const std::string& text, const std::string& file,
                                      const CoreSpec& core);

/// One instruction as a line of assembly, without its end.
[[nodiscard]] std::string to_assembly(const Program& program, const Instruction& instruction);

/// Writes a program as assembly that parse_assembly reads back to the same program.
[[nodiscard]] std::string to_assembly(const Program& program);

}  // namespace tritsim
