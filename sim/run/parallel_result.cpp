// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "arch/core/program.hpp"
#include "sim/run/pipeline.hpp"

namespace tritsim {
namespace {

/// Bytes of the next token's number, which goes from the last stage to the first.
constexpr std::uint64_t token_id_bytes = 4;

/// Layers and weights of a stage.
StageResult ops_of_stage(const SystemPlan& plan, const StagePlan& ops, const MappingSpec& mapping) {
  StageResult stage;
  bool any = false;
  for (std::size_t i = ops.ops.first; i < ops.ops.last; ++i) {
    const Op& op = plan.trace.ops[i];
    if (mapping.placement_of(op).target == Target::core) {
      stage.weight_bytes += static_cast<std::uint64_t>(
          std::ceil(static_cast<double>(plan.trace.weights(op)) *
                        mapping.weights_on_core(op).bits() / 8 * mapping.tensor() -
                    1e-6));
    }
    if (op.layer == Op::no_layer) continue;
    if (!any) stage.first_layer = op.layer;
    stage.last_layer = op.layer;
    any = true;
  }
  return stage;
}

/// Adds the time and the bytes of a kernel to those of its stage, and what it hands on.
void add_kernel(const SystemPlan& plan, const KernelPlan& k, const KernelResult& done,
                ParallelResult& out) {
  StageResult& stage = out.stages[k.stage];
  const double steps = double{1} * plan.steps * k.sequence_groups;
  const double busy = static_cast<double>(done.activity.cycles - done.shares[CycleCause::pipeline]);
  stage.step = std::max(stage.step, cycles_to_time(busy / steps, done.core.clock));
  const std::uint64_t held = footprint(*k.program, *k.core, k.lanes);
  stage.memory_bytes = stage.memory_bytes == 0 ? held : std::min(stage.memory_bytes, held);
  if (out.stages.size() == 1) return;
  const StagePlan& planned = plan.stages[k.stage];
  const std::uint64_t bytes = bytes_handed_on(plan, k);
  stage.handed_on = std::max(stage.handed_on, bytes);
  stage.hop = planned.hop.time(stage.handed_on);
  // Of the kernels of all pipelines, those whose next is on another card.
  const double all = static_cast<double>(bytes) * k.replicas * plan.steps * k.sequence_groups;
  const double share =
      static_cast<double>(planned.crossing) / (double{1} * out.tensor * out.pipelines);
  out.link_bytes += static_cast<std::uint64_t>(std::round(all * share));
  out.chip_bytes += static_cast<std::uint64_t>(std::round(all * (1 - share)));
}

}  // namespace

std::uint64_t bytes_handed_on(const SystemPlan& plan, const KernelPlan& k) {
  if (k.stage + 1 == plan.stages.size()) return token_id_bytes * k.lanes;
  double elements = 0;
  for (const ValueId v : plan.stages[k.stage].handed_on) elements += plan.trace.elements(v);
  return static_cast<std::uint64_t>(std::ceil((k.core->element * elements).si())) * k.lanes;
}

ParallelResult parallel_result(const SystemPlan& plan, const BoardSpec& board,
                               const Result& result) {
  ParallelResult out;
  out.tensor = board.mapping.tensor();
  out.pipelines = plan.pipelines;
  out.sequence_groups = plan.sequence_groups();
  for (const StagePlan& stage : plan.stages) {
    out.stages.push_back(ops_of_stage(plan, stage, board.mapping));
  }
  std::vector<bool> counted(plan.tensor_groups.size());
  for (std::size_t i = 0; i < plan.kernels.size(); ++i) {
    const KernelPlan& k = plan.kernels[i];
    add_kernel(plan, k, result.kernels[i], out);
    if (!k.tensor_group || counted[*k.tensor_group]) continue;
    counted[*k.tensor_group] = true;
    const TensorGroupPlan& group = plan.tensor_groups[*k.tensor_group];
    const std::uint64_t sent = result.kernels[i].activity.exchange->bytes_sent;
    const std::uint64_t shards = sent / (out.tensor - 1) * k.lanes * group.replicas;
    const GatherTraffic traffic =
        gather_traffic(board.mapping.parallel->gather, group.cards, shards);
    out.chip_bytes += traffic.chip;
    out.link_bytes += traffic.link;
  }
  return out;
}

}  // namespace tritsim
