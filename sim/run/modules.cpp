// SPDX-License-Identifier: Apache-2.0
#include "sim/run/modules.hpp"

#include <fmt/format.h>

namespace tritsim {
Modules::Modules(const SystemPlan& plan, const BoardSpec& board) : link("link", board.link) {
  for (const ChannelPlan& c : plan.channels) {
    const auto name = fmt::format("memory_{}_{}", c.group->name, c.channel);
    memories.push_back(std::make_unique<Memory>(
        name.c_str(), make_memory_law(c.group->memory, plan.kernels.front().core->clock)));
    interconnect.channels.bind(memories.back()->port);
  }
  for (const TensorGroupPlan& group : plan.tensor_groups) {
    const auto name = fmt::format("exchange_{}", exchanges.size());
    const auto law = [&group, how = board.mapping.parallel->gather](std::uint64_t bytes) {
      return gather_time(group.hop, how, group.size(), bytes);
    };
    exchanges.push_back(std::make_unique<Exchange>(name.c_str(), law, group.simulated));
  }
  for (const KernelPlan& k : plan.kernels) add_kernel(plan, k);
  std::vector<LaunchedKernel> launched;
  for (std::size_t i = 0; i < cores.size(); ++i) {
    launched.push_back({cores[i].get(), plan.kernels[i].program.get()});
  }
  host = std::make_unique<Host>("host", board.host, link, std::move(launched), plan.schedule);
  host->link.bind(link.host);
}

void Modules::add_kernel(const SystemPlan& plan, const KernelPlan& k) {
  const std::uint32_t group_size = k.tensor_group ? plan.tensor_groups[*k.tensor_group].size() : 1;
  cores.push_back(std::make_unique<Core>(
      ("kernel_" + k.name).c_str(), *k.core,
      CorePlacement{k.lanes, channel_base(k.weights), channel_base(k.vectors),
                    channel_base(k.cache), k.port, group_size, plan.is_alone(k)}));
  Core& core = *cores.back();
  if (k.tensor_group) core.exchange.bind(*exchanges[*k.tensor_group]);
  core.vectors.bind(interconnect.units);
  core.weights.bind(interconnect.units);
  link.registers.bind(core.control);
}

}  // namespace tritsim
