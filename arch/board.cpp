// SPDX-License-Identifier: Apache-2.0
#include "arch/board.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "arch/trace.hpp"

namespace tritsim {

void HostSpec::check(Checker& c) const {
  const std::vector<std::string> kinds = names_of<OpKind>();
  const auto hand_over = [](const std::string& task) {
    return std::find(hand_over_tasks.begin(), hand_over_tasks.end(), task) != hand_over_tasks.end();
  };
  for (const auto& [task, spec] : tasks) {
    if (std::find(kinds.begin(), kinds.end(), task) == kinds.end() && !hand_over(task)) {
      const auto near = nearest(task, kinds);
      c.fail("tasks." + task, fmt::format("'{}' is not a kind of op", task),
             near.empty() ? fmt::format("the kinds of op are: {}", fmt::join(kinds, ", "))
                          : fmt::format("did you mean '{}'?", near));
    }
  }
}

void MappingSpec::check(Checker& c) const {
  const std::vector<std::string> kinds = names_of<OpKind>();
  for (const auto& [op, place] : places) {
    if (op == name_of(OpKind::embedding)) {
      c.fail("places." + op, "'embedding' has a key of its own", "set mapping.embedding");
    } else if (std::find(kinds.begin(), kinds.end(), op) == kinds.end()) {
      const auto near = nearest(op, kinds);
      c.fail("places." + op, fmt::format("'{}' is not a kind of op", op),
             near.empty() ? fmt::format("the kinds of op are: {}", fmt::join(kinds, ", "))
                          : fmt::format("did you mean '{}'?", near));
    }
  }
}

const MemoryGroup* BoardSpec::memory(std::string_view wanted) const {
  for (const MemoryGroup& m : memories) {
    if (m.name == wanted) return &m;
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
  for (std::size_t i = 0; i < memories.size(); ++i) {
    const std::string& group = memories[i].name;
    names.push_back(group);
    if (!seen.insert(group).second) {
      c.fail(fmt::format("memories.{}.name", i), fmt::format("two groups are named '{}'", group),
             "rename one");
    }
  }
  if (cores.empty()) c.fail("cores", "is empty", "describe at least one group of kernels");
  seen.clear();
  for (std::size_t i = 0; i < cores.size(); ++i) {
    const CoreGroup& g = cores[i];
    const auto key = [&](const char* last) { return fmt::format("cores.{}.{}", i, last); };
    if (!seen.insert(g.name).second) {
      c.fail(key("name"), fmt::format("two groups are named '{}'", g.name), "rename one");
    }
    if (g.channels.empty()) {
      c.fail(key("channels"), fmt::format("group '{}' has no kernel", g.name),
             "list the memory channel of each kernel");
    }
    const MemoryGroup* m = memory(g.memory);
    if (m == nullptr) {
      const auto near = nearest(g.memory, names);
      c.fail(key("memory"), fmt::format("there is no memory '{}'", g.memory),
             near.empty() ? fmt::format("the memories are: {}", fmt::join(names, ", "))
                          : fmt::format("did you mean '{}'?", near));
      continue;
    }
    for (std::size_t k = 0; k < g.channels.size(); ++k) {
      if (g.channels[k] >= m->channels) {
        c.fail(fmt::format("cores.{}.channels.{}", i, k),
               fmt::format("memory '{}' has no channel {}", m->name, g.channels[k]),
               m->channels == 1 ? "give channel 0, it has no other"
                                : fmt::format("give channels from 0 to {}", m->channels - 1));
      }
    }
  }
  if (!mapping.vectors_in.empty() && memory(mapping.vectors_in) == nullptr) {
    const auto near = nearest(mapping.vectors_in, names);
    c.fail("mapping.vectors_in", fmt::format("there is no memory '{}'", mapping.vectors_in),
           near.empty() ? fmt::format("the memories are: {}", fmt::join(names, ", "))
                        : fmt::format("did you mean '{}'?", near));
  }
}

}  // namespace tritsim
