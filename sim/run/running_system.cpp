// SPDX-License-Identifier: Apache-2.0
#include "sim/run/running_system.hpp"

#include <numeric>
#include <set>

#include <fmt/format.h>

namespace tritsim {
namespace {

/// The activities of a subsystem, by its kernels and channels.
struct Activities {
  std::vector<CoreActivity*> cores;
  std::vector<MemoryActivity*> memories;
  LinkActivity* link;
  HostActivity* host;
};

/// Every activity has a number of its own, the same in every tally of the subsystem.
Tally tally(const Subsystem& part, const Activities& of, std::vector<KernelResult>& kernels) {
  Tally tally;
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < part.kernels.size(); ++i) {
    KernelResult& k = kernels[part.kernels[i]];
    if (part.ops) tally.add(k.ops, number++);
    tally.add(k.shares, number++);
    tally.add(*of.cores[i], number++);
  }
  for (MemoryActivity* memory : of.memories) tally.add(*memory, number++);
  if (part.host) {
    tally.add(*of.link, number++);
    tally.add(*of.host, number++);
  }
  return tally;
}

/// Where the layers of a sample end in a kernel's program, by layer.
std::vector<std::size_t> layer_ends(const SystemPlan& plan, const KernelPlan& k) {
  if (!plan.sample) return {};
  std::vector<std::size_t> ends(plan.sample->simulated, 0);
  const std::vector<Instruction>& code = k.program->instructions;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const std::int32_t layer = plan.ops[code[i].trace_op].layer;
    if (layer != Op::no_layer) ends[static_cast<std::size_t>(layer)] = i + 1;
  }
  for (std::size_t layer = 0; layer < ends.size(); ++layer) {
    if (ends[layer] == 0) {
      throw ConfigError(fmt::format(
          "simulate_layers: block {} has nothing on {}; leave out simulate_layers", layer, k.name));
    }
  }
  return ends;
}

}  // namespace

std::vector<Subsystem> separate_parts(const SystemPlan& plan) {
  if (plan.host_in_loop) {
    Subsystem all{std::vector<std::size_t>(plan.kernels.size()),
                  std::vector<std::size_t>(plan.channels.size()), true, true};
    std::iota(all.kernels.begin(), all.kernels.end(), 0);
    std::iota(all.channels.begin(), all.channels.end(), 0);
    return {std::move(all)};
  }
  std::vector<Subsystem> parts;
  for (std::size_t k = 0; k < plan.kernels.size(); ++k) {
    const KernelPlan& kernel = plan.kernels[k];
    if (!plan.is_alone(kernel)) continue;
    std::set<std::size_t> channels{kernel.weights, kernel.vectors};
    if (kernel.program->grows()) channels.insert(kernel.cache);
    parts.push_back({{k}, {channels.begin(), channels.end()}, true, false});
  }
  return parts;
}

RunningSystem::RunningSystem(const SystemPlan& of, const BoardSpec& board, const OwnParts* own,
                             Result& into)
    : plan(of), result(into), modules(of, board, own) {
  if (own != nullptr) result.own_parts = list_of(*own, of);
  result.kernels.clear();
  result.kernels.reserve(plan.kernels.size());  // recorders refer to them
  recorders.reserve(plan.kernels.size());
  for (std::size_t i = 0; i < plan.kernels.size(); ++i) {
    const KernelPlan& k = plan.kernels[i];
    KernelResult& out = result.kernels.emplace_back();
    out.name = k.name;
    out.replicas = k.replicas;
    out.lanes = k.lanes;
    out.core = *k.core;
    out.ops = plan.ops;
    recorders.emplace_back(result.kernels.back(), *modules.cores[i],
                           k.program->instructions.size() * plan.passes, layer_ends(plan, k));
  }
}

Tally::Values RunningSystem::reading(const Subsystem& part, Time end) const {
  std::vector<CoreActivity> cores;
  std::vector<MemoryActivity> memories;
  for (const std::size_t k : part.kernels) cores.push_back(modules.cores[k]->activity());
  for (const std::size_t c : part.channels) memories.push_back(modules.memories[c]->books(end));
  LinkActivity link = modules.link.activity();
  HostActivity host = modules.host->activity();
  Activities all{{}, {}, &link, &host};
  for (CoreActivity& core : cores) all.cores.push_back(&core);
  for (MemoryActivity& memory : memories) all.memories.push_back(&memory);
  return tally(part, all, result.kernels).values();
}

Tally RunningSystem::in_result(const Subsystem& part) {
  Activities all{{}, {}, &result.link, &result.host};
  for (const std::size_t k : part.kernels) all.cores.push_back(&result.kernels[k].activity);
  for (const std::size_t c : part.channels) all.memories.push_back(&result.memories[c].activity);
  return tally(part, all, result.kernels);
}

Time RunningSystem::end_of(std::size_t k) const {
  return cycles_to_time(static_cast<double>(recorders[k].end()), plan.kernels[k].core->clock);
}

}  // namespace tritsim
