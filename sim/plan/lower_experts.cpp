// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/lower_experts.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace tritsim {

std::uint32_t experts_read(const CodeEmitter& code, const Op& op) {
  const double tokens = std::max(code.lanes(), 1U);
  const double mean = op.experts->distinct(tokens);
  const double layer = std::max(op.layer, 0);
  // What rounding left over in the layers before is taken up.
  constexpr double slack = 1e-9;
  const double read = std::floor((layer + 1) * mean + slack) - std::floor(layer * mean + slack);
  return std::min(static_cast<std::uint32_t>(read), op.experts->count);
}

void store_other_experts(CodeEmitter& code, const Op& op, const WeightSpec& weights) {
  const std::uint32_t others = op.experts->count - experts_read(code, op);
  if (others == 0) return;
  const std::uint32_t symbol = code.symbol(op.name + ".other_experts", Symbol::Kind::matrix);
  const double each =
      static_cast<double>(code.trace().weights(op)) / op.experts->chosen * weights.bits() / 8;
  code.symbol(symbol).bytes = static_cast<std::uint64_t>(std::ceil(each * others));
  code.symbol(symbol).weights = weights;
}

void lower_top_k(CodeEmitter& code, const Op& op) {
  if (!code.require(Opcode::add)) return;
  const Chunks scores = code.chunks(op.inputs[0]);
  if (scores.size() > 1) {
    code.refuse(fmt::format("chooses among {} scores, a vector register of core '{}' holds {}",
                            code.trace().elements(op.inputs[0]), code.core().name,
                            code.core().vector_length),
                "build the core for a larger vector_length, or map 'top_k' to the host");
    return;
  }
  VectorId best = scores.front();
  for (std::uint32_t k = 0; k < code.trace().elements(op.outputs[0]); ++k) {
    best = code.emit(Opcode::add, op.name, best, scores.front());
  }
  code.define(op.outputs[0], {best});
}

void lower_combine(CodeEmitter& code, const Op& op) {
  if (!code.require(Opcode::mul) || !code.require(Opcode::add)) return;
  const Chunks x = code.chunks(op.inputs[0]);
  const VectorId share = code.chunks(op.inputs[1]).front();
  const std::uint32_t width = code.trace().elements(op.outputs[0]);
  const std::uint32_t chosen = code.trace().elements(op.inputs[0]) / width;
  const std::uint32_t d = code.core().vector_length;
  Chunks out;
  for (std::uint32_t k = 0; k < code.chunk_count(width); ++k) {
    const std::uint32_t elements = code.piece(width, k, d);
    const auto two = [&](Opcode code_of, VectorId a, VectorId b, const char* suffix) {
      return code.push({.op = code_of, .src1 = a, .src2 = b, .elements = elements},
                       op.name + suffix, elements);
    };
    VectorId sum = no_vector;
    for (std::uint32_t e = 0; e < chosen; ++e) {
      const std::size_t at = std::min<std::size_t>(e * std::size_t{width} / d + k, x.size() - 1);
      const VectorId part = two(Opcode::mul, x[at], share, ".share");
      sum = sum == no_vector ? part : two(Opcode::add, sum, part, "");
    }
    out.push_back(sum);
  }
  code.define(op.outputs[0], out);
}

}  // namespace tritsim
