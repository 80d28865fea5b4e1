// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/capacity.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tritsim {
namespace {

using enum Symbol::Kind;

/// The kinds of symbol that a kernel keeps on a channel.
SymbolKinds kinds_on(const KernelPlan& k, std::uint32_t channel) {
  SymbolKinds kinds;
  if (k.weights == channel) kinds.push_back(matrix);
  if (k.vectors == channel) kinds.push_back(vector);
  if (k.cache == channel) kinds.push_back(cache);
  return kinds;
}

/// Room for the layers that a sample leaves out: each takes as much as the last one in it.
double left_out(const SystemPlan& plan, const KernelPlan& k, const SymbolKinds& kinds) {
  if (!plan.sample) return 0;
  const auto last = static_cast<std::int32_t>(plan.sample->simulated - 1);
  std::vector<bool> in_last;
  for (const OpCycles& op : plan.ops) in_last.push_back(op.layer == last);
  return double{1} * (plan.sample->layers - plan.sample->simulated) *
         static_cast<double>(pages_of(*k.program, *k.core, k.lanes, kinds, in_last));
}

/// Bytes of a kernel's symbols of these kinds.
double pages(const SystemPlan& plan, const KernelPlan& k, const SymbolKinds& kinds) {
  return static_cast<double>(pages_of(*k.program, *k.core, k.lanes, kinds)) +
         left_out(plan, k, kinds);
}

/// First byte after a kernel's last symbol on a channel: a program may place its data.
double end_of(const SystemPlan& plan, const KernelPlan& k, const SymbolKinds& kinds) {
  return static_cast<double>(footprint(*k.program, *k.core, k.lanes, kinds)) +
         left_out(plan, k, kinds);
}

/// What a kernel keeps for each sequence beyond those of the simulated group and round.
double of_others(const SystemPlan& plan, const KernelPlan& k, const SymbolKinds& kinds,
                 const InFlight& in_flight) {
  if (k.sequence_groups == 1 && (in_flight.rounds == 1 || in_flight.context == 0)) return 0;
  const auto only = [&](std::initializer_list<Symbol::Kind> wanted) {
    SymbolKinds some;
    for (const Symbol::Kind kind : wanted) {
      if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) some.push_back(kind);
    }
    return pages(plan, k, some);
  };
  const double last = in_flight.context + double{1} * plan.steps;
  const double waiting =
      double{1} * (in_flight.rounds - 1) * k.sequence_groups * in_flight.context / last;
  return only({vector, cache}) * (k.sequence_groups - 1) + only({cache}) * waiting;
}

double need_on(const SystemPlan& plan, std::uint32_t channel, const InFlight& in_flight) {
  double furthest = 0;  // end of the kernel with the highest address
  double own = 0;       // ... and the part of it that its sequences need
  double of_sequences = 0;
  double others = 0;
  for (const KernelPlan& k : plan.kernels) {
    const SymbolKinds kinds = kinds_on(k, channel);
    if (kinds.empty()) continue;
    SymbolKinds mine = kinds;
    std::erase(mine, matrix);
    const double end = end_of(plan, k, kinds);
    // The end of the last kernel is behind what has a place of its own.
    const bool behind = k.tensor_group || plan.host_gathers || plan.own_places;
    const double per_kernel = behind ? 0 : pages(plan, k, mine);
    of_sequences += per_kernel;
    others += of_others(plan, k, kinds, in_flight);
    if (end <= furthest) continue;
    furthest = end;
    own = per_kernel;
  }
  return furthest + of_sequences - own + others;
}

/// A size for people: four digits.
std::string rounded(double bytes) {
  const char* unit = "KiB";
  bytes /= 1024;
  for (const char* larger : {"MiB", "GiB"}) {
    if (bytes < 1024) break;
    bytes /= 1024;
    unit = larger;
  }
  return fmt::format("{:.4g} {}", bytes, unit);
}

std::string name_of_memory(const MemoryGroup& group) {
  return fmt::format("memory '{}'", group.name);
}

/// For the kernel that has the most on a memory group.
Problem problem_of(const SystemPlan& plan, const ResourceUse& use) {
  const KernelPlan* most = nullptr;
  SymbolKinds kinds;
  for (std::uint32_t c = 0; c < plan.channels.size(); ++c) {
    if (name_of_memory(*plan.channels[c].group) != use.name) continue;
    for (const KernelPlan& k : plan.kernels) {
      SymbolKinds here = kinds_on(k, c);
      if (here.empty() || (most != nullptr && here.size() <= kinds.size())) continue;
      most = &k;
      kinds = std::move(here);
    }
  }
  const bool grows = most->program->grows();
  std::vector<const char*> names;
  for (const auto& [kind, name] : {std::pair{matrix, "weights"}, std::pair{vector, "vectors"},
                                   std::pair{cache, "keys and values"}}) {
    const bool here = std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
    if (here && (kind != cache || grows)) names.push_back(name);
  }
  const auto group =
      std::find_if(plan.channels.begin(), plan.channels.end(), [&](const ChannelPlan& c) {
        return name_of_memory(*c.group) == use.name;
      })->group;
  return {{},
          most->name,
          fmt::format("needs {} for {}, memory '{}' holds {}", rounded(use.need.value),
                      fmt::join(names, grows ? ", " : " and "), group->memory.name,
                      format(group->memory.capacity)),
          grows ? "take a smaller model, fewer sequences, a shorter context or a memory with more "
                  "capacity"
                : "take a smaller model or a memory with more capacity"};
}

}  // namespace

std::vector<ResourceUse> capacity_of(const SystemPlan& plan, const InFlight& in_flight) {
  std::vector<ResourceUse> all;
  for (std::uint32_t c = 0; c < plan.channels.size(); ++c) {
    const MemoryGroup& group = *plan.channels[c].group;
    const double need = need_on(plan, c, in_flight);
    const std::string name = name_of_memory(group);
    auto use =
        std::find_if(all.begin(), all.end(), [&](const ResourceUse& u) { return u.name == name; });
    if (use == all.end()) {
      all.push_back({name, {}, group.memory.capacity.si(), true});
      use = all.end() - 1;
    }
    if (need > use->need.value) use->need = {need, need, need};
  }
  return all;
}

std::vector<ResourceUse> checked_capacity(const SystemPlan& plan, const BoardSpec& board,
                                          const InFlight& in_flight) {
  std::vector<ResourceUse> capacity = capacity_of(plan, in_flight);
  std::vector<Problem> problems;
  FitVerdict fit = device_fit(board);
  for (const ResourceUse& use : capacity) {
    if (!use.fits()) problems.push_back(problem_of(plan, use));
    fit.resources.push_back(use);
  }
  if (!problems.empty()) throw DoesNotFit(std::move(problems), std::move(fit));
  return capacity;
}

}  // namespace tritsim
