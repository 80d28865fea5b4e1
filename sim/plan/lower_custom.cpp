// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/lower_custom.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace tritsim {
namespace {

/// Whether an instruction makes a register's worth out of one or two, and nothing else.
bool is_element_wise(Opcode op) {
  return row_of(op).unit == CoreUnit::element_wise;
}

std::optional<Opcode> instruction_of(CodeEmitter& code, const std::string& name) {
  std::vector<std::string> known;
  for (const auto& [op, mnemonic] : EnumNames<Opcode>::names) {
    if (!is_element_wise(op)) continue;
    if (name == mnemonic) return op;
    known.emplace_back(mnemonic);
  }
  if (name.empty()) {
    code.refuse("is a custom op that names no instruction of a core",
                "give it 'instruction', or map 'custom' to the host");
  } else {
    code.refuse(fmt::format("is done by '{}', which is no element-wise instruction", name),
                suggestion(name, known, "these are"));
  }
  return {};
}

/// Elements of the core's memory that so many bytes are.
std::uint32_t elements_of(const CodeEmitter& code, std::uint64_t bytes, bool written) {
  const double each = code.core().memory_element(written).si();
  return static_cast<std::uint32_t>(std::ceil(static_cast<double>(bytes) / each));
}

}  // namespace

void lower_custom(CodeEmitter& code, const Op& op) {
  const CustomShape& c = *op.custom;
  const std::optional<Opcode> instruction = instruction_of(code, c.instruction);
  if (!instruction || !code.require(*instruction)) return;
  Chunks others;
  for (std::size_t i = 1; i < op.inputs.size(); ++i) {
    const Chunks& more = code.chunks(op.inputs[i]);
    others.insert(others.end(), more.begin(), more.end());
  }
  if (c.reads > 0) {
    const Chunks table = code.parameters(op.name + ".reads", elements_of(code, c.reads, false));
    others.insert(others.end(), table.begin(), table.end());
  }
  const Chunks first = code.chunks(op.inputs[0]);
  const std::uint32_t width = code.trace().elements(op.outputs[0]);
  const std::uint32_t d = code.core().vector_length;
  const std::uint32_t registers = code.chunk_count(width);
  const bool two = row_of(*instruction).sources == 2;
  Chunks out;
  for (std::uint32_t k = 0; k < registers; ++k) out.push_back(first[k % first.size()]);
  const std::size_t steps = std::max<std::size_t>(std::size_t{c.passes} * registers, others.size());
  for (std::size_t n = 0; n < steps; ++n) {
    const auto k = static_cast<std::uint32_t>(n % registers);
    const VectorId other = others.empty() ? out[k] : others[n % others.size()];
    const std::uint32_t elements = code.piece(width, k, d);
    // An instruction with one source works on what is read, where there is something.
    out[k] = code.push({.op = *instruction,
                        .src1 = two || c.reads == 0 ? out[k] : other,
                        .src2 = two ? other : no_vector,
                        .elements = elements},
                       op.name, elements);
  }
  const std::uint32_t written = elements_of(code, c.writes, true);
  for (std::uint32_t k = 0; k < code.chunk_count(written) && c.writes > 0; ++k) {
    const std::uint32_t room =
        code.symbol(fmt::format("{}.writes[{}]", op.name, k), Symbol::Kind::vector);
    code.emit(VectorInstruction{.op = Opcode::sv,
                                .src1 = out[k % registers],
                                .symbol = room,
                                .elements = code.piece(written, k, d)},
              "");
  }
  code.define(op.outputs[0], out);
}

}  // namespace tritsim
