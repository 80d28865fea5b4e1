// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/lower.hpp"

#include <fmt/format.h>

#include "sim/plan/list_schedule.hpp"
#include "sim/plan/lower_attention.hpp"
#include "sim/plan/lower_custom.hpp"
#include "sim/plan/lower_experts.hpp"
#include "sim/plan/lower_product.hpp"
#include "sim/plan/lower_state.hpp"
#include "sim/plan/lower_vectors.hpp"

namespace tritsim {
namespace {

void lower_op(CodeEmitter& code, ProductLowering& products, const Op& op) {
  switch (traits_of(op.kind).core) {
    case CoreRule::none:
      code.refuse(fmt::format("is of kind '{}', which no core does", name_of(op.kind)),
                  fmt::format("map '{}' to the host, or exclude it", name_of(op.kind)));
      return;
    case CoreRule::element_wise:
      lower_element_wise(code, op);
      break;
    case CoreRule::rms_norm:
      lower_rms_norm(code, op);
      break;
    case CoreRule::layer_norm:
      lower_layer_norm(code, op);
      break;
    case CoreRule::recurrence:
      lower_recurrence(code, op);
      break;
    case CoreRule::product:
      products.lower(op);
      break;
    case CoreRule::attention:
      lower_attention(code, op);
      break;
    case CoreRule::top_k:
      lower_top_k(code, op);
      break;
    case CoreRule::combine:
      lower_combine(code, op);
      break;
    case CoreRule::scan:
      lower_scan(code, op);
      break;
    case CoreRule::convolution:
      lower_convolution(code, op);
      break;
    case CoreRule::custom:
      lower_custom(code, op);
      break;
    case CoreRule::gather:
      lower_gather(code, op);
      break;
  }
  for (const ValueId v : op.outputs) code.store_if_needed(v);
}

VectorCode code_of(const ProgramRequest& request, Problems& problems) {
  CodeEmitter code(request);
  ProductLowering products(code);
  const OpRange range = request.range();
  for (std::size_t i = range.first; i < range.last; ++i) {
    const Op& op = request.trace.ops[i];
    if (request.mapping.placement_of(op).target != Target::core) continue;
    code.begin(i);
    lower_op(code, products, op);
  }
  code.export_sums();
  code.report(problems);
  return code.take();
}

/// By op of the trace: its segment. One ends with a block of the model, so that blocks that are
/// alike have the same code, and where the host takes over.
std::vector<std::uint32_t> segments_of(const ProgramRequest& request) {
  std::vector<std::uint32_t> segments;
  std::uint32_t now = 0;
  std::int32_t layer = Op::no_layer;
  for (const Op& op : request.trace.ops) {
    const bool turn = request.mapping.placement_of(op).target == Target::host ||
                      request.mapping.host_prepares(op);
    if (turn || op.layer != layer) ++now;
    layer = op.layer;
    segments.push_back(now);
  }
  return segments;
}

}  // namespace

CoreSpec core_without_times(CoreSpec core, const MappingSpec& mapping) {
  core.uncertain.clear();
  if (mapping.schedule == Schedule::list) return core;
  core.attachment.reset();
  core.clock = {};
  core.memory_port = {};
  core.issue = {};
  if (core.ternary) {
    core.ternary->ternaries_per_cycle = 1;
    core.ternary->fifo = {};
    core.ternary->paged = false;
    core.ternary->fetch = {};
  }
  return core;
}

Program lower(const ProgramRequest& request, Problems& problems) {
  const std::size_t before = problems.size();
  VectorCode code = code_of(request, problems);
  if (problems.size() > before) return {};
  if (request.mapping.schedule == Schedule::list) {
    const std::vector<std::uint32_t> segments = segments_of(request);
    code = list_schedule(std::move(code), {request.core, request.mapping.spill, segments});
  }
  Program program =
      allocate_registers(std::move(code), request.core.registers, request.mapping.spill);
  if (request.core.host_vectors) {  // the host has moved them
    std::erase_if(program.instructions,
                  [](const Instruction& i) { return row_of(i.op).unit == CoreUnit::load_store; });
  }
  program.positions_per_step = request.steps.tokens_at_once;
  place_symbols(program, request.core, request.lanes, request.memories);
  return program;
}

Program lower(const Trace& trace, const MappingSpec& mapping, const CoreSpec& core,
              std::uint32_t lanes, const LoweredSteps& steps) {
  const std::uint32_t vectors = mapping.vectors_in.empty() ? 0 : 1;
  const std::uint32_t caches = mapping.kv_in.empty()                 ? 0
                               : mapping.kv_in == mapping.vectors_in ? 1
                                                                     : 2;
  Problems problems;
  Program program = lower({trace, mapping, core, lanes, steps, {0, vectors, caches}, {}}, problems);
  problems.raise();
  return program;
}

}  // namespace tritsim
