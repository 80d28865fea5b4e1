// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/code_emitter.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tritsim {

CodeEmitter::CodeEmitter(const ProgramRequest& request)
    : request_(request), values_(request.trace.values.size()) {
  const OpRange range = request.range();
  for (std::size_t i = 0; i < trace().ops.size(); ++i) {
    const Op& op = trace().ops[i];
    const Target target = mapping().placement_of(op).target;
    if (target == Target::host || mapping().host_prepares(op)) {
      stored_.insert(op.inputs.begin(), op.inputs.end());
    } else if (target == Target::core && range.contains(i)) {
      readers_.insert(op.inputs.begin(), op.inputs.end());
    }
  }
  for (const ValueId v : handed_on(trace(), mapping(), range)) stored_.insert(v);
}

std::uint32_t CodeEmitter::chunk_count(std::uint32_t elements) const {
  return (elements + core().vector_length - 1) / core().vector_length;
}

std::uint32_t CodeEmitter::piece(std::uint32_t n, std::size_t k, std::uint32_t limit) const {
  return sized() ? std::min(limit, n - static_cast<std::uint32_t>(k) * limit) : 0;
}

VectorId CodeEmitter::make(std::string name, std::uint32_t elements) {
  code_.vectors.push_back({std::move(name), {}, elements});
  return static_cast<VectorId>(code_.vectors.size() - 1);
}

VectorId CodeEmitter::in_memory(const std::string& name, std::uint32_t elements) {
  const VectorId v = make(name, elements);
  const std::uint32_t home = symbol(name, Symbol::Kind::vector);
  code_.vectors[v].home = home;
  Instruction load{Opcode::ldv};
  load.elements = elements;
  grow(home, load);
  return v;
}

Chunks CodeEmitter::parameters(const std::string& name, std::uint32_t elements) {
  Chunks c;
  for (std::uint32_t k = 0; k < chunk_count(elements); ++k) {
    c.push_back(
        in_memory(fmt::format("{}[{}]", name, k), piece(elements, k, core().vector_length)));
  }
  return c;
}

Chunks& CodeEmitter::chunks(ValueId id) {
  Chunks& c = values_[id];
  if (c.empty()) c = parameters(trace().values[id].name, trace().elements(id));
  return c;
}

std::uint32_t CodeEmitter::symbol(const std::string& name, Symbol::Kind kind) {
  const auto [it, fresh] = symbols_.try_emplace(name, code_.symbols.size());
  if (fresh) code_.symbols.push_back({name, kind});
  return static_cast<std::uint32_t>(it->second);
}

void CodeEmitter::grow(std::uint32_t symbol, const Instruction& i) {
  std::uint64_t& bytes = code_.symbols[symbol].bytes;
  bytes = std::max(bytes, symbol_bytes(core(), i, code_.symbols[symbol].weights));
}

bool CodeEmitter::begin_statistic(const Chunks& x) {
  const bool there = x == statistic_;
  statistic_ = x;
  return !there || mapping().norm_statistics == NormStatistics::per_product;
}

void CodeEmitter::refuse(std::string what, std::string remedy) {
  for (auto& [problem, others] : refused_) {
    if (problem.what != what) continue;
    ++others;
    return;
  }
  Problem problem;
  problem.path = op().name;
  problem.what = std::move(what);
  problem.remedy = std::move(remedy);
  refused_.emplace_back(std::move(problem), 0);
}

bool CodeEmitter::has(Opcode op) {
  std::optional<bool>& has = has_[static_cast<std::size_t>(op)];
  if (!has) has = core().has(op);
  return *has;
}

bool CodeEmitter::require(Opcode op) {
  if (has(op)) return true;
  refuse(fmt::format("needs the instruction '{}', which core '{}' does not have", name_of(op),
                     core().name),
         "add the unit to the core, or map the op to the host");
  return false;
}

void CodeEmitter::report(Problems& problems) const {
  for (auto [problem, others] : refused_) {
    if (others > 0) problem.what += fmt::format(" (and {} more like it)", others);
    problems.add(problem);
  }
}

VectorId CodeEmitter::emit(Opcode op, const std::string& name, VectorId src1, VectorId src2) {
  return emit(VectorInstruction{.op = op, .src1 = src1, .src2 = src2}, name);
}

VectorId CodeEmitter::emit(VectorInstruction i, const std::string& name) {
  const OperandShape shape = shape_of(i.op);
  const bool by_host = core().host_vectors && shape.unit == CoreUnit::load_store;
  if (!by_host) require(i.op);
  if (i.elements == 0 && i.src1 != no_vector) i.elements = elements_of(i.src1);
  if (i.src2 != no_vector) i.elements = std::min(i.elements, elements_of(i.src2));
  if (shape.unit == CoreUnit::matrix) export_sums();
  const VectorId dst = push(i, name, i.outputs > 0 ? i.outputs : i.elements);
  if (shape.address) {
    Instruction sizes{i.op};
    sizes.elements = i.elements;
    sizes.outputs = i.outputs;
    grow(i.symbol, sizes);
  }
  return dst;
}

VectorId CodeEmitter::push(VectorInstruction i, const std::string& name, std::uint32_t elements) {
  if (pending_sums_ && (i.src1 == *pending_sums_ || i.src2 == *pending_sums_)) export_sums();
  i.trace_op = at_;
  if (shape_of(i.op).destination) i.dst = make(name, elements);
  code_.instructions.push_back(i);
  return i.dst;
}

VectorId CodeEmitter::keep_sums(const std::string& name, std::uint32_t outputs) {
  pending_sums_ = make(name, outputs);
  pending_op_ = at_;
  return *pending_sums_;
}

void CodeEmitter::export_sums() {
  if (!pending_sums_) return;
  const VectorId dst = *pending_sums_;
  pending_sums_.reset();
  code_.instructions.push_back({.op = Opcode::export_vector,
                                .dst = dst,
                                .trace_op = pending_op_,
                                .elements = elements_of(dst)});
}

void CodeEmitter::store_if_needed(ValueId id) {
  if (is_read(id) && !stored_.contains(id)) return;
  for (std::uint32_t k = 0; k < values_[id].size(); ++k) {
    const std::uint32_t home =
        symbol(fmt::format("{}[{}]", trace().values[id].name, k), Symbol::Kind::vector);
    emit(VectorInstruction{.op = Opcode::sv, .src1 = values_[id][k], .symbol = home}, "");
  }
}

}  // namespace tritsim
