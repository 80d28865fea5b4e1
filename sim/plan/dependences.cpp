// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/dependences.hpp"

#include <algorithm>

namespace tritsim {

Dependences::Dependences(const VectorCode& code)
    : after_(code.instructions.size()),
      writer_(code.vectors.size(), none),
      readers_(code.vectors.size()) {
  for (std::size_t v = 0; v < code.vectors.size(); ++v) {
    if (code.vectors[v].home) held_[*code.vectors[v].home].push_back(v);
  }
  for (std::size_t i = 0; i < code.instructions.size(); ++i) add(i, code.instructions[i]);
}

void Dependences::order(std::size_t first, std::size_t second) {
  if (first == none || first == second) return;
  auto& after = after_[first];
  if (after.empty() || after.back() != second) after.push_back(second);
}

void Dependences::add(std::size_t i, const VectorInstruction& v) {
  for (const VectorId source : {v.src1, v.src2}) {
    if (source == no_vector) continue;
    order(writer_[source], i);
    readers_[source].push_back(i);
  }
  if (v.dst != no_vector) writer_[v.dst] = i;  // each vector is made once
  const CoreUnit unit = row_of(v.op).unit;
  if (unit != CoreUnit::element_wise) {
    std::size_t& last = last_[static_cast<std::size_t>(unit)];
    if (last > 0) order(last - 1, i);
    last = i + 1;
  }
  if (v.op == Opcode::sv) store(i, v);
}

/// Whoever reads what the symbol held comes first: it may be loaded for that.
void Dependences::store(std::size_t i, const VectorInstruction& v) {
  std::vector<std::size_t>& held = held_[v.symbol];
  for (const std::size_t vector : held) {
    for (const std::size_t r : readers_[vector]) order(r, i);
  }
  held = {v.src1};
}

}  // namespace tritsim
