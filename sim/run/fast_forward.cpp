// SPDX-License-Identifier: Apache-2.0
#include "sim/run/fast_forward.hpp"

#include <algorithm>
#include <numeric>

namespace tritsim {
FastForward::FastForward(RunningSystem& system, LayerSamples& layers, Stepping stepping)
    : system_(system), layers_(layers) {
  const SystemPlan& plan = system.plan;
  part_of_.assign(plan.kernels.size(), nullptr);
  // Prefetched weights are in transit from one step to the next.
  const auto& cores = system.modules.cores;
  const bool prefetches =
      std::any_of(cores.begin(), cores.end(), [](const auto& core) { return core->prefetches(); });
  if (stepping == Stepping::every_step || plan.grows() || prefetches) return;
  if (plan.host_in_loop) {
    std::vector<std::size_t> kernels(plan.kernels.size());
    std::vector<std::size_t> channels(plan.channels.size());
    std::iota(kernels.begin(), kernels.end(), 0);
    std::iota(channels.begin(), channels.end(), 0);
    watch(std::move(kernels), std::move(channels));
    return;
  }
  parts_.reserve(plan.kernels.size());  // their addresses are kept
  for (std::size_t k = 0; k < plan.kernels.size(); ++k) {
    const KernelPlan& kernel = plan.kernels[k];
    if (!plan.is_alone(kernel)) continue;
    watch({k}, kernel.weights == kernel.vectors
                   ? std::vector<std::size_t>{kernel.weights}
                   : std::vector<std::size_t>{kernel.weights, kernel.vectors});
    part_of_[k] = &parts_.back();
  }
}

void FastForward::watch(std::vector<std::size_t> kernels, std::vector<std::size_t> channels) {
  std::vector<Frequency> clocks;
  std::vector<const MemorySpec*> specs;
  for (const std::size_t k : kernels) clocks.push_back(system_.plan.kernels[k].core->clock);
  for (const std::size_t c : channels) {
    specs.push_back(&system_.plan.channels[c].group->memory);
    system_.modules.memories[c]->mark({});
  }
  std::vector<std::uint64_t> refreshes(channels.size(), 0);
  parts_.push_back(
      WatchedPart{{std::move(kernels), std::move(channels), true, system_.plan.host_in_loop},
                  Recurrence(std::move(clocks), std::move(specs)),
                  std::move(refreshes)});
}

bool FastForward::recurs(WatchedPart& part, std::uint32_t left) {
  if (part.repetition || left == 0) return false;
  StepMark mark;
  for (const std::size_t k : part.kernels) {
    Recorder& recorder = system_.recorders[k];
    mark.ends.push_back(recorder.end());
    mark.left_out.push_back(layers_.host_between() ? 0 : recorder.left_out());
    mark.digest.push_back(recorder.take_digest());
  }
  const Time end = system_.end_of(part.kernels[0]);
  mark.figures = system_.reading(part, end);
  mark.layers = layers_.left_out(part);
  mark.host_time = layers_.host_time();
  mark.renewed = true;
  for (std::size_t i = 0; i < part.channels.size(); ++i) {
    MemoryChannel& memory = *system_.modules.memories[part.channels[i]];
    mark.digest.push_back(memory.digest());
    if (system_.plan.channels[part.channels[i]].group->memory.dram) {
      const std::uint64_t refreshes = memory.activity().refreshes;
      mark.renewed = mark.renewed && refreshes > part.refreshes[i];
      part.refreshes[i] = refreshes;
    }
    memory.mark(end);
  }
  std::optional<Repetition> found = part.recurrence.add(std::move(mark));
  if (!found || found->period > left) return false;
  found->times = left / found->period;
  part.repetition = std::move(found);
  return true;
}

Time FastForward::left_out(const WatchedPart& part) const {
  if (!part.repetition) return {};
  const Repetition& r = *part.repetition;
  const Frequency clock = system_.plan.kernels[part.kernels[0]].core->clock;
  return cycles_to_time(static_cast<double>(r.cycles(0)), clock) +
         (r.to.host_time - r.from.host_time) * static_cast<double>(r.times);
}

void FastForward::adjust(std::vector<Time>& closing, Time& elapsed) const {
  for (const WatchedPart& part : parts_) {
    // In a launch of its own the core has waited for the steps that were left out.
    if (system_.plan.host_in_loop) {
      elapsed += left_out(part);
    } else {
      for (const std::size_t c : part.channels) closing[c] -= left_out(part);
    }
  }
}

void FastForward::add_to_result() {
  for (const WatchedPart& part : parts_) {
    if (part.repetition) add_to_result(part);
  }
}

void FastForward::add_to_result(const WatchedPart& part) {
  const Repetition& r = *part.repetition;
  system_.in_result(part).add_difference(r.from.figures, r.to.figures, r.times);
  layers_.add(part, r);
  for (const std::size_t k : part.kernels) {
    KernelResult& kernel = system_.result.kernels[k];
    std::vector<std::uint64_t>& ends = kernel.step_ends;
    kernel.steady = SteadyState{r.first, r.period, static_cast<std::uint32_t>(ends.size())};
    const std::size_t last = r.first + r.period - 1;
    insert_steps(ends, r, ends[last] - ends[r.first - 1]);
  }
}

}  // namespace tritsim
