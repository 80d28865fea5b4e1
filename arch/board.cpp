// SPDX-License-Identifier: Apache-2.0
#include "arch/board.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "arch/trace.hpp"

namespace tritsim {

void HostSpec::check(Checker& c) const {
  std::vector<std::string> kinds;
  for (const auto& [value, text] : EnumNames<OpKind>::names) kinds.emplace_back(text);
  for (const auto& [task, spec] : tasks) {
    if (std::find(kinds.begin(), kinds.end(), task) == kinds.end()) {
      const auto near = nearest(task, kinds);
      c.fail("tasks", fmt::format("'{}' is not a kind of op", task),
             near.empty() ? "docs/configuration.md lists them"
                          : fmt::format("did you mean '{}'?", near));
    }
  }
}

const MemoryGroup* BoardSpec::memory(std::string_view name_) const {
  for (const MemoryGroup& m : memories) {
    if (m.name == name_) return &m;
  }
  return nullptr;
}

std::uint32_t BoardSpec::lanes() const {
  std::uint32_t sum = 0;
  for (const CoreGroup& g : cores) sum += g.lanes * g.kernels();
  return sum;
}

void BoardSpec::check(Checker& c) const {
  std::vector<std::string> names;
  std::set<std::string> seen;
  for (const MemoryGroup& m : memories) {
    names.push_back(m.name);
    if (!seen.insert(m.name).second) {
      c.fail("memories", fmt::format("two groups are named '{}'", m.name), "rename one");
    }
  }
  if (cores.empty()) c.fail("cores", "is empty", "describe at least one group of kernels");
  seen.clear();
  for (const CoreGroup& g : cores) {
    if (!seen.insert(g.name).second) {
      c.fail("cores", fmt::format("two groups are named '{}'", g.name), "rename one");
    }
    if (g.channels.empty()) {
      c.fail("cores", fmt::format("group '{}' has no kernel", g.name),
             "list the memory channel of each kernel");
    }
    const MemoryGroup* m = memory(g.memory);
    if (m == nullptr) {
      const auto near = nearest(g.memory, names);
      c.fail("cores",
             fmt::format("group '{}' uses memory '{}', which is not there", g.name, g.memory),
             near.empty() ? "name one of the memories" : fmt::format("did you mean '{}'?", near));
      continue;
    }
    for (const std::uint32_t channel : g.channels) {
      if (channel >= m->channels) {
        c.fail("cores",
               fmt::format("group '{}' uses channel {} of '{}', which has {}", g.name, channel,
                           m->name, m->channels),
               fmt::format("give channels from 0 to {}", m->channels - 1));
      }
    }
  }
  if (!mapping.vectors_in.empty() && memory(mapping.vectors_in) == nullptr) {
    c.fail("mapping", fmt::format("vectors_in names '{}', which is not there", mapping.vectors_in),
           "name one of the memories");
  }
}

}  // namespace tritsim
