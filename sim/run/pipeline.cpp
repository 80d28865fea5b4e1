// SPDX-License-Identifier: Apache-2.0
#include "sim/run/pipeline.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "models/energy/memory_energy_law.hpp"
#include "models/host/pipeline_law.hpp"

namespace tritsim {
namespace {

Time own_time(const KernelResult& k) {
  return cycles_to_time(static_cast<double>(k.activity.cycles), k.core.clock);
}

/// What the host does in a turn of a pipeline.
struct Turn {
  Time time;
  LinkActivity link;
  HostActivity host;
};

class PipelineJoin {
 public:
  PipelineJoin(const SystemPlan& plan, const BoardSpec& board, Result& result)
      : plan_(plan), board_(board), result_(result) {
    for (const KernelResult& k : result.kernels) simulated_ = std::max(simulated_, own_time(k));
  }

  void run(std::uint32_t first_step) {
    const Time beyond = std::max(result_.elapsed - simulated_, Time{});  // start, wait for the end
    result_.elapsed = {};
    result_.first_token = {};
    std::uint32_t pipelines = 0;
    for (const KernelPlan& k : plan_.kernels) pipelines = std::max(pipelines, k.pipeline + 1);
    std::vector<Time> elapsed;
    for (std::uint32_t p = 0; p < pipelines; ++p) elapsed.push_back(join(p, first_step));
    const Time longest = *std::max_element(elapsed.begin(), elapsed.end());
    for (std::size_t i = 0; i < plan_.kernels.size(); ++i) count(i, longest);
    count_memories(longest);
    count_host();
    result_.elapsed = longest + beyond;
    const Time dma = cost(plan_.before).link.busy + cost(plan_.after).link.busy;
    result_.host.waiting = std::max(result_.elapsed - result_.host.working - dma * turns(), Time{});
  }

 private:
  [[nodiscard]] bool has_host() const { return !plan_.before.empty() || !plan_.after.empty(); }

  [[nodiscard]] double turns() const { return double{1} * plan_.steps * plan_.sequence_groups(); }

  /// Tasks with their copies.
  [[nodiscard]] Turn cost(const std::vector<HostTask>& tasks) const {
    Turn turn;
    const auto dma = [&](std::uint64_t bytes, bool to_card) {
      if (bytes == 0) return;
      ++turn.link.transfers;
      (to_card ? turn.link.bytes_to_card : turn.link.bytes_to_host) += bytes;
      turn.link.busy += dma_time(board_.link, bytes, to_card);
    };
    for (const HostTask& task : tasks) {
      dma(task.bytes_from_card, false);
      dma(task.bytes_to_card, true);
      turn.host.working += task.time;
      ++turn.host.tasks;
    }
    turn.time = turn.link.busy + turn.host.working;
    return turn;
  }

  /// Start of the first stage, and how the host learns of the end of the last.
  [[nodiscard]] Turn launch() const {
    Turn turn;
    turn.host.launches = 1;
    turn.link.register_writes = 1;
    turn.time = board_.link.mmio_write.value;
    if (board_.host.command) {
      turn.time += board_.host.command->value;
      turn.host.working += board_.host.command->value;
    }
    return turn;
  }

  [[nodiscard]] Turn completion() const {
    Turn turn;
    const bool poll = board_.host.completion == Completion::poll;
    (poll ? turn.link.register_reads : turn.link.interrupts) = 1;
    turn.time = poll ? board_.link.mmio_read.value : board_.link.interrupt.value;
    return turn;
  }

  /// Steps of a stage: the slowest of its kernels.
  [[nodiscard]] std::vector<Time> stage_times(std::uint32_t p, std::uint32_t stage) const {
    std::vector<Time> times(plan_.steps);
    for (std::size_t i = 0; i < plan_.kernels.size(); ++i) {
      if (plan_.kernels[i].pipeline != p || plan_.kernels[i].stage != stage) continue;
      const KernelResult& k = result_.kernels[i];
      std::uint64_t before = 0;
      for (std::size_t t = 0; t < k.step_ends.size(); ++t) {
        times[t] = std::max(
            times[t], cycles_to_time(static_cast<double>(k.step_ends[t] - before), k.core.clock));
        before = k.step_ends[t];
      }
    }
    return times;
  }

