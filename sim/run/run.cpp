// SPDX-License-Identifier: Apache-2.0
#include "sim/run/run.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/plan/capacity.hpp"
#include "sim/plan/context.hpp"
#include "sim/plan/plan_system.hpp"
#include "sim/plan/work_split.hpp"
#include "sim/run/pipeline.hpp"
#include "sim/run/run_cache.hpp"
#include "sim/run/run_request.hpp"
#include "sim/run/sampled_trace.hpp"
#include "sim/run/simulate.hpp"
#include "tritsim_version.hpp"

namespace tritsim {
namespace {

/// Enters rounds and steps; returns the sequences of a round.
std::uint32_t divide_work(const BoardSpec& board, Result& result) {
  const WorkSplit split = split_work(board, result.workload);
  if (split.steps == 0) {
    throw ConfigError("nothing to run; give --prompt or --generate a number above zero");
  }
  result.workload.batch = split.batch;
  result.rounds = split.rounds;
  result.steps = split.steps;
  return split.sequences;
}

/// What a program brings along is simulated once: in one phase, all kernels together.
void check_own_parts(const MappingSpec& mapping, const Workload& workload) {
  if (mapping.prompt == PromptTokens::in_lanes && workload.prompt > 1) {
    throw ConfigError(
        "mapping.prompt: a prompt in lanes is a simulation of its own, and parts of a program are "
        "simulated once; set it to one_by_one, or leave out the prompt");
  }
  if (mapping.pipeline() > 1) {
    throw ConfigError(
        "mapping.parallel.pipeline: each stage is simulated by itself, and parts of a program are "
        "simulated once; set it to 1");
  }
}

Result run_one_or_two_phases(const RunRequest& request) {
  const MappingSpec& mapping = request.board.mapping;
  const bool shown = request.control.timeline != nullptr || request.control.on_transaction;
  if (shown && mapping.pipeline() > 1) {
    throw ConfigError(
        "mapping.parallel.pipeline: each stage is simulated by itself, which no timeline and no "
        "file of transactions can show; set it to 1, or leave out --timeline, --vcd and "
        "--transactions");
  }
  const bool prompt_in_lanes = mapping.prompt == PromptTokens::in_lanes;
  if (request.control.own_parts != nullptr) check_own_parts(mapping, request.workload);
  return prompt_in_lanes && request.workload.prompt > 1 ? run_in_phases(request) : run(request);
}

/// What the lanes of a kernel read together.
TokenBytes bytes_of_last_step(Trace trace, const SystemPlan& plan) {
  if (has_attention(trace)) set_context(trace, context_of(trace) + plan.steps - 1);
  return token_bytes(trace, plan.kernels.front().lanes);
}

}  // namespace

Result new_result(const RunRequest& request) {
  Result result;
  result.tool = fmt::format("tritsim {}", version);
  result.board = request.board;
  result.model = request.model;
  result.workload = request.workload;
  const MappingSpec& mapping = request.board.mapping;
  for (const Op& op : request.trace.ops) {
    if (mapping.placement_of(op).target == Target::excluded) result.excluded.push_back(op.name);
  }
  return result;
}

Result run(const RunRequest& request) {
  const MappingSpec& mapping = request.board.mapping;
  Result result = new_result(request);
  PlanRequest wanted;
  wanted.sequences = divide_work(request.board, result);
  wanted.steps = result.steps;
  if (request.cache != nullptr) wanted.cache = &request.cache->plans;
  if (has_attention(request.trace)) result.context = context_of(request.trace) - 1;

  const std::optional<SampledTrace> sampled = sample_layers(request);
  if (sampled) wanted.sample = sampled->sample;
  SystemPlan plan = plan_system(result.board, sampled ? sampled->trace : request.trace, wanted);
  plan.every_step = request.workload.every_step;
  if (sampled) check_experts(request.trace, plan);
  result.capacity = checked_capacity(plan, result.board, {result.rounds, result.context});
  const std::uint32_t first_step = std::max(request.workload.prompt, 1U);
  if (request.cache != nullptr && mapping.kernels_of_pipeline() == 1) {
    request.cache->simulate(plan, result.board, first_step, result);
  } else {
    simulate(plan, result.board, first_step, request.control, result);
  }
  result.token_bytes = bytes_of_last_step(request.trace, plan);
  if (sampled) show_all_layers(request.trace, sampled->sample, result);
  if (mapping.pipeline() > 1) join_stages(plan, result.board, first_step, result);
  if (mapping.kernels_of_pipeline() > 1) {
    result.parallel = parallel_result(plan, result.board, result);
  }
  result.elapsed = result.elapsed * static_cast<double>(result.rounds);
  return result;
}

Result run_model(const BoardSpec& board, const ModelSpec& model, const Workload& workload,
                 const RunControl& control) {
  const Trace trace = expand(model, workload.context + 1);
  check_context(model.name, trace, workload.context);
  return run_one_or_two_phases({board, model, trace, workload, control});
}

Result run_model(const BoardSpec& board, const ModelSpec& model, const Workload& workload,
                 RunCache& cache) {
  const auto trace = cache.plans.trace(model, workload.context + 1);
  check_context(model.name, *trace, workload.context);
  return run_one_or_two_phases({board, model, *trace, workload, {}, &cache});
}

Result run_trace(const BoardSpec& board, const ModelSpec& model, const Trace& trace,
                 const Workload& workload, const RunControl& control) {
  return run_one_or_two_phases({board, model, trace, workload, control});
}

}  // namespace tritsim
