// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/plan_system.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/plan/context.hpp"
#include "sim/plan/host_steps.hpp"
#include "sim/plan/kernel_placement.hpp"
#include "sim/plan/kernel_programs.hpp"

namespace tritsim {
namespace {

/// Moves the host's tasks to the ends of a pipeline, which is where it can have them.
void place_host(std::vector<HostStep> steps, SystemPlan& plan, Problems& problems) {
  if (steps.empty()) return;
  const bool ends_on_host = !steps.back().last_op;
  if (steps.size() > (ends_on_host ? 2U : 1U)) {
    problems.add(
        {}, "mapping.parallel.pipeline",
        fmt::format(
            "the host has {} turns in a step; a pipeline has turns before its first and after "
            "its last op only",
            steps.size()),
        "map the ops between them to the core, or set pipeline: 1");
    return;
  }
  if (steps.size() > 1 || !ends_on_host) plan.before = std::move(steps.front().tasks);
  if (ends_on_host) plan.after = std::move(steps.back().tasks);
}

bool launches_every_instruction(const BoardSpec& board) {
  return std::any_of(board.cores.begin(), board.cores.end(),
                     [](const CoreGroup& g) { return g.core.issue.launch == Launch::instruction; });
}

/// A plan in the making: for sequences, or for the prompts of a layout.
class Planner {
 public:
  Planner(const BoardSpec& board, LoweredSteps steps, KernelWork work, PlanCache* cache,
          Problems problems)
      : board_(board),
        mapping_(board.mapping),
        steps_(steps),
        work_(work),
        cache_(cache),
        problems_(std::move(problems)) {}

  SystemPlan plan(const Trace& whole, const std::optional<LayerSample>& sample) {
    plan_.sample = sample;
    plan_.steps = steps_.count;
    plan_.trace = shard(whole, mapping_, mapping_.tensor(), problems_);
    plan_.ops = ops_of(plan_.trace);
    for (const OpRange& range : stages(plan_.trace, mapping_, mapping_.pipeline(), problems_)) {
      plan_.stages.push_back({range, handed_on(plan_.trace, mapping_, range)});
    }
    if (plan_.stages.size() != mapping_.pipeline()) problems_.raise();
    if (mapping_.pipeline() > 1) {
      plan_pipelines();
    } else {
      plan_kernels();
    }
    return std::move(plan_);
  }

 private:
  void plan_pipelines() {
    place_kernels(board_, work_, plan_, problems_);
    const std::uint32_t groups = plan_.sequence_groups();
    work_.sequences = (work_.sequences + groups - 1) / groups;  // of a group, in all pipelines
    std::vector<HostStep> steps = host_steps(plan_.trace, board_, work_.sequences, problems_);
    lower_kernels(mapping_, steps_, cache_, plan_, problems_);
    if (launches_every_instruction(board_)) {
      problems_.add(
          {}, "mapping.parallel.pipeline",
          "the stages run by themselves, and the host launches every instruction of the core",
          "set issue.launch: program, or pipeline: 1");
    }
    place_host(std::move(steps), plan_, problems_);
    problems_.raise();
    plan_.schedule = HostSchedule::one_launch(plan_.kernels.size(), plan_.steps);
  }

  void plan_kernels() {
    std::vector<HostStep> steps = host_steps(plan_.trace, board_, work_.sequences, problems_);
    plan_.host_in_loop = launches_every_instruction(board_) || steps.size() > 1 ||
                         (!steps.empty() && !steps.front().tasks.empty());
    work_.every_kernel = plan_.host_in_loop;
    place_kernels(board_, work_, plan_, problems_);
    lower_kernels(mapping_, steps_, cache_, plan_, problems_);
    problems_.raise();
    if (plan_.host_in_loop) {
      schedule_host(std::move(steps));
    } else {
      plan_.schedule = HostSchedule::one_launch(plan_.kernels.size(), plan_.steps);
    }
  }

  /// The host's steps of each token step: those of the first, unless its tasks grow.
  void schedule_host(std::vector<HostStep> first) {
    plan_.schedule = {{with_launches(std::move(first), mapping_, plan_)}, steps_.count};
    const std::vector<Op>& ops = plan_.trace.ops;
    const bool grows_on_host = std::any_of(ops.begin(), ops.end(), [&](const Op& op) {
      return op.attention && mapping_.placement_of(op).target == Target::host;
    });
    if (!grows_on_host) return;
    Trace later = plan_.trace;
    for (std::uint32_t step = 1; step < steps_.count; ++step) {
      set_context(later, context_of(plan_.trace) + step * steps_.tokens_at_once);
      plan_.schedule.rounds.push_back(
          with_launches(host_steps(later, board_, work_.sequences, problems_), mapping_, plan_));
    }
  }

  const BoardSpec& board_;
  const MappingSpec& mapping_;
  LoweredSteps steps_;
  KernelWork work_;
  PlanCache* cache_;
  Problems problems_;
  SystemPlan plan_;
};

}  // namespace

std::vector<OpCycles> ops_of(const Trace& trace) {
  std::vector<OpCycles> ops;
  for (const Op& op : trace.ops) ops.push_back({op.name, std::string(name_of(op.kind)), op.layer});
  return ops;
}

SystemPlan plan_system(const BoardSpec& board, const Trace& trace, const PlanRequest& request) {
  Problems problems;
  if (!request.sample) board.mapping.check_ops(trace, problems);  // else checked with all layers
  return Planner(board, {request.steps, 1}, {request.sequences}, request.cache, std::move(problems))
      .plan(trace, request.sample);
}

SystemPlan plan_prompt(const BoardSpec& board, const Trace& trace, const PromptLayout& layout,
                       const std::optional<LayerSample>& sample) {
  const KernelWork work{layout.kernels * layout.tokens_at_once, &layout};
  return Planner(board, {layout.steps, layout.tokens_at_once}, work, nullptr, {})
      .plan(trace, sample);
}

}  // namespace tritsim
