// SPDX-License-Identifier: Apache-2.0
#include "sim/system.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include <fmt/format.h>

#include "models/host.hpp"
#include "models/interconnect.hpp"
#include "models/kernel.hpp"
#include "models/memory.hpp"

namespace tritsim {
namespace {

/// Collects what a kernel retires.
class Recorder {
 public:
  Recorder(KernelResult& out, std::size_t instructions_per_step)
      : out_(out), per_step_(instructions_per_step) {}

  /// Returns true at the end of a step.
  bool add(const RetiredInstruction& r) {
    OpCycles& op = out_.ops[r.instruction.trace_op];
    ++op.instructions;
    op.busy += r.end - r.start;
    op.exposed += r.exposed;
    op.ternaries += r.cost->ternaries;
    op.elements += r.cost->elements;
    op.register_bytes += r.cost->register_bytes;
    if (uses_memory(r.instruction.op)) op.memory_bytes += r.cost->stream.bytes;
    *share(r.instruction.op) += r.exposed;
    frontier_ += r.exposed;
    if (++retired_ % per_step_ != 0) return false;
    out_.step_ends.push_back(frontier_);
    return true;
  }

 private:
  std::uint64_t* share(Opcode op) {
    CycleShares& s = out_.shares;
    switch (shape_of(op).unit) {
      case CoreUnit::load_store:
        return &s.load_store;
      case CoreUnit::row_wise:
        return &s.row_wise;
      case CoreUnit::rms:
        return &s.rms;
      case CoreUnit::attention:
        return &s.attention;
      case CoreUnit::ternary:
        break;
    }
    return uses_memory(op) ? &s.ternary : &s.ternary_vectors;
  }

  KernelResult& out_;
  std::size_t per_step_;
  std::size_t retired_ = 0;
  std::uint64_t frontier_ = 0;
};

/// Of the exposed cycles of GO and TMATMUL, those without weights to add belong to the memory; and
/// what the instructions do not explain belongs to issue.
void split_shares(KernelResult& k) {
  const double starved = std::round(k.activity.starved * k.core.clock);
  k.shares.weights = std::min(k.shares.ternary, static_cast<std::uint64_t>(starved));
  k.shares.ternary -= k.shares.weights;
  if (k.activity.attention) {
    const double waited = std::round(k.activity.attention->starved * k.core.clock);
    k.shares.cache = std::min(k.shares.attention, static_cast<std::uint64_t>(waited));
    k.shares.attention -= k.shares.cache;
  }
  const CycleShares& s = k.shares;
  const std::uint64_t explained = s.ternary + s.weights + s.ternary_vectors + s.load_store +
                                  s.row_wise + s.rms + s.attention + s.cache;
  k.shares.issue = k.activity.cycles - std::min(k.activity.cycles, explained);
}

/// With the host in the loop every token step follows the plan's schedule; without, one launch runs
/// all steps.
std::vector<HostStep> schedule_of(const SystemPlan& plan) {
  std::vector<const Program*> programs;
  for (const KernelPlan& k : plan.kernels) programs.push_back(&k.program);
  if (!plan.host_in_loop()) return {HostStep{{}, programs, plan.steps, {}, HandOver::none, 0}};
  std::vector<HostStep> schedule;
  for (std::uint32_t n = 0; n < plan.steps; ++n) {
    for (const PlanStep& s : n == 0 || plan.later.empty() ? plan.schedule : plan.later[n - 1]) {
      const bool launches = !s.ranges.empty();
      schedule.push_back(
          {s.tasks, launches ? programs : std::vector<const Program*>{}, 1, s.ranges, s.part, n});
    }
  }
  return schedule;
}

}  // namespace

void simulate(const SystemPlan& plan, const BoardSpec& board, std::uint32_t first_step,
              const Progress& progress, Result& result) {
  Kernel kernel;  // before any module, so that it dies last
  HostLink link("link", board.link);
  Interconnect interconnect("interconnect");
  std::vector<std::unique_ptr<Memory>> memories;
  for (const ChannelPlan& c : plan.channels) {
    const auto name = fmt::format("{}_{}", c.group->name, c.channel);
    memories.push_back(std::make_unique<Memory>(
        name.c_str(), make_memory_law(c.group->memory, plan.kernels.front().core->clock)));
    interconnect.channels.bind(memories.back()->port);
  }
  std::vector<std::unique_ptr<TernaryCore>> cores;
  std::vector<TernaryCore*> core_pointers;
  std::vector<Recorder> recorders;
  result.kernels.clear();
  result.kernels.reserve(plan.kernels.size());
  recorders.reserve(plan.kernels.size());
  for (const KernelPlan& k : plan.kernels) {
    cores.push_back(std::make_unique<TernaryCore>(
        k.name.c_str(), *k.core,
        CorePlacement{k.lanes, channel_base(k.weights), channel_base(k.vectors),
                      channel_base(k.cache)}));
    TernaryCore& core = *cores.back();
    core.vectors.bind(interconnect.units);
    core.weights.bind(interconnect.units);
    link.registers.bind(core.control);
    core_pointers.push_back(&core);
    result.kernels.push_back({k.name, k.replicas, k.lanes, *k.core, {}, {}, plan.ops, {}});
    recorders.emplace_back(result.kernels.back(), k.program.instructions.size());
    const bool reports = progress && &k == &plan.kernels.front();
    core.on_retire = [&progress, reports, steps = plan.steps, recorder = &recorders.back(),
                      kernel = &result.kernels.back()](const RetiredInstruction& r) {
      if (recorder->add(r) && reports) {
        progress(static_cast<std::uint32_t>(kernel->step_ends.size()), steps);
      }
    };
  }
  const auto schedule = schedule_of(plan);
  Host host("host", board.host, board.link, link, core_pointers, schedule);
  host.link.bind(link.host);
  const std::size_t per_step = std::max<std::size_t>(plan.schedule.size(), 1);
  host.on_step = [&](std::size_t i) {
    if (plan.host_in_loop() && i + 1 == first_step * per_step) result.first_token = now();
  };

  kernel.run();

  result.elapsed = host.finished_at();
  result.link = link.activity();
  result.host = host.activity();
  for (std::size_t i = 0; i < cores.size(); ++i) {
    result.kernels[i].activity = cores[i]->activity();
    split_shares(result.kernels[i]);
  }
  for (std::size_t i = 0; i < memories.size(); ++i) {
    const ChannelPlan& c = plan.channels[i];
    result.memories.push_back(
        {c.group->name, c.channel, c.replicas, memories[i]->settle(result.elapsed)});
  }
  if (!plan.host_in_loop()) {
    for (const KernelResult& k : result.kernels) {
      if (k.step_ends.size() < first_step || first_step == 0) continue;
      result.first_token =
          std::max(result.first_token,
                   cycles_to_time(static_cast<double>(k.step_ends[first_step - 1]), k.core.clock));
    }
  }
}

}  // namespace tritsim
