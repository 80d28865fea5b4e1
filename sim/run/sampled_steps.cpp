// SPDX-License-Identifier: Apache-2.0
#include "sim/run/sampled_steps.hpp"

#include <cmath>

#include "sim/plan/context.hpp"

namespace tritsim {
namespace {

/// The last step before a window is full and the first with a full one, for each window.
std::vector<std::uint32_t> bends_of(const SystemPlan& plan) {
  std::vector<std::uint32_t> bends;
  const std::uint32_t first = context_of(plan.trace);
  const std::uint32_t growth = plan.kernels.front().program->positions_per_step;
  for (const Op& op : plan.trace.ops) {
    if (!op.attention || !op.attention->window || *op.attention->window <= first) continue;
    const std::uint32_t full = *op.attention->window - first;
    bends.push_back(full / growth);
    bends.push_back((full + growth - 1) / growth);
  }
  return bends;
}

}  // namespace

SampledSteps::SampledSteps(RunningSystem& system, LayerSamples& layers, const RunControl& control,
                           Stepping stepping)
    : system_(system), layers_(layers) {
  const SystemPlan& plan = system.plan;
  part_of_.assign(plan.kernels.size(), nullptr);
  if (stepping == Stepping::every_step || control.timeline != nullptr || !plan.grows() ||
      plan.steps < StepChoice::fewest_steps) {
    return;
  }
  for (const Subsystem& part : separate_parts(plan)) {
    Part& own = parts_.emplace_back(Part{part, StepChoice(plan.steps, bends_of(plan))});
    const auto next = [&own] {
      const StepChoice::Next step = own.choice.next();
      return NextStep{step.step, step.last};
    };
    if (plan.host_in_loop) {
      system.modules.host->next_round = next;
    } else {
      part_of_[own.kernels[0]] = &own;
      system.modules.cores[own.kernels[0]]->next_run = next;
    }
  }
}

void SampledSteps::step_ended(std::size_t k) {
  Part* part = part_of_[k];
  if (part == nullptr) return;
  const std::vector<std::uint64_t>& ends = system_.result.kernels[k].step_ends;
  const std::uint64_t before = ends.size() > 1 ? ends[ends.size() - 2] : 0;
  mark(*part, static_cast<double>(ends.back() - before));
  if (part->repetitions.empty()) return;
  std::uint64_t cycles = 0;
  for (const Repetition& r : part->repetitions) Accumulator(1).add(cycles, r.cycles(0));
  system_.modules.cores[k]->skip(0, cycles);
}

void SampledSteps::round_ended(Time end) {
  if (parts_.empty() || !system_.plan.host_in_loop) return;
  Part& part = parts_.front();
  part.times.push_back((end - part.round_end).si());
  part.round_end = end;
  mark(part, part.times.back());
}

void SampledSteps::mark(Part& part, double time) {
  part.choice.ended(time);
  part.marks.push_back(layers_.mark(part));
  if (part.choice.order()[part.marks.size() - 1] + 1 == part.choice.steps()) close(part);
}

/// All steps have ended: what each stands for is known.
void SampledSteps::close(Part& part) {
  const std::map<std::uint32_t, std::uint32_t> folds = part.choice.folds();
  const std::vector<std::uint32_t>& order = part.choice.order();
  for (std::size_t i = 1; i < order.size(); ++i) {
    const std::uint32_t fold = folds.at(order[i]);
    if (fold == 0) continue;
    part.repetitions.push_back({order[i], 1, fold, part.marks[i - 1], part.marks[i]});
  }
}

Time SampledSteps::left_out(const Part& part) const {
  Time time;
  const Frequency clock = system_.plan.kernels[part.kernels[0]].core->clock;
  for (const Repetition& r : part.repetitions) time += r.time(clock);
  return time;
}

void SampledSteps::adjust(std::vector<Time>& closing, Time& elapsed) const {
  for (const Part& part : parts_) {
    if (system_.plan.host_in_loop) {
      elapsed += left_out(part);
    } else {
      for (const std::size_t c : part.channels) closing[c] -= left_out(part);
    }
  }
}

void SampledSteps::add_to_result(std::vector<Time>& round_ends) {
  for (const Part& part : parts_) {
    for (const Repetition& r : part.repetitions) layers_.add_repeated(part, r);
    add_ends(part, round_ends);
  }
}

void SampledSteps::add_ends(const Part& part, std::vector<Time>& round_ends) {
  const std::vector<std::uint32_t>& order = part.choice.order();
  for (const std::size_t k : part.kernels) {
    KernelResult& kernel = system_.result.kernels[k];
    std::map<std::uint32_t, double> cycles;
    std::uint64_t before = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
      cycles[order[i]] = static_cast<double>(kernel.step_ends[i] - before);
      before = kernel.step_ends[i];
    }
    kernel.sampled = StepSample{static_cast<std::uint32_t>(order.size()), part.choice.error()};
    kernel.step_ends.clear();
    for (const double end : sums_of_steps(cycles, part.choice.steps())) {
      kernel.step_ends.push_back(checked_count(std::round(end)));
    }
  }
  if (part.times.empty()) return;
  std::map<std::uint32_t, double> times;
  for (std::size_t i = 0; i < order.size(); ++i) times[order[i]] = part.times[i];
  round_ends.clear();
  for (const double end : sums_of_steps(times, part.choice.steps()))
    round_ends.push_back(Time{end});
}

}  // namespace tritsim
