// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/lower_vectors.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tritsim {
namespace {

constexpr std::optional<Opcode> opcode_of(std::string_view mnemonic) {
  for (const auto& [op, name] : EnumNames<Opcode>::names) {
    if (name == mnemonic) return op;
  }
  return {};
}

/// Whether all steps of the table's element-wise code are instructions that there are.
constexpr bool knows_all_instructions() {
  for (const OpTraits& kind : op_table) {
    for (const ElementCode& code : kind.code) {
      for (const ElementStep& step : code.steps) {
        if (!step.instruction.empty() && !opcode_of(step.instruction)) return false;
      }
    }
  }
  return true;
}

static_assert(knows_all_instructions(), "op_table names an instruction that there is not");

/// The steps of element-wise code, without the empty ones behind them.
std::vector<ElementStep> steps_of(const ElementCode& code) {
  std::vector<ElementStep> steps;
  for (const ElementStep& s : code.steps) {
    if (!s.instruction.empty()) steps.push_back(s);
  }
  return steps;
}

/// The first of the row's codes whose instructions the core has; none: the op is refused, for what
/// the last of them lacks.
const ElementCode* code_for(CodeEmitter& code, const OpTraits& kind) {
  const ElementCode* last = nullptr;
  for (const ElementCode& c : kind.code) {
    const std::vector<ElementStep> steps = steps_of(c);
    if (steps.empty()) continue;
    last = &c;
    if (std::all_of(steps.begin(), steps.end(),
                    [&](const ElementStep& s) { return code.has(*opcode_of(s.instruction)); })) {
      return last;
    }
  }
  for (const ElementStep& s : steps_of(*last)) {
    if (!code.require(*opcode_of(s.instruction))) break;
  }
  return nullptr;
}

/// What the steps of element-wise code work on.
struct Operands {
  std::vector<Chunks> parameters;
  VectorId ones = no_vector;
  std::vector<Chunks> inputs;

  [[nodiscard]] VectorId at(Operand operand, std::size_t k, VectorId result) const {
    switch (operand) {
      case Operand::none:
        break;
      case Operand::x:
        return inputs[0][k];
      case Operand::y:
        return inputs[1][k];
      case Operand::result:
        return result;
      case Operand::ones:
        return ones;
      case Operand::parameter:
        return parameters[0][k];
      case Operand::parameter2:
        return parameters[1][k];
      case Operand::parameter3:
        return parameters[2][k];
    }
    return no_vector;
  }
};

Operands operands_of(CodeEmitter& code, const Op& op, const ElementCode& element) {
  Operands out;
  const std::uint32_t elements = code.trace().elements(op.outputs[0]);
  for (const std::string_view name : element.parameters) {
    if (!name.empty())
      out.parameters.push_back(code.parameters(op.name + std::string(name), elements));
  }
  const bool ones = std::any_of(
      element.steps.begin(), element.steps.end(),
      [](const ElementStep& s) { return s.src1 == Operand::ones || s.src2 == Operand::ones; });
  if (ones) out.ones = code.in_memory("ones", code.piece(elements, 0, code.core().vector_length));
  for (const ValueId v : op.inputs) out.inputs.push_back(code.chunks(v));
  return out;
}

}  // namespace

void lower_element_wise(CodeEmitter& code, const Op& op) {
  const ElementCode* element = code_for(code, traits_of(op.kind));
  if (element == nullptr) return;
  const std::vector<ElementStep> steps = steps_of(*element);
  const Operands operands = operands_of(code, op, *element);
  Chunks out;
  for (std::size_t k = 0; k < code.chunk_count(code.trace().elements(op.outputs[0])); ++k) {
    VectorId result = no_vector;
    for (const ElementStep& s : steps) {
      result = code.emit(*opcode_of(s.instruction), op.name + std::string(s.suffix),
                         operands.at(s.src1, k, result), operands.at(s.src2, k, result));
    }
    out.push_back(result);
  }
  code.define(op.outputs[0], out);
}

