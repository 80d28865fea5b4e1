// SPDX-License-Identifier: Apache-2.0
#include "sim/run/fast_forward.hpp"

#include <algorithm>

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
  std::vector<Subsystem> separate = separate_parts(plan);
  parts_.reserve(separate.size());  // their addresses are kept
  for (Subsystem& part : separate) watch(std::move(part));
}

void FastForward::watch(Subsystem part) {
  std::vector<Frequency> clocks;
  std::vector<const MemorySpec*> specs;
  for (const std::size_t k : part.kernels) clocks.push_back(system_.plan.kernels[k].core->clock);
  for (const std::size_t c : part.channels) {
    specs.push_back(&system_.plan.channels[c].group->memory);
    system_.modules.memories[c]->mark({});
  }
  std::vector<std::uint64_t> refreshes(part.channels.size(), 0);
  parts_.push_back(WatchedPart{std::move(part), Recurrence(std::move(clocks), std::move(specs)),
                               std::move(refreshes)});
  if (!system_.plan.host_in_loop) part_of_[parts_.back().kernels[0]] = &parts_.back();
}

bool FastForward::recurs(WatchedPart& part, std::uint32_t left) {
  if (part.repetition || left == 0) return false;
  StepMark mark = layers_.mark(part);
  for (const std::size_t k : part.kernels) {
    mark.digest.push_back(system_.recorders[k].take_digest());
  }
  const Time end = system_.end_of(part.kernels[0]);
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
  return part.repetition->time(system_.plan.kernels[part.kernels[0]].core->clock);
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
  layers_.add_repeated(part, r);
  for (const std::size_t k : part.kernels) {
    KernelResult& kernel = system_.result.kernels[k];
    std::vector<std::uint64_t>& ends = kernel.step_ends;
    kernel.steady = SteadyState{r.first, r.period, static_cast<std::uint32_t>(ends.size())};
    const std::size_t last = r.first + r.period - 1;
    insert_steps(ends, r, ends[last] - ends[r.first - 1]);
  }
}

}  // namespace tritsim
