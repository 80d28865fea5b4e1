// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/lower_attention.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace tritsim {
namespace {

/// Query, key and value in a register each, or query and latent vector; nothing where they do not
/// fit, which is refused.
std::optional<Chunks> registers_of(CodeEmitter& code, const Op& op) {
  Chunks in;
  for (const ValueId v : op.inputs) {
    const Chunks& c = code.chunks(v);
    if (c.size() > 1) {
      code.refuse(
          fmt::format("works on {} elements, a vector register of core '{}' holds {}",
                      code.trace().elements(v), code.core().name, code.core().vector_length),
          "build the core for a vector_length of at least the vector, e.g. --dim");
      return {};
    }
    in.push_back(c.front());
  }
  return in;
}

/// Whether the scores of the last step fit the unit; else the op is refused.
bool fits(CodeEmitter& code, const AttentionShape& shape) {
  std::uint64_t last = std::uint64_t{shape.context} + code.steps().later_positions();
  if (shape.window) last = std::min<std::uint64_t>(last, *shape.window);
  const std::uint64_t room = code.core().attention->scores;
  if (shape.heads * last <= room) return true;
  code.refuse(
      fmt::format("has {} scores in the last step ({} heads x {} positions), the score buffer of "
                  "core '{}' holds {}",
                  shape.heads * last, shape.heads, last, code.core().name, room),
      "run fewer positions, or give the core a larger attention.scores");
  return false;
}

/// An instruction on a cache, which has room for what the last step finds there.
VectorId emit_on_cache(CodeEmitter& code, VectorInstruction i, const std::string& cache,
                       const std::string& name) {
  i.symbol = code.symbol(cache, Symbol::Kind::cache);
  Instruction longest{i.op};
  longest.elements = i.elements;
  longest.attention = i.attention;
  code.grow(i.symbol, later_by(longest, code.steps().later_positions()));
  return code.push(i, name, code.sized() ? i.elements : 0);
}

}  // namespace

void lower_attention(CodeEmitter& code, const Op& op) {
  if (!code.core().attention) {
    code.refuse(
        fmt::format("needs an attention unit, which core '{}' does not have", code.core().name),
        "describe one under 'attention' of the core, or map 'attention' to the host");
    return;
  }
  const auto in = registers_of(code, op);
  if (!in) return;
  const AttentionShape& shape = *op.attention;
  if (!fits(code, shape)) return;
  const AttentionSize row{shape.attended(), shape.heads, 1, shape.cache, shape.window.value_or(0)};
  AttentionSize products = row;
  products.shared = shape.heads / shape.kv_heads;
  // A latent attention reads its latents twice: as keys, and as values.
  const bool latent = op.kind == OpKind::latent_attention;
  const std::array<std::string, 2> caches{op.name + (latent ? ".latents" : ".keys"),
                                          op.name + (latent ? ".rotary_keys" : ".values")};
  const std::string& values = caches[latent ? 0 : 1];
  for (const std::size_t i : {0U, 1U}) {
    const std::size_t cached = op.queries() + i;
    emit_on_cache(code,
                  {.op = Opcode::append,
                   .src1 = (*in)[cached],
                   .elements = code.trace().elements(op.inputs[cached]),
                   .attention = row},
                  caches[i], "");
  }
  for (std::size_t i = 0; i < op.queries(); ++i) {
    emit_on_cache(code,
                  {.op = Opcode::scores,
                   .src1 = (*in)[i],
                   .elements = code.trace().elements(op.inputs[i]),
                   .attention = products},
                  caches[i], "");
  }
  code.push({.op = Opcode::softmax, .attention = row}, "", 0);
  const VectorId result = emit_on_cache(code,
                                        {.op = Opcode::values,
                                         .elements = code.trace().elements(op.outputs[0]),
                                         .attention = products},
                                        values, op.name);
  code.define(op.outputs[0], {result});
}

}  // namespace tritsim
