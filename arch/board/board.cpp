// SPDX-License-Identifier: Apache-2.0
#include "arch/board/board.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "arch/base/number_setter.hpp"
#include "arch/board/board_names.hpp"
#include "arch/workload/trace.hpp"

namespace tritsim {

void HostSpec::check(Checker& c) const {
  const std::vector<std::string> kinds = names_of<OpKind>();
  const auto is_offload_task = [](const std::string& task) {
    return std::find(offload_tasks.begin(), offload_tasks.end(), task) != offload_tasks.end();
  };
  const auto is_kind = [&](const std::string& text) {
    return std::find(kinds.begin(), kinds.end(), text) != kinds.end();
  };
  for (const auto& [task, spec] : tasks) {
    const bool known = is_kind(task) || is_offload_task(task) || task.starts_with("custom.");
    if (spec.fuses.empty() && !known) {
      c.fail("tasks." + task, fmt::format("'{}' is not a kind of op", task),
             suggestion(task, kinds, "the kinds of op are"));
    } else if (!spec.fuses.empty() && known) {
      c.fail("tasks." + task, fmt::format("fuses other ops, and '{}' names a task already", task),
             "give the fused task another name");
    } else if (spec.fuses.empty() && spec.on_card) {
      c.fail("tasks." + task + ".on_card", "is of a task that does a run of ops",
             "list the kinds of the ops that the unit does under fuses");
    }
    for (std::size_t i = 0; i < spec.fuses.size(); ++i) {
      if (is_kind(spec.fuses[i])) continue;
      c.fail(fmt::format("tasks.{}.fuses.{}", task, i),
             fmt::format("'{}' is not a kind of op", spec.fuses[i]),
             suggestion(spec.fuses[i], kinds, "the kinds of op are"));
    }
  }
  check_uncertain(*this, c);
}

const MemoryGroup* BoardSpec::memory(std::string_view wanted) const {
  for (const MemoryGroup& m : memories) {
    if (m.name == wanted) return &m;
  }
  return nullptr;
}

std::vector<std::string> BoardSpec::memories_of(const CoreGroup& group) const {
  std::vector<std::string> all{group.memory};
  for (const std::string* other : {&mapping.vectors_in, &mapping.kv_in}) {
    if (other->empty() || std::find(all.begin(), all.end(), *other) != all.end()) continue;
    all.push_back(*other);
  }
  return all;
}

std::uint32_t BoardSpec::lanes() const {
  std::uint32_t sum = 0;
  for (const CoreGroup& g : cores) sum += g.lanes * g.kernels();
  return sum * card_count() / mapping.tensor();
}

std::vector<BlockUse> on_chip_blocks(const BoardSpec& board) {
  const auto blocks = [&](double words, double bits) {
    return layout_of(board.device.core_block, RamPorts::simple_dual,
                     static_cast<std::uint64_t>(std::ceil(words)),
                     static_cast<std::uint64_t>(std::ceil(bits)))
        .blocks();
  };
  std::vector<BlockUse> uses;
  for (const CoreGroup& g : board.cores) {
    const CoreSpec& core = g.core;
    const bool shared = core.register_ports == RegisterPorts::shared;
    const double chunk = core.element.si() * 8 * core.elements_per_cycle;
    // A core with an output_length has a buffer for results in place of a register.
    const bool results = core.output_length > 0 && !shared;
    const std::uint64_t memories = shared ? 1 : core.registers - (results ? 1U : 0U);
    const std::uint64_t file =
        memories * blocks(double{1} * core.chunks() * (shared ? core.registers : 1), chunk);
    uses.push_back(
        {g.name + ": vector registers", board.device.core_block, file * g.lanes * g.kernels()});
    if (results) {
      const double row = core.memory_element(true).si() * 8 * core.elements_per_cycle;
      const double rows = std::ceil(double{1} * core.output_length / core.elements_per_cycle);
      uses.push_back({g.name + ": result buffer", board.device.core_block,
                      blocks(rows, row) * g.lanes * g.kernels()});
    }
    const auto fifo = [&](const char* what, const MatrixUnitSpec& unit) {
      uses.push_back(
          {g.name + what, board.device.core_block,
           blocks(unit.fifo / core.memory_port, core.memory_port.si() * 8) * g.kernels()});
    };
    if (core.ternary) fifo(": weight FIFO", *core.ternary);
    if (core.mac)
      fifo(core.ternary ? ": weight FIFO of the MAC array" : ": weight FIFO", *core.mac);
    if (!core.attention) continue;
    const AttentionSpec& a = *core.attention;
    const double row = double{1} * core.elements_per_cycle;
    uses.push_back({g.name + ": attention scores", board.device.core_block,
                    blocks(static_cast<double>(a.scores) / row, a.score.si() * 8 * row) * g.lanes *
                        g.kernels()});
    uses.push_back(
        {g.name + ": cache FIFO", board.device.core_block,
         blocks(a.fifo / core.memory_port, core.memory_port.si() * 8) * g.lanes * g.kernels()});
  }
  for (const MemoryGroup& m : board.memories) {
    if (!m.memory.sram || !m.memory.sram->block) continue;
    uses.push_back(
        {m.name, *m.memory.sram->block, m.memory.sram->blocks(m.memory.capacity) * m.channels});
  }
  return uses;
}

namespace {

/// DSP modes that the device does not have, or that make fewer products than the core counts on.
void check_dsp(const BoardSpec& board, std::size_t group, Checker& c) {
  const auto& mac = board.cores[group].core.mac;
  const auto& attention = board.cores[group].core.attention;
  const auto& modes_of = board.device.family.dsp;
  std::vector<std::string> modes;
  for (const auto& [mode, spec] : modes_of) modes.push_back(mode);
  const auto lacks = [&](const std::string& path, const std::string& mode, const char* remedy) {
    c.fail(path, fmt::format("device '{}' has no DSP mode '{}'", board.device.name, mode),
           modes.empty() ? std::string(remedy)
                         : fmt::format("its modes are: {}", fmt::join(modes, ", ")));
  };
  if (attention && !attention->mode.empty() && !modes_of.contains(attention->mode)) {
    lacks(fmt::format("cores.{}.core.attention.mode", group), attention->mode,
          "describe it under dsp of the device's family, or leave it out");
  }
  if (!mac) return;
  for (const auto& entry : mac->formats) {
    const auto& [format, f] = entry;
    const auto key = [&](const char* last) {
      return fmt::format("cores.{}.core.mac.formats.{}.{}", group, entry.first, last);
    };
    const auto mode = modes_of.find(f.mode);
    if (mode == modes_of.end()) {
      lacks(key("mode"), f.mode, "describe it under dsp of the device's family");
    } else if (f.products > f.dsp * mode->second.products) {
      c.fail(key("products"),
             fmt::format("{} DSP blocks in mode '{}' make {} products a cycle", f.dsp, f.mode,
                         f.dsp * mode->second.products),
             "give fewer products or more blocks");
    }
  }
}

/// Kernels that a pipeline cannot be made of, or has no way between.
void check_parallel(const BoardSpec& board, Checker& c) {
  const std::uint32_t pipeline = board.mapping.kernels_of_pipeline();
  if (pipeline <= 1) return;
  for (const CoreGroup& g : board.cores) {
    const std::uint32_t kernels = g.kernels() * board.card_count();
    if (kernels % pipeline == 0) continue;
    c.fail(
        "mapping.parallel",
        fmt::format("tensor {} x pipeline {} needs {} kernels, group '{}' has {} on {} card{}",
                    board.mapping.tensor(), board.mapping.pipeline(), pipeline, g.name, kernels,
                    board.card_count(), board.card_count() > 1 ? "s" : ""),
        "give numbers whose product divides the group's kernels, or set channels and cards.count "
        "for as many");
  }
  const bool on_card = std::any_of(board.cores.begin(), board.cores.end(),
                                   [](const CoreGroup& g) { return g.kernels() > 1; });
  if (on_card && !board.exchange && !board.mapping.host_gathers()) {
    c.fail("exchange", "is missing, mapping.parallel spreads a model over kernels of a card",
           "describe it: {width: 64 B, latency: 20, energy: {...}}");
  }
}

/// Every kernel has a port at each memory where requesters have one.
void check_ports(const BoardSpec& board, std::size_t group, Checker& c) {
  const CoreGroup& g = board.cores[group];
  const std::string key = fmt::format("cores.{}.ports", group);
  bool needed = false;
  for (const std::string& name : board.memories_of(g)) {
    const MemoryGroup* m = board.memory(name);
    const std::uint32_t ports = m == nullptr ? 0 : user_ports(m->memory);
    if (ports == 0) continue;
    needed = true;
    if (g.ports.size() != g.channels.size()) {
      c.fail(key,
             fmt::format("has {} entries for {} kernels, and memory '{}' has {} ports",
                         g.ports.size(), g.channels.size(), name, ports),
             "give the port of each kernel, or a stripe in controller.port");
      return;
    }
    for (std::size_t k = 0; k < g.ports.size(); ++k) {
      if (g.ports[k] < ports) continue;
      c.fail(fmt::format("{}.{}", key, k),
             fmt::format("memory '{}' has no port {}", name, g.ports[k]),
             fmt::format("give ports from 0 to {}", ports - 1));
    }
  }
  if (!needed && !g.ports.empty()) {
    c.fail(key, "names ports, and no memory of the group has several to choose from",
           "leave it out, or give the memory several ports without a stripe");
  }
}

/// A mapping that gives addresses gives them to every kernel of a card.
void check_addresses(const BoardSpec& board, Checker& c) {
  if (!board.mapping.addresses) return;
  std::size_t kernels = 0;
  for (const CoreGroup& g : board.cores) kernels += g.kernels();
  const AddressSpec& a = *board.mapping.addresses;
  for (const auto& [key, list] : {std::pair{"base", &a.base}, {"offset", &a.offset}}) {
    if (list->empty() || list->size() == kernels) continue;
    c.fail(fmt::format("mapping.addresses.{}", key),
           fmt::format("has {} entries, a card has {} kernels", list->size(), kernels),
           "give one for each kernel, group by group");
  }
}

/// The board's power without work holds the static power of its device.
void check_idle(const BoardSpec& board, Checker& c) {
  if (!board.device.leakage) return;
  const Power inside = board.device.leakage->at(board.power.idle_junction);
  if (board.power.idle.value >= inside) return;
  c.fail("power.idle.value",
         fmt::format("is less than the {:.3g} W that device '{}' draws in it at {:g} degrees",
                     inside.si(), board.device.name, board.power.idle_junction),
         "give at least that, or as power.idle_junction the temperature at which it was taken");
}

/// A mapping that moves work under running GOs, and a kernel in which nothing works then.
void check_schedule(const BoardSpec& board, Checker& c) {
  if (board.mapping.schedule == Schedule::in_order) return;
  for (const CoreGroup& g : board.cores) {
    if (g.core.issue.policy == IssuePolicy::all_units_ready && g.core.issue.overlap_go) continue;
    c.fail("mapping.schedule",
           fmt::format("is list, and no unit of core '{}' works while a GO runs", g.core.name),
           "set schedule: in_order, or issue.policy: all_units_ready with overlap_go");
    return;
  }
}

/// Cores whose vectors the host moves, and a mapping in which it does not.
void check_host_vectors(const BoardSpec& board, Checker& c) {
  if (board.mapping.prepare == Target::host) return;
  for (const CoreGroup& group : board.cores) {
    if (!group.core.host_vectors) continue;
    c.fail("mapping.prepare",
           fmt::format("is core, and core '{}' gets its vectors from the host", group.core.name),
           "set prepare: host");
    return;
  }
}

}  // namespace

void BoardSpec::check(Checker& c) const {
  check_names(*this, c);
  std::vector<std::string> names;
  for (const MemoryGroup& m : memories) names.push_back(m.name);
  // Every channel has a window of addresses of its own (models/tlm/transfer.hpp).
  constexpr double window = 0x1p40;
  for (std::size_t i = 0; i < memories.size(); ++i) {
    if (memories[i].memory.capacity.si() <= window) continue;
    c.fail(fmt::format("memories.{}.memory.capacity", i),
           "is more than a channel has addresses for", "give at most 1 TiB, and more channels");
  }
  const auto check_memory = [&](const std::string& path, const std::string& wanted) {
    if (memory(wanted) != nullptr) return;
    c.fail(path, fmt::format("there is no memory '{}'", wanted),
           suggestion(wanted, names, "the memories are"));
  };
  if (cores.empty()) c.fail("cores", "is empty", "describe at least one group of kernels");
  for (std::size_t i = 0; i < cores.size(); ++i) {
    const CoreGroup& g = cores[i];
    const auto key = [&](const char* last) { return fmt::format("cores.{}.{}", i, last); };
    if (g.channels.empty()) {
      c.fail(key("channels"), fmt::format("group '{}' has no kernel", g.name),
             "list the memory channel of each kernel");
    }
    check_dsp(*this, i, c);
    check_ports(*this, i, c);
    const MemoryGroup* m = memory(g.memory);
    if (m == nullptr) {
      check_memory(key("memory"), g.memory);
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
  check_parallel(*this, c);
  check_addresses(*this, c);
  check_idle(*this, c);
  check_schedule(*this, c);
  check_host_vectors(*this, c);
  if (!mapping.vectors_in.empty()) check_memory("mapping.vectors_in", mapping.vectors_in);
  if (!mapping.kv_in.empty()) check_memory("mapping.kv_in", mapping.kv_in);
}

void check_mapping(const BoardSpec& board, const MappingSpec& mapping, Checker& c) {
  struct OfMapping final : Checker {
    explicit OfMapping(Checker& to) : to_(to) {}

    void fail(std::string_view key, std::string what, std::string remedy) override {
      // Keys of the mapping belong to the case, all others to the board.
      const std::string at =
          key.starts_with("mapping") ? std::string(key) : "board." + std::string(key);
      to_.fail(at, std::move(what), std::move(remedy));
    }

   private:
    Checker& to_;
  } collector(c);

  BoardSpec with = board;
  with.mapping = mapping;
  with.check(collector);
}

}  // namespace tritsim
