// SPDX-License-Identifier: Apache-2.0
#include "sim/run.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "arch/program.hpp"
#include "models/host_law.hpp"
#include "sim/lower.hpp"
#include "sim/system.hpp"
#include "tritsim_version.hpp"

namespace tritsim {
namespace {

std::string tool_name() {
  return fmt::format("tritsim {}", version);
}

std::vector<OpCycles> ops_of(const Trace& trace) {
  std::vector<OpCycles> ops;
  for (const Op& op : trace.ops) ops.push_back({op.name, std::string(name_of(op.kind)), op.layer});
  return ops;
}

/// A kernel of the board and the channels it uses.
struct Site {
  const CoreGroup* group = nullptr;
  std::string name;
  ChannelPlan weights;
  ChannelPlan vectors;
};

std::vector<Site> sites_of(const BoardSpec& board) {
  const std::string& vectors_in = board.mapping.vectors_in;
  const MemoryGroup* shared = vectors_in.empty() ? nullptr : board.memory(vectors_in);
  std::vector<Site> sites;
  for (const CoreGroup& group : board.cores) {
    const MemoryGroup* memory = board.memory(group.memory);
    for (std::uint32_t k = 0; k < group.kernels(); ++k) {
      const ChannelPlan weights{memory, group.channels[k], 1};
      const auto number = static_cast<std::uint32_t>(sites.size());
      const ChannelPlan vectors =
          shared == nullptr ? weights : ChannelPlan{shared, number % shared->channels, 1};
      sites.push_back({&group, fmt::format("{}_{}", group.name, k), weights, vectors});
    }
  }
  return sites;
}

std::uint32_t channel_index(SystemPlan& plan, const ChannelPlan& channel) {
  for (std::size_t i = 0; i < plan.channels.size(); ++i) {
    if (plan.channels[i].group == channel.group && plan.channels[i].channel == channel.channel) {
      return static_cast<std::uint32_t>(i);
    }
  }
  plan.channels.push_back(channel);
  return static_cast<std::uint32_t>(plan.channels.size() - 1);
}

/// Decides which lanes of which kernels work, and on which channels. Unless `every_kernel` is to be
/// simulated, equal kernels that share their channels with nobody stand for each other.
void place_kernels(const BoardSpec& board, std::uint32_t sequences, bool every_kernel,
                   SystemPlan& plan) {
  const std::vector<Site> sites = sites_of(board);
  std::map<std::pair<std::string, std::uint32_t>, std::uint32_t> users;
  for (const Site& site : sites) {
    ++users[{site.weights.group->name, site.weights.channel}];
    if (!board.mapping.vectors_in.empty()) {
      ++users[{site.vectors.group->name, site.vectors.channel}];
    }
  }
  const auto alone = [&](const ChannelPlan& c) {
    return users.at({c.group->name, c.channel}) == 1;
  };
  std::vector<bool> may_stand_for;  // by kernel of the plan
  for (const Site& site : sites) {
    const std::uint32_t lanes = std::min(sequences, site.group->lanes);
    sequences -= lanes;
    if (lanes == 0) continue;
    const bool is_alone =
        alone(site.weights) && (site.vectors.group == site.weights.group || alone(site.vectors));
    bool stood_for = false;
    for (std::size_t i = 0; is_alone && !every_kernel && i < plan.kernels.size(); ++i) {
      KernelPlan& k = plan.kernels[i];
      if (!may_stand_for[i] || k.core != &site.group->core || k.lanes != lanes) continue;
      ++k.replicas;
      ++plan.channels[k.weights].replicas;
      if (k.vectors != k.weights) ++plan.channels[k.vectors].replicas;
      stood_for = true;
      break;
    }
    if (stood_for) continue;
    KernelPlan k;
    k.name = site.name;
    k.lanes = lanes;
    k.core = &site.group->core;
    k.weights = channel_index(plan, site.weights);
    k.vectors = channel_index(plan, site.vectors);
    plan.kernels.push_back(std::move(k));
    may_stand_for.push_back(is_alone);
  }
}

/// Host tasks of a step; each serves every sequence at work.
void plan_host(const Trace& trace, const BoardSpec& board, std::uint32_t sequences,
               SystemPlan& plan, Problems& problems) {
  constexpr double activation_bytes = 2;
  bool core_seen = false;
  for (const Op& op : trace.ops) {
    const Place place = place_of(trace, op, board.mapping);
    core_seen |= place == Place::core;
    if (place != Place::host) continue;
    const auto it = board.host.tasks.find(std::string(name_of(op.kind)));
    if (it == board.host.tasks.end()) {
      problems.add({}, op.name,
                   fmt::format("is mapped to the host, but host '{}' has no cost for '{}'",
                               board.host.name, name_of(op.kind)),
                   "add it under host.tasks, or map the op elsewhere");
      continue;
    }
    std::uint64_t in = 0;
    std::uint64_t out = 0;
    for (const ValueId v : op.inputs) in += trace.elements(v);
    for (const ValueId v : op.outputs) out += trace.elements(v);
    const Bytes moved = Bytes{static_cast<double>(trace.weights(op)) / 4.0 +
                              static_cast<double>(in + out) * activation_bytes * sequences};
    const Time time = task_time(board.host, it->second, trace.work(op) * sequences, moved);
    const auto bytes = [&](std::uint64_t n) {
      return static_cast<std::uint64_t>(static_cast<double>(n) * activation_bytes) * sequences;
    };
    (core_seen ? plan.after : plan.before)
        .push_back({time, core_seen ? bytes(in) : 0, core_seen ? 0 : bytes(out)});
  }
}

void check_fits(const KernelPlan& kernel, const SystemPlan& plan, Problems& problems) {
  const std::uint64_t need = footprint(kernel.program, *kernel.core, kernel.lanes);
  const MemorySpec& memory = plan.channels[kernel.weights].group->memory;
  if (static_cast<double>(need) > memory.capacity.si()) {
    problems.add(
        {}, kernel.name,
        fmt::format("needs {} for weights and vectors, memory '{}' holds {}",
                    format(Bytes{static_cast<double>(need)}), memory.name, format(memory.capacity)),
        "take a smaller model or a memory with more capacity");
  }
}

}  // namespace

Result run_model(const BoardSpec& board, const ModelSpec& model, const Workload& workload,
                 const Progress& progress) {
  return run_trace(board, model, expand(model), workload, progress);
}

Result run_trace(const BoardSpec& board, const ModelSpec& model, const Trace& trace,
                 const Workload& workload, const Progress& progress) {
  Result result;
  result.tool = tool_name();
  result.board = board;
  result.model = model;
  result.workload = workload;
  const std::uint32_t lanes = board.lanes();
  if (result.workload.batch == 0) result.workload.batch = lanes;
  const std::uint32_t batch = result.workload.batch;
  result.rounds = (batch + lanes - 1) / lanes;
  // Rounds carry equal numbers of sequences; the last may have a few less and counts as the others.
  const std::uint32_t at_once = (batch + result.rounds - 1) / result.rounds;
  // The step of the last prompt token already yields the first generated one.
  result.steps = workload.prompt + workload.generate;
  if (workload.prompt > 0 && workload.generate > 0) --result.steps;
  if (result.steps == 0) return result;

  Problems problems;
  SystemPlan plan;
  plan.steps = result.steps;
  plan.ops = ops_of(trace);
  for (const Op& op : trace.ops) {
    if (place_of(trace, op, board.mapping) == Place::excluded) result.excluded.push_back(op.name);
  }
  plan_host(trace, result.board, at_once, plan, problems);
  place_kernels(result.board, at_once, plan.host_in_loop(), plan);
  for (KernelPlan& k : plan.kernels) {
    k.program = lower(trace, result.board.mapping, *k.core, k.lanes);
    check_fits(k, plan, problems);
  }
  problems.raise();

  simulate(plan, result.board, std::max(workload.prompt, 1U), progress, result);
  result.elapsed = result.elapsed * static_cast<double>(result.rounds);
  return result;
}

Result run_program(const BoardSpec& board, const std::string& text, const std::string& file,
                   std::vector<std::string>& warnings) {
  Result result;
  result.tool = tool_name();
  result.board = board;
  result.program = text;
  result.workload = {0, 1, 1};
  result.steps = 1;

  SystemPlan plan;
  place_kernels(result.board, 1, false, plan);
  KernelPlan& kernel = plan.kernels.front();
  Assembly assembly = parse_assembly(text, file, *kernel.core);
  warnings = assembly.warnings;
  kernel.program = std::move(assembly.program);
  for (std::size_t i = 0; i < kernel.program.instructions.size(); ++i) {
    const Instruction& instruction = kernel.program.instructions[i];
    plan.ops.push_back({fmt::format("{}: {}", i, to_assembly(kernel.program, instruction)),
                        std::string(name_of(instruction.op))});
  }
  Problems problems;
  check_fits(kernel, plan, problems);
  problems.raise();
  simulate(plan, result.board, 1, {}, result);
  return result;
}

}  // namespace tritsim
