// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <fmt/format.h>

#include "arch/core/assembly_words.hpp"
#include "arch/core/program.hpp"

namespace tritsim {

std::string to_assembly(const Program& program, const Instruction& i) {
  const OperandShape shape = shape_of(i.op);
  std::vector<std::string> operands;
  if (shape.destination) operands.push_back(fmt::format("v{}", i.dst));
  if (shape.sources > 0) operands.push_back(fmt::format("v{}", i.src1));
  if (shape.sources > 1) operands.push_back(fmt::format("v{}", i.src2));
  if (shape.address) operands.push_back(program.symbols[i.symbol].name);
  if (grows(i.op)) {
    const AttentionSize& a = i.attention;
    operands.push_back(i.op == Opcode::softmax ? fmt::format("{}", a.positions)
                                               : fmt::format("{} x {}", i.elements, a.positions));
    if (a.heads > 1) operands.push_back(fmt::format("{} heads", a.heads));
    if (a.shared > 1) operands.push_back(fmt::format("{} shared", a.shared));
    if (a.window > 0) operands.push_back(fmt::format("{} window", a.window));
    if (a.cache != NumberFormat::fp16) operands.emplace_back(name_of(a.cache));
  } else if (i.outputs > 0) {
    operands.push_back(fmt::format("{} x {}", i.elements, i.outputs));
  } else if (i.elements > 0) {
    operands.push_back(fmt::format("{}", i.elements));
  }
  std::string out(name_of(i.op));
  if (!operands.empty()) out += ' ' + fmt::format("{}", fmt::join(operands, ", "));
  return out;
}

std::string to_assembly(const Program& program) {
  std::string out;
  for (const Symbol& s : program.symbols) {
    if (is_symbol_name(s.name)) out += fmt::format("{} = {:#x}\n", s.name, s.address);
  }
  for (const Instruction& i : program.instructions) out += to_assembly(program, i) + '\n';
  return out;
}

}  // namespace tritsim
