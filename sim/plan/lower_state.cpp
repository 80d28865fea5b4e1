// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/lower_state.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tritsim {
namespace {

/// Vectors of a scan, a register's worth of each. Where one is shorter than the state it is used
/// again and again.
class Scan {
 public:
  Scan(CodeEmitter& code, const Op& op) : code_(code), op_(op) {
    for (const ValueId v : op.inputs) inputs_.push_back(code.chunks(v));
  }

  /// Updates the j-th register's worth of the state; what the query reads of it.
  VectorId step(std::size_t j, std::uint32_t elements) {
    elements_ = elements;
    const std::string name = fmt::format("{}.state[{}]", op_.name, j);
    VectorId state = code_.in_memory(name, elements);
    for (std::uint32_t token = 0; token < code_.steps().tokens_at_once; ++token) {
      VectorId value = at(2, j);
      if (op_.kind == OpKind::delta_scan) {
        // What the state already has for the key is taken off the value.
        const VectorId known = two(Opcode::mul, at(1, j), state, ".known");
        value = two(Opcode::mul, at(4, j), two(Opcode::add, known, value, ".error"), ".step");
      }
      const VectorId kept = two(Opcode::mul, at(3, j), state, ".kept");
      state = two(Opcode::add, kept, two(Opcode::mul, at(1, j), value, ".product"), "");
    }
    code_.emit(
        VectorInstruction{
            .op = Opcode::sv, .src1 = state, .symbol = code_.symbol(name, Symbol::Kind::vector)},
        "");
    return two(Opcode::mul, at(0, j), state, ".read");
  }

  VectorId add(VectorId sum, VectorId part, std::uint32_t elements) {
    elements_ = elements;
    return sum == no_vector ? part : two(Opcode::add, sum, part, ".sum");
  }

 private:
  [[nodiscard]] VectorId at(std::size_t input, std::size_t j) const {
    const Chunks& chunks = inputs_[input];
    return chunks[j % chunks.size()];
  }

  VectorId two(Opcode op, VectorId a, VectorId b, const char* suffix) {
    return code_.push({.op = op, .src1 = a, .src2 = b, .elements = elements_}, op_.name + suffix,
                      elements_);
  }

  CodeEmitter& code_;
  const Op& op_;
  std::vector<Chunks> inputs_;
  std::uint32_t elements_ = 0;
};

}  // namespace

void lower_scan(CodeEmitter& code, const Op& op) {
  if (!code.require(Opcode::mul) || !code.require(Opcode::add)) return;
  const std::uint32_t d = code.core().vector_length;
  const std::uint32_t width = code.trace().elements(op.outputs[0]);
  const std::uint64_t state = op.state->elements;
  Scan scan(code, op);
  Chunks out(code.chunk_count(width), no_vector);
  for (std::uint64_t j = 0; j * d < state; ++j) {
    const auto rest = static_cast<std::uint32_t>(std::min<std::uint64_t>(d, state - j * d));
    const std::uint32_t elements = code.sized() ? rest : 0;
    const VectorId part = scan.step(j, elements);
    VectorId& sum = out[j % out.size()];
    sum = scan.add(sum, part, elements);
  }
  for (std::size_t k = 0; k < out.size(); ++k) {
    if (out[k] == no_vector) out[k] = out[0];
  }
  code.define(op.outputs[0], out);
}

void lower_convolution(CodeEmitter& code, const Op& op) {
  if (!code.require(Opcode::mul) || !code.require(Opcode::add)) return;
  const Chunks x = code.chunks(op.inputs[0]);
  const std::uint32_t width = code.trace().elements(op.outputs[0]);
  const std::uint64_t before = op.state->elements / width;
  std::vector<Chunks> taps;
  for (std::uint64_t t = 0; t <= before; ++t) {
    taps.push_back(code.parameters(fmt::format("{}.tap{}", op.name, t), width));
  }
  Chunks out;
  for (std::size_t k = 0; k < x.size(); ++k) {
    VectorId sum = code.emit(Opcode::mul, op.name + ".now", x[k], taps[0][k]);
    for (std::uint64_t t = 1; t <= before; ++t) {
      const std::string tail = fmt::format("{}.tail{}[{}]", op.name, t, k);
      const VectorId old = code.in_memory(tail, code.elements_of(x[k]));
      sum = code.emit(Opcode::add, op.name, sum,
                      code.emit(Opcode::mul, op.name + ".then", old, taps[t][k]));
    }
    // The oldest vector makes room for this token's.
    const std::string oldest = fmt::format("{}.tail{}[{}]", op.name, before, k);
    code.emit(
        VectorInstruction{
            .op = Opcode::sv, .src1 = x[k], .symbol = code.symbol(oldest, Symbol::Kind::vector)},
        "");
    out.push_back(sum);
  }
  code.define(op.outputs[0], out);
}

}  // namespace tritsim