  [[nodiscard]] const KernelPlan& kernel_of(std::uint32_t p, std::uint32_t stage) const {
    return *std::find_if(plan_.kernels.begin(), plan_.kernels.end(),
                         [&](const KernelPlan& k) { return k.pipeline == p && k.stage == stage; });
  }

  /// The times of a pipeline; returns its end.
  Time join(std::uint32_t p, std::uint32_t first_step) {
    Pipeline pipeline;
    pipeline.sequence_groups = kernel_of(p, 0).sequence_groups;
    pipeline.known = plan_.after.empty() ? first_step : 1;
    if (has_host()) {
      const Time begin = cost(plan_.before).time + launch().time;
      const Time end = completion().time + cost(plan_.after).time;
      pipeline.stages.emplace_back(plan_.steps + 1, end + begin);
      pipeline.stages[0].front() = begin;
      pipeline.stages[0].back() = end;
      pipeline.hops.emplace_back();
    }
    for (std::uint32_t s = 0; s < plan_.stages.size(); ++s) {
      pipeline.stages.push_back(stage_times(p, s));
      const bool to_host = has_host() && s + 1 == plan_.stages.size();
      pipeline.hops.push_back(
          to_host ? Time{} : plan_.stages[s].hop.time(bytes_handed_on(plan_, kernel_of(p, s))));
    }
    const StepEnds ends = step_ends(pipeline);
    const std::size_t first = has_host() ? 1 : 0;
    for (std::size_t i = 0; i < plan_.kernels.size(); ++i) {
      if (plan_.kernels[i].pipeline != p) continue;
      KernelResult& k = result_.kernels[i];
      for (std::size_t t = 0; t < k.step_ends.size(); ++t) {
        k.step_ends[t] =
            checked_count(std::round(ends[first + plan_.kernels[i].stage][t] * k.core.clock));
      }
    }
    if (first_step > 0 && first_step <= plan_.steps) {
      const Time out = has_host() ? ends[0][first_step] : ends.back()[first_step - 1];
      result_.first_token = std::max(result_.first_token, out);
    }
    return has_host() ? ends[0].back() : ends.back().back();
  }

  /// The work of all groups, and the cycles in which a kernel had none.
  void count(std::size_t i, Time elapsed) {
    KernelResult& k = result_.kernels[i];
    const std::uint64_t groups = plan_.kernels[i].sequence_groups;
    scale(k.activity, groups);
    scale(k.shares, groups);
    scale(k.ops, groups);
    const std::uint64_t all = checked_count(std::round(elapsed * k.core.clock));
    const std::uint64_t busy = k.activity.cycles;
    k.activity.cycles = std::max(all, busy);
    k.shares[CycleCause::pipeline] = k.activity.cycles - busy;
  }

  void count_memories(Time elapsed) {
    std::map<std::uint32_t, std::uint32_t> groups;  // by channel; no two stages share one
    for (const KernelPlan& k : plan_.kernels) {
      for (const std::uint32_t c : {k.weights, k.vectors, k.cache}) groups[c] = k.sequence_groups;
    }
    for (const auto& [channel, n] : groups) {
      MemoryActivity& a = result_.memories[channel].activity;
      scale(a, n);
      // Between its steps a channel refreshes, and is powered down if its controller does that.
      const Time rest = elapsed - simulated_ * static_cast<double>(n);
      if (rest <= Time{}) continue;
      accumulate(a, idle_activity(plan_.channels[channel].group->memory, rest));
    }
  }

  void count_host() {
    if (!has_host()) return;
    const std::uint64_t times = std::uint64_t{plan_.steps} * plan_.sequence_groups();
    for (const Turn& turn : {cost(plan_.before), launch(), completion(), cost(plan_.after)}) {
      accumulate(result_.link, turn.link, times);
      accumulate(result_.host, turn.host, times);
    }
  }

  const SystemPlan& plan_;
  const BoardSpec& board_;
  Result& result_;
  Time simulated_;  ///< the longest kernel, one group
};

}  // namespace

void join_stages(const SystemPlan& plan, const BoardSpec& board, std::uint32_t first_step,
                 Result& result) {
  PipelineJoin(plan, board, result).run(first_step);
}

}  // namespace tritsim
