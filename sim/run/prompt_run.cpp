// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sim/plan/capacity.hpp"
#include "sim/plan/context.hpp"
#include "sim/plan/plan_system.hpp"
#include "sim/result/energy.hpp"
#include "sim/run/run_request.hpp"
#include "sim/run/sampled_trace.hpp"
#include "sim/run/simulate.hpp"
#include "sim/run/transaction.hpp"
#include "sim/timeline/timeline.hpp"

namespace tritsim {
namespace {

/// The trace without the final projection and its norm: only the last token of a prompt needs them.
Trace without_head(Trace trace) {
  const auto head = std::find_if(trace.ops.begin(), trace.ops.end(),
                                 [](const Op& op) { return op.role == OpRole::lm_head; });
  if (head == trace.ops.end()) return trace;
  const ValueId input = head->inputs.front();
  trace.ops.erase(head);
  const auto reads = [&](const Op& op) {
    return std::find(op.inputs.begin(), op.inputs.end(), input) != op.inputs.end();
  };
  const auto makes = [&](const Op& op) {
    return op.layer == Op::no_layer &&
           std::find(op.outputs.begin(), op.outputs.end(), input) != op.outputs.end();
  };
  if (std::none_of(trace.ops.begin(), trace.ops.end(), reads)) std::erase_if(trace.ops, makes);
  return trace;
}

/// What memories hold where nothing is generated from the caches that a prompt has filled: that of
/// a step that would be.
void take_capacity_of_caches(const Trace& next, const Workload& workload, Result& result) {
  const std::uint32_t lanes = result.board.lanes();
  const std::uint32_t rounds = (workload.batch + lanes - 1) / lanes;
  const SystemPlan plan = plan_system(result.board, next, {(workload.batch + rounds - 1) / rounds});
  result.capacity = checked_capacity(plan, result.board, {rounds, context_of(next) - 1});
}

/// Simulates the tokens of each sequence's prompt, in lanes.
Result run_prompt(const RunRequest& request) {
  Problems problems;
  request.board.mapping.check_ops(request.trace, problems);
  problems.raise();
  const Trace all = without_head(request.trace);
  const auto sampled =
      sample_layers({request.board, request.model, all, request.workload, request.control});
  Trace trace = sampled ? sampled->trace : all;
  Result result = new_result(request);
  const PromptLayout layout =
      lay_out_prompt(request.board, request.workload.batch, request.workload.prompt);
  result.rounds = layout.rounds;
  result.steps = layout.steps;
  result.tokens_at_once = layout.tokens_at_once;
  if (has_attention(trace)) {
    result.context = context_of(trace) - 1;
    set_context(trace, result.context + layout.tokens_at_once);
  }
  const auto sample = sampled ? std::optional(sampled->sample) : std::nullopt;
  SystemPlan plan = plan_prompt(result.board, trace, layout, sample);
  plan.every_step = request.workload.every_step;
  // The tokens of a prompt in lanes share one cache. Whether this and the caches of all sequences
  // fit is checked for the generation that follows.
  if (!plan.grows()) result.capacity = checked_capacity(plan, result.board);
  simulate(plan, result.board, layout.steps, request.control, result);
  if (sample) show_all_layers(all, *sample, result);
  result.elapsed = result.elapsed * static_cast<double>(result.rounds);
  return result;
}

/// The same control for what begins later: transactions are told with the times of the whole run.
RunControl later_by(RunControl control, Time start) {
  if (!control.on_transaction) return control;
  control.on_transaction = [sink = std::move(control.on_transaction), start](Transaction t) {
    t.start += start;
    t.end += start;
    sink(t);
  };
  return control;
}

}  // namespace

Result run_in_phases(const RunRequest& request) {
  Timeline* timeline = request.control.timeline;
  const Workload& workload = request.workload;
  Workload prompt = workload;
  if (prompt.batch == 0) prompt.batch = request.board.lanes();
  if (workload.generate > 0) --prompt.prompt;
  prompt.generate = 0;
  if (timeline != nullptr) timeline->set_phase("prompt", Time{}, 0);
  Trace later = request.trace;
  if (has_attention(later)) set_context(later, context_of(later) + prompt.prompt);
  Result first = run_prompt({request.board, request.model, request.trace, prompt, request.control});
  if (workload.generate == 0) {
    if (first.capacity.empty()) take_capacity_of_caches(later, prompt, first);
    return first;
  }
  if (timeline != nullptr) timeline->set_phase("generation", first.elapsed, first.steps);
  Workload rest{1, workload.generate, prompt.batch, workload.simulate_layers};
  rest.every_step = workload.every_step;
  Result result =
      run({request.board, request.model, later, rest, later_by(request.control, first.elapsed)});
  const Range<Energy> energy = price(first).total();
  result.prompt = PromptPhase{prompt.prompt, first.tokens_at_once, first.steps, first.elapsed,
                              energy.value,  energy.low,           energy.high};
  result.workload = workload;
  result.workload.batch = prompt.batch;
  result.first_token += first.elapsed;
  return result;
}

}  // namespace tritsim
