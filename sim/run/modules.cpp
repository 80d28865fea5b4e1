// SPDX-License-Identifier: Apache-2.0
#include "sim/run/modules.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tritsim {
namespace {

/// Throws ConfigError with every part of the program that replaces nothing.
void check_names(const OwnParts& own, const SystemPlan& plan) {
  std::vector<std::string> channels;
  for (const ChannelPlan& c : plan.channels) channels.push_back(memory_name(c));
  Problems problems;
  for (const auto& [name, memory] : own.memories) {
    if (std::find(channels.begin(), channels.end(), name) != channels.end()) continue;
    problems.add({}, name, "is no memory channel of this run",
                 fmt::format("replace one of {}", fmt::join(channels, ", ")));
  }
  problems.raise();
}

}  // namespace

std::string memory_name(const ChannelPlan& channel) {
  return fmt::format("memory_{}_{}", channel.group->name, channel.channel);
}

std::vector<OwnPart> list_of(const OwnParts& own, const SystemPlan& plan) {
  std::vector<OwnPart> parts;
  for (const ChannelPlan& c : plan.channels) {
    const auto part = own.memories.find(memory_name(c));
    if (part == own.memories.end()) continue;
    parts.push_back({part->first, c.group->name, c.channel, part->second.reports});
  }
  return parts;
}

Modules::Modules(const SystemPlan& plan, const BoardSpec& board, const OwnParts* own)
    : own_(own),
      context_(own != nullptr ? own->context : new_context_.emplace()),
      link("link", board.link) {
  if (own != nullptr) check_names(*own, plan);
  for (const ChannelPlan& c : plan.channels) add_memory(plan, c);
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

void Modules::run() {
  if (own_ != nullptr) host->on_finish = [] { sc_core::sc_pause(); };
  context_.run();
}

void Modules::add_memory(const SystemPlan& plan, const ChannelPlan& channel) {
  const std::string name = memory_name(channel);
  const Frequency requester = plan.kernels.front().core->clock;
  if (own_ != nullptr && own_->memories.contains(name)) {
    memories.push_back(own_->memories.at(name).bridge(name.c_str(), requester));
  } else {
    memories.push_back(std::make_unique<Memory>(name.c_str(), channel.group->memory, requester));
  }
  interconnect.channels.bind(memories.back()->port);
}

bool Modules::uses_own(const SystemPlan& plan, const KernelPlan& k) const {
  if (own_ == nullptr) return false;
  const auto is_own = [&](std::uint32_t channel) {
    return own_->memories.contains(memory_name(plan.channels[channel]));
  };
  return is_own(k.weights) || is_own(k.vectors) || is_own(k.cache);
}

void Modules::add_kernel(const SystemPlan& plan, const KernelPlan& k) {
  const std::uint32_t group_size = k.tensor_group ? plan.tensor_groups[*k.tensor_group].size() : 1;
  const bool alone = plan.is_alone(k) && !uses_own(plan, k);
  cores.push_back(std::make_unique<Core>(
      ("kernel_" + k.name).c_str(), *k.core,
      CorePlacement{k.lanes, channel_base(k.weights), channel_base(k.vectors),
                    channel_base(k.cache), k.port, group_size, alone}));
  Core& core = *cores.back();
  if (k.tensor_group) core.exchange.bind(*exchanges[*k.tensor_group]);
  core.vectors.bind(interconnect.units);
  core.weights.bind(interconnect.units);
  link.registers.bind(core.control);
}

}  // namespace tritsim
