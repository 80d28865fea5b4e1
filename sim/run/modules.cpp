// SPDX-License-Identifier: Apache-2.0
#include "sim/run/modules.hpp"

#include <fmt/format.h>

namespace tritsim {
namespace {

/// With the host in the loop a token step follows the plan's schedule, and so do all others unless
/// they grow; without, one launch runs all steps.
std::vector<HostStep> schedule_of(const SystemPlan& plan) {
  std::vector<const Program*> programs;
  for (const KernelPlan& k : plan.kernels) programs.push_back(k.program.get());
  if (!plan.host_in_loop()) return {HostStep{{}, programs, plan.steps, {}, HandOver::none, 0}};
  std::vector<HostStep> schedule;
  for (std::uint32_t n = 0; n < (plan.grows() ? plan.steps : 1); ++n) {
    for (const PlanStep& s : n == 0 || plan.later.empty() ? plan.schedule : plan.later[n - 1]) {
      const bool launches = !s.ranges.empty();
      schedule.push_back(
          {s.tasks, launches ? programs : std::vector<const Program*>{}, 1, s.ranges, s.part, n});
    }
  }
  return schedule;
}

std::uint32_t team_size(const SystemPlan& plan, const KernelPlan& k) {
  return k.team ? static_cast<std::uint32_t>(plan.teams[*k.team].cards.size()) : 1;
}

}  // namespace

Modules::Modules(const SystemPlan& plan, const BoardSpec& board)
    : link("link", board.link), schedule(schedule_of(plan)) {
  for (const ChannelPlan& c : plan.channels) {
    const auto name = fmt::format("memory_{}_{}", c.group->name, c.channel);
    memories.push_back(std::make_unique<Memory>(
        name.c_str(), make_memory_law(c.group->memory, plan.kernels.front().core->clock)));
    interconnect.channels.bind(memories.back()->port);
  }
  for (const TeamPlan& t : plan.teams) {
    const auto name = fmt::format("exchange_{}", exchanges.size());
    const auto law = [&t, how = board.mapping.parallel->gather](std::uint64_t bytes) {
      return gather_time(t.hop, how, static_cast<std::uint32_t>(t.cards.size()), bytes);
    };
    exchanges.push_back(std::make_unique<Exchange>(name.c_str(), law, t.simulated));
  }
  for (const KernelPlan& k : plan.kernels) add_kernel(plan, k);
  std::vector<Core*> pointers;
  for (const auto& core : cores) pointers.push_back(core.get());
  host = std::make_unique<Host>("host", board.host, board.link, link, std::move(pointers), schedule,
                                plan.host_in_loop() && !plan.grows() ? plan.steps : 1);
  host->link.bind(link.host);
}

void Modules::add_kernel(const SystemPlan& plan, const KernelPlan& k) {
  cores.push_back(std::make_unique<Core>(
      ("kernel_" + k.name).c_str(), *k.core,
      CorePlacement{k.lanes, channel_base(k.weights), channel_base(k.vectors),
                    channel_base(k.cache), team_size(plan, k), plan.is_alone(k)}));
  Core& core = *cores.back();
  if (k.team) core.exchange.bind(*exchanges[*k.team]);
  core.vectors.bind(interconnect.units);
  core.weights.bind(interconnect.units);
  link.registers.bind(core.control);
}

}  // namespace tritsim
