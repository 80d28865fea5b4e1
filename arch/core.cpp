// SPDX-License-Identifier: Apache-2.0
#include "arch/core.hpp"

#include <algorithm>

namespace tritsim {

OperandShape shape_of(Opcode op) {
  switch (op) {
    case Opcode::ldv:
      return {true, 0, true, CoreUnit::load_store};
    case Opcode::sv:
      return {false, 1, true, CoreUnit::load_store};
    case Opcode::add:
    case Opcode::sub:
    case Opcode::mul:
    case Opcode::div:
      return {true, 2, false, CoreUnit::row_wise};
    case Opcode::exp:
    case Opcode::sig:
    case Opcode::csig:
    case Opcode::silu:
      return {true, 1, false, CoreUnit::row_wise};
    case Opcode::norm:
      return {true, 1, false, CoreUnit::rms};
    case Opcode::clear:
    case Opcode::finish:
      return {false, 0, false, CoreUnit::rms};
    case Opcode::accumulate:
      return {false, 1, false, CoreUnit::rms};
    case Opcode::normalize:
      return {true, 1, false, CoreUnit::rms};
    case Opcode::tmatmul:
      return {true, 1, true, CoreUnit::ternary};
    case Opcode::import_vector:
      return {false, 1, false, CoreUnit::ternary};
    case Opcode::go:
      return {false, 0, true, CoreUnit::ternary};
    case Opcode::export_vector:
      return {true, 0, false, CoreUnit::ternary};
  }
  return {};
}

void CoreSpec::check(Checker& c) const {
  std::vector<std::string> names;
  for (const auto& [op, text] : EnumNames<Opcode>::names) names.emplace_back(text);
  for (const auto& [key, spec] : instructions) {
    if (std::find(names.begin(), names.end(), key) == names.end()) {
      const auto near = nearest(key, names);
      c.fail("instructions", "'" + key + "' is not an instruction",
             near.empty() ? "docs/configuration.md lists them" : "did you mean '" + near + "'?");
    }
  }
  const bool whole = has(Opcode::tmatmul);
  const bool steps = has(Opcode::import_vector) && has(Opcode::go) && has(Opcode::export_vector);
  if (whole == steps) {
    c.fail("instructions", "needs either tmatmul, or import, go and export",
           "list the ternary instructions the core has");
  }
  if (!has(Opcode::ldv) || !has(Opcode::sv)) {
    c.fail("instructions", "needs ldv and sv", "a core without them cannot reach its memory");
  }
  if (elements_per_cycle > vector_length) {
    c.fail("elements_per_cycle", "is above vector_length", "a chunk is part of a vector");
  }
  if (registers < 3) {
    c.fail("registers", "fewer than three", "a two-operand instruction names three registers");
  }
  if (static_cast<double>(vector_length) * vector_length < ternary.ternaries_per_cycle) {
    c.fail("ternary", "consumes more than a whole tile in a cycle",
           "give ternaries_per_cycle <= vector_length x vector_length");
  }
}

}  // namespace tritsim
