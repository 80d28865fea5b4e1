// SPDX-License-Identifier: Apache-2.0
#include "arch/core/program.hpp"

#include <algorithm>
#include <cmath>

namespace tritsim {
namespace {

std::uint64_t size_of(const Symbol& s, const CoreSpec& core, std::uint32_t lanes) {
  if (s.bytes > 0) return s.kind == Symbol::Kind::matrix ? s.bytes : s.bytes * lanes;
  const Bytes bytes = s.kind == Symbol::Kind::matrix ? core.tile_bytes(s.weights)
                                                     : core.vector_bytes() * double(lanes);
  return static_cast<std::uint64_t>(std::ceil(bytes.si()));
}

/// Symbols begin on pages.
constexpr std::uint64_t whole_pages(std::uint64_t bytes) {
  constexpr std::uint64_t page = 4096;
  return (bytes + page - 1) / page * page;
}

bool is_one_of(const SymbolKinds& kinds, const Symbol& s) {
  return std::find(kinds.begin(), kinds.end(), s.kind) != kinds.end();
}

}  // namespace

bool Program::grows() const {
  return std::any_of(instructions.begin(), instructions.end(),
                     [](const Instruction& i) { return tritsim::grows(i.op); });
}

std::uint64_t symbol_bytes(const CoreSpec& core, const Instruction& i, const WeightSpec& weights) {
  if (grows(i.op)) return i.cache_row_bytes() * i.attention.positions;
  if (i.elements == 0) return 0;
  const Bytes bytes = is_product(i.op)
                          ? core.matrix_bytes(weights, i.elements, i.outputs)
                          : core.memory_element(writes_memory(i.op)) * double(i.elements);
  return static_cast<std::uint64_t>(std::ceil(bytes.si()));
}

std::uint64_t footprint(const Program& program, const CoreSpec& core, std::uint32_t lanes,
                        const SymbolKinds& kinds) {
  std::uint64_t end = 0;
  for (const Symbol& s : program.symbols) {
    if (!is_one_of(kinds, s)) continue;
    if (s.address != Symbol::unplaced) end = std::max(end, s.address + size_of(s, core, lanes));
  }
  return end;
}

std::uint64_t pages_of(const Program& program, const CoreSpec& core, std::uint32_t lanes,
                       const SymbolKinds& kinds) {
  std::uint64_t bytes = 0;
  for (const Symbol& s : program.symbols) {
    if (!is_one_of(kinds, s)) continue;
    bytes += whole_pages(size_of(s, core, lanes));
  }
  return bytes;
}

std::uint64_t pages_of(const Program& program, const CoreSpec& core, std::uint32_t lanes,
                       const SymbolKinds& kinds, const std::vector<bool>& trace_ops) {
  constexpr std::uint32_t nobody = ~std::uint32_t{0};
  std::vector<std::uint32_t> user(program.symbols.size(), nobody);
  for (const Instruction& i : program.instructions) {
    if (shape_of(i.op).address) user[i.symbol] = std::min(user[i.symbol], i.trace_op);
  }
  std::uint64_t bytes = 0;
  for (std::size_t n = 0; n < user.size(); ++n) {
    const Symbol& s = program.symbols[n];
    if (user[n] == nobody || !trace_ops[user[n]]) continue;
    if (!is_one_of(kinds, s)) continue;
    bytes += whole_pages(size_of(s, core, lanes));
  }
  return bytes;
}

std::uint64_t place_symbols(Program& program, const CoreSpec& core, std::uint32_t lanes,
                            Symbol::Kind kind, std::uint64_t start) {
  for (Symbol& s : program.symbols) {
    if (s.kind != kind) continue;
    s.address = start;
    start = whole_pages(start + size_of(s, core, lanes));
  }
  return start;
}

void place_symbols(Program& program, const CoreSpec& core, std::uint32_t lanes,
                   const SymbolMemories& memories) {
  const auto place = [&](std::uint64_t next, const SymbolKinds& kinds) {
    for (Symbol& s : program.symbols) {
      if (s.address != Symbol::unplaced) continue;
      if (!is_one_of(kinds, s)) continue;
      s.address = next;
      next = whole_pages(next + size_of(s, core, lanes));
    }
    return next;
  };
  using enum Symbol::Kind;
  const bool with_matrices = memories.vectors == memories.matrices;
  // Caches come last: they are as long as the longest context.
  const std::uint64_t next =
      place(whole_pages(footprint(program, core, lanes)),
            with_matrices ? SymbolKinds{matrix, vector} : SymbolKinds{matrix});
  const std::uint64_t behind_vectors = with_matrices ? next : place(0, {vector});
  place(memories.caches == memories.matrices  ? next
        : memories.caches == memories.vectors ? behind_vectors
                                              : 0,
        {cache});
}

}  // namespace tritsim
