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

/// Which lanes of which kernels work, and on which channels.
class Placement {
 public:
  Placement(const BoardSpec& board, std::uint32_t sequences, bool every_kernel, SystemPlan& plan)
      : board_(board), plan_(plan) {
    count_users();
    const MemoryGroup* vectors =
        board.mapping.vectors_in.empty() ? nullptr : board.memory(board.mapping.vectors_in);
    std::uint32_t number = 0;
    for (const CoreGroup& group : board.cores) {
      group_kernels_ = 0;
      for (const std::uint32_t channel : group.channels) {
        const std::uint32_t lanes = std::min(sequences, group.lanes);
        sequences -= lanes;
        const MemoryGroup* v = vectors != nullptr ? vectors : board.memory(group.memory);
        const std::uint32_t vc = vectors != nullptr ? number % v->channels : channel;
        ++number;
        ++group_kernels_;
        if (lanes > 0) add(group, channel, *v, vc, lanes, every_kernel);
      }
    }
  }

 private:
  using Channel = std::pair<std::string, std::uint32_t>;

  void count_users() {
    std::uint32_t number = 0;
    const MemoryGroup* vectors =
        board_.mapping.vectors_in.empty() ? nullptr : board_.memory(board_.mapping.vectors_in);
    for (const CoreGroup& group : board_.cores) {
      for (const std::uint32_t channel : group.channels) {
        ++users_[{group.memory, channel}];
        if (vectors != nullptr) ++users_[{vectors->name, number % vectors->channels}];
        ++number;
      }
    }
  }

  [[nodiscard]] bool alone(const MemoryGroup& m, std::uint32_t channel) const {
    return users_.at({m.name, channel}) == 1;
  }

  void add(const CoreGroup& group, std::uint32_t channel, const MemoryGroup& vectors,
           std::uint32_t vectors_channel, std::uint32_t lanes, bool every_kernel) {
    const MemoryGroup& weights = *board_.memory(group.memory);
    const bool same_memory = &weights == &vectors;
    const bool is_alone =
        alone(weights, channel) && (same_memory || alone(vectors, vectors_channel));
    if (is_alone && !every_kernel) {
      for (KernelPlan& k : plan_.kernels) {
        if (private_[k.name] && k.core == &group.core && k.lanes == lanes) {
          ++k.replicas;
          ++plan_.channels[k.weights].replicas;
          if (k.vectors != k.weights) ++plan_.channels[k.vectors].replicas;
          return;
        }
      }
    }
    KernelPlan k;
    k.name = fmt::format("{}_{}", group.name, group_kernels_ - 1);
    k.lanes = lanes;
    k.core = &group.core;
    k.weights = channel_index(weights, channel);
    k.vectors = channel_index(vectors, vectors_channel);
    private_[k.name] = is_alone;
    plan_.kernels.push_back(std::move(k));
  }

  std::uint32_t channel_index(const MemoryGroup& group, std::uint32_t channel) {
    for (std::size_t i = 0; i < plan_.channels.size(); ++i) {
      if (plan_.channels[i].group == &group && plan_.channels[i].channel == channel) {
        return static_cast<std::uint32_t>(i);
      }
    }
    plan_.channels.push_back({&group, channel, 1});
    return static_cast<std::uint32_t>(plan_.channels.size() - 1);
  }

  const BoardSpec& board_;
  SystemPlan& plan_;
  std::map<Channel, std::uint32_t> users_;
  std::map<std::string, bool> private_;
  std::uint32_t group_kernels_ = 0;
};

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

  const Trace trace = expand(model);
  Problems problems;
  SystemPlan plan;
  plan.steps = result.steps;
  plan.ops = ops_of(trace);
  for (const Op& op : trace.ops) {
    if (place_of(trace, op, board.mapping) == Place::excluded) result.excluded.push_back(op.name);
  }
  plan_host(trace, result.board, at_once, plan, problems);
  const Placement placement(result.board, at_once, plan.host_in_loop(), plan);
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
  const Placement placement(result.board, 1, false, plan);
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
