// SPDX-License-Identifier: Apache-2.0
#include "sim/run/modules.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tritsim {
namespace {

std::string part_of(const ChannelPlan& channel) {
  return memory_part(channel.group->name, channel.channel);
}

/// Adds a problem for every part of the program that replaces none of `parts`.
template <class Own>
void check_names(const std::map<std::string, Own>& own, const std::vector<std::string>& parts,
                 const char* what, Problems& problems) {
  for (const auto& [name, part] : own) {
    if (std::find(parts.begin(), parts.end(), name) != parts.end()) continue;
    problems.add({}, name, fmt::format("is no {} of this run", what),
                 fmt::format("replace one of {}", fmt::join(parts, ", ")));
  }
}

void check_names(const OwnParts& own, const SystemPlan& plan) {
  std::vector<std::string> channels;
  for (const ChannelPlan& c : plan.channels) channels.push_back(part_of(c));
  std::vector<std::string> kernels;
  for (const KernelPlan& k : plan.kernels) kernels.push_back(kernel_part(k.name));
  Problems problems;
  check_names(own.memories, channels, "memory channel", problems);
  check_names(own.cores, kernels, "kernel", problems);
  for (const KernelPlan& k : plan.kernels) {
    if (k.tensor_group && own.cores.contains(kernel_part(k.name))) {
      problems.add({}, kernel_part(k.name),
                   "belongs to a tensor-parallel group, whose exchange only built-in cores have",
                   "set mapping.parallel.tensor to 1");
    }
  }
  problems.raise();
}

}  // namespace

std::vector<OwnPart> list_of(const OwnParts& own, const SystemPlan& plan) {
  std::vector<OwnPart> parts;
  for (const ChannelPlan& c : plan.channels) {
    const auto part = own.memories.find(part_of(c));
    if (part != own.memories.end()) parts.push_back({part->first, part->second.reports});
  }
  for (const KernelPlan& k : plan.kernels) {
    const auto part = own.cores.find(kernel_part(k.name));
    if (part != own.cores.end()) parts.push_back({part->first, part->second.reports});
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
    launched.push_back({cores[i], plan.kernels[i].program.get()});
  }
  host = std::make_unique<Host>("host", board.host, link, std::move(launched), plan.schedule);
  host->link.bind(link.host);
}

void Modules::run() {
  if (own_ != nullptr) host->on_finish = [] { sc_core::sc_pause(); };
  context_.run();
}

void Modules::add_memory(const SystemPlan& plan, const ChannelPlan& channel) {
  const std::string name = part_of(channel);
  const Frequency requester = plan.kernels.front().core->clock;
  if (own_ != nullptr && own_->memories.contains(name)) {
    const OwnMemory& own = own_->memories.at(name);
    std::unique_ptr<MemoryBridge> bridge = own.bridge(name.c_str(), requester);
    for (const auto& bind_port : own.bind) bind_port(*bridge);
    memories.push_back(std::move(bridge));
  } else {
    memories.push_back(std::make_unique<Memory>(name.c_str(), channel.group->memory, requester));
  }
  interconnect.channels.bind(memories.back()->port);
}

bool Modules::uses_own(const SystemPlan& plan, const KernelPlan& k) const {
  if (own_ == nullptr) return false;
  const auto is_own = [&](std::uint32_t channel) {
    return own_->memories.contains(part_of(plan.channels[channel]));
  };
  return is_own(k.weights) || is_own(k.vectors) || is_own(k.cache);
}

void Modules::add_kernel(const SystemPlan& plan, const KernelPlan& k) {
  const std::uint32_t group_size = k.tensor_group ? plan.tensor_groups[*k.tensor_group].size() : 1;
  const bool alone = plan.is_alone(k) && !uses_own(plan, k);
  const CorePlacement placement{k.lanes,
                                channel_base(k.weights),
                                channel_base(k.vectors),
                                channel_base(k.cache),
                                k.port,
                                group_size,
                                alone};
  const std::string name = kernel_part(k.name);
  if (own_ != nullptr && own_->cores.contains(name)) {
    CoreSite site{*k.core, placement, {}};
    for (const OpCycles& op : plan.ops) site.ops.push_back(op.name);
    cores.push_back(own_->cores.at(name).core);
    cores.back()->place(site);
  } else {
    built_in_.push_back(std::make_unique<Core>(name.c_str(), *k.core, placement));
    if (k.tensor_group) built_in_.back()->exchange.bind(*exchanges[*k.tensor_group]);
    cores.push_back(built_in_.back().get());
  }
  for (auto* socket : cores.back()->memory_sockets()) socket->bind(interconnect.units);
  link.registers.bind(cores.back()->control_socket());
}

}  // namespace tritsim