void lower_recurrence(CodeEmitter& code, const Op& op) {
  const std::string& n = op.name;
  const Chunks forget = code.chunks(op.inputs[0]);
  const Chunks input = code.chunks(op.inputs[1]);
  Chunks out;
  for (std::size_t k = 0; k < code.chunk_count(code.trace().elements(op.outputs[0])); ++k) {
    const std::string state = fmt::format("{}.state[{}]", n, k);
    VectorId h = code.in_memory(state, code.elements_of(forget[k]));
    // Lanes at consecutive tokens take turns: each needs the state of the one before.
    for (std::uint32_t token = 0; token < code.steps().tokens_at_once; ++token) {
      h = code.emit(Opcode::add, n, code.emit(Opcode::mul, n + ".kept", forget[k], h), input[k]);
    }
    code.emit(
        VectorInstruction{
            .op = Opcode::sv, .src1 = h, .symbol = code.symbol(state, Symbol::Kind::vector)},
        "");
    out.push_back(h);
  }
  code.define(op.outputs[0], out);
}

void emit_rms(CodeEmitter& code, const Chunks& x) {
  if (code.has(Opcode::norm)) {
    if (x.size() > 1) {
      code.refuse(fmt::format("needs an RMS norm over {} vectors, 'norm' of core '{}' covers one "
                              "of {} elements",
                              x.size(), code.core().name, code.core().vector_length),
                  "build the core for a vector_length of at least the vector, e.g. --dim");
    }
    return;
  }
  for (const Opcode op : {Opcode::clear, Opcode::accumulate, Opcode::finish, Opcode::normalize}) {
    if (!code.require(op)) return;
  }
  if (!code.begin_statistic(x)) return;
  code.emit(Opcode::clear, "");
  for (const VectorId v : x) code.emit(Opcode::accumulate, "", v);
  code.emit(Opcode::finish, "");
}

VectorId emit_scaled(CodeEmitter& code, VectorId x, VectorId weight, const std::string& name) {
  const Opcode op = code.has(Opcode::norm) ? Opcode::norm : Opcode::normalize;
  return code.emit(Opcode::mul, name, code.emit(op, name + ".normalized", x), weight);
}

void lower_rms_norm(CodeEmitter& code, const Op& op) {
  const Chunks x = code.chunks(op.inputs[0]);
  const Chunks w = code.parameters(op.name + ".weight", code.trace().elements(op.inputs[0]));
  emit_rms(code, x);
  Chunks out;
  for (std::size_t k = 0; k < x.size(); ++k) {
    out.push_back(emit_scaled(code, x[k], w[k], op.name));
  }
  code.define(op.outputs[0], out);
}

void lower_layer_norm(CodeEmitter& code, const Op& op) {
  const Chunks x = code.chunks(op.inputs[0]);
  if (!code.require(Opcode::layer_norm)) return;
  if (x.size() > 1) {
    code.refuse(
        fmt::format("needs a layer norm over {} vectors, 'layer_norm' of core '{}' covers one of "
                    "{} elements",
                    x.size(), code.core().name, code.core().vector_length),
        "build the core for a vector_length of at least the vector, e.g. --dim");
    return;
  }
  const std::uint32_t elements = code.trace().elements(op.inputs[0]);
  const Chunks w = code.parameters(op.name + ".weight", elements);
  const Chunks b = code.parameters(op.name + ".bias", elements);
  const VectorId n = code.emit(Opcode::layer_norm, op.name + ".normalized", x[0]);
  const VectorId weighted = code.emit(Opcode::mul, op.name, n, w[0]);
  code.define(op.outputs[0], {code.emit(Opcode::add, op.name, weighted, b[0])});
}

void lower_gather(CodeEmitter& code, const Op& op) {
  if (code.mapping().tensor() <= 1) {
    code.refuse("brings shards together, and the mapping has one kernel for a model",
                "set mapping.parallel.tensor");
    return;
  }
  const std::uint32_t d = code.core().vector_length;
  const std::uint32_t own = code.trace().elements(op.inputs[0]);
  const std::uint32_t whole = code.trace().elements(op.outputs[0]);
  const Chunks shard = code.chunks(op.inputs[0]);
  for (std::uint32_t k = 0; k < shard.size(); ++k) {
    const std::uint32_t elements = std::min(d, own - k * d);
    code.push({.op = Opcode::send, .src1 = shard[k], .elements = elements}, "", 0);
  }
  Chunks out;
  for (std::uint32_t k = 0; k < code.chunk_count(whole); ++k) {
    const std::uint32_t elements = std::min(d, whole - k * d);
    out.push_back(
        code.push({.op = Opcode::gather, .elements = elements, .outputs = k == 0 ? whole : 0},
                  fmt::format("{}[{}]", op.name, k), code.sized() ? elements : 0));
  }
  code.define(op.outputs[0], out);
}

}  // namespace tritsim
