// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/host_steps.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "models/core/core_law.hpp"

namespace tritsim {
namespace {

class HostSide {
 public:
  HostSide(const Trace& trace, const BoardSpec& board, std::uint32_t sequences, Problems& problems)
      : trace_(trace),
        board_(board),
        host_(board.host),
        sequences_(sequences),
        problems_(problems),
        made_on_core_(trace.values.size()),
        read_on_core_(trace.values.size()) {
    for (const Op& op : trace.ops) {
      // What is offloaded is copied by packing and reading back.
      if (place(op) != Place::core || is_offloaded(op)) continue;
      for (const ValueId v : op.outputs) made_on_core_[v] = true;
      for (const ValueId v : op.inputs) read_on_core_[v] = true;
    }
  }

  std::vector<HostStep> steps() {
    std::vector<HostStep> steps;
    std::vector<HostTask> tasks;
    for (std::uint32_t i = 0; i < trace_.ops.size(); ++i) {
      const Op& op = trace_.ops[i];
      if (place(op) == Place::host) {
        if (is_offloaded(op)) normalise(op, tasks, OffloadPart::none);
        tasks.push_back(task(op));
        belong_to(i, tasks);
      } else if (place(op) == Place::core) {
        if (is_offloaded(op)) prepare(op, tasks);
        belong_to(i, tasks);
        if (tasks.empty() && !steps.empty()) {
          steps.back().last_op = i;
        } else {
          steps.push_back({std::move(tasks), i});
        }
        tasks.clear();
        if (is_offloaded(op)) tasks.push_back(read_back(op));
        belong_to(i, tasks);
      }
    }
    if (!tasks.empty()) steps.push_back({std::move(tasks)});
    return steps;
  }

 private:
  static constexpr double activation_bytes = 2;

  /// Tasks that do not belong to an op yet.
  static void belong_to(std::uint32_t op, std::vector<HostTask>& tasks) {
    for (HostTask& t : tasks) {
      if (t.trace_op == HostTask::no_op) t.trace_op = op;
    }
  }

  [[nodiscard]] Place place(const Op& op) const { return board_.mapping.place_of(op).place; }

  /// True if the host prepares the input of a product, for the core or for itself.
  [[nodiscard]] bool is_offloaded(const Op& op) const { return board_.mapping.host_prepares(op); }

  template <class F>
  [[nodiscard]] std::uint64_t elements(const std::vector<ValueId>& values, F&& counts) const {
    std::uint64_t n = 0;
    for (const ValueId v : values) n += counts(v) ? trace_.elements(v) : 0;
    return n;
  }

  [[nodiscard]] std::uint64_t elements(const std::vector<ValueId>& values) const {
    return elements(values, [](ValueId) { return true; });
  }

  /// Bytes that cross the link for `n` elements of each sequence, once.
  [[nodiscard]] std::uint64_t copied(std::uint64_t n, double each = activation_bytes) const {
    if (host_.shares_memory) return 0;
    return static_cast<std::uint64_t>(static_cast<double>(n) * each) * sequences_;
  }

  [[nodiscard]] Time time(const Op& op, std::string_view task, std::uint64_t work, Bytes moved) {
    const auto it = host_.tasks.find(std::string(task));
    if (it != host_.tasks.end()) {
      return task_time(host_, it->second, checked_product(work, sequences_), moved);
    }
    problems_.add({}, op.name,
                  task == name_of(op.kind)
                      ? fmt::format("is mapped to the host, but host '{}' has no cost for '{}'",
                                    host_.name, task)
                      : fmt::format("is prepared on the host, but host '{}' has no cost for '{}'",
                                    host_.name, task),
                  "add it under host.tasks, or map the op elsewhere");
    return {};
  }

  [[nodiscard]] Bytes activations(std::uint64_t n) const {
    return Bytes{static_cast<double>(n) * activation_bytes * sequences_};
  }

  HostTask task(const Op& op) {
    const Bytes moved = trace_.weight_bytes(op) +
                        trace_.cache_bytes(op) * static_cast<double>(sequences_) +
                        activations(elements(op.inputs) + elements(op.outputs));
    const std::uint64_t in = elements(op.inputs, [&](ValueId v) { return made_on_core_[v]; });
    const std::uint64_t out = elements(op.outputs, [&](ValueId v) { return read_on_core_[v]; });
    return {time(op, name_of(op.kind), trace_.work(op), moved), copied(in),
            copied(out) * board_.mapping.tensor()};
  }

  /// Norm, quantisation and packing of the input of an op on the core.
  void prepare(const Op& op, std::vector<HostTask>& tasks) {
    normalise(op, tasks, OffloadPart::pack);
    const std::uint64_t n = elements(op.inputs);
    tasks.push_back({time(op, "pack", n, activations(2 * n)), 0, copied(n), OffloadPart::pack});
  }

  void normalise(const Op& op, std::vector<HostTask>& tasks, OffloadPart part) {
    const std::uint64_t n = elements(op.inputs);
    tasks.push_back({time(op, name_of(OpKind::rms_norm), n, activations(2 * n))});
    tasks.push_back({time(op, "quantise", n, activations(2 * n)), 0, 0, part});
  }

  HostTask read_back(const Op& op) {
    const std::uint64_t n = elements(op.outputs);
    return {time(op, "read_back", n, activations(3 * n)), copied(n, 2 * activation_bytes), 0,
            OffloadPart::read_back};
  }

  const Trace& trace_;
  const BoardSpec& board_;
  const HostSpec& host_;
  std::uint32_t sequences_;
  Problems& problems_;
  std::vector<bool> made_on_core_;
  std::vector<bool> read_on_core_;
};

/// The category under which the launch of one instruction is counted.
OffloadPart part_of(const Instruction& i) {
  if (i.op == Opcode::ldv) return OffloadPart::load;
  if (i.op == Opcode::sv) return OffloadPart::store;
  return is_product(i.op) ? OffloadPart::compute : OffloadPart::none;
}

/// A step for each instruction of the launch of `step`, whose tasks go with the first.
void split_launch(HostStep step, bool offloads, const SystemPlan& plan,
                  std::vector<HostStep>& schedule) {
  const Program& program = *plan.kernels.front().program;
  bool empty = false;
  for (std::size_t n = 0; !empty; ++n) {
    HostStep one{std::exchange(step.tasks, {}), step.last_op};
    empty = true;
    for (const auto& [first, last] : step.ranges) {
      one.ranges.push_back({std::min(first + n, last), std::min(first + n + 1, last)});
      empty = empty && first + n + 1 >= last;
    }
    one.part = step.part;
    const InstructionRange r = one.ranges.front();
    if (offloads && r.first < r.last) one.part = part_of(program.instructions[r.first]);
    schedule.push_back(std::move(one));
  }
}

}  // namespace

std::vector<HostStep> host_steps(const Trace& trace, const BoardSpec& board,
                                 std::uint32_t sequences, Problems& problems) {
  return HostSide(trace, board, sequences, problems).steps();
}

std::vector<HostStep> with_launches(std::vector<HostStep> steps, const MappingSpec& mapping,
                                    const SystemPlan& plan) {
  std::vector<HostStep> schedule;
  const bool offloads = mapping.prepare == Place::host;
  const bool whole = plan.kernels.front().core->issue.launch == Launch::program;
  std::vector<std::size_t> at(plan.kernels.size(), 0);
  for (HostStep& step : steps) {
    bool empty = true;
    for (std::size_t k = 0; step.last_op && k < plan.kernels.size(); ++k) {
      const std::vector<Instruction>& code = plan.kernels[k].program->instructions;
      std::size_t end = at[k];
      while (end < code.size() && code[end].trace_op <= *step.last_op) ++end;
      step.ranges.push_back({at[k], end});
      empty = empty && at[k] == end;
      at[k] = end;
    }
    if (empty) step.ranges.clear();
    if (empty || whole) {
      if (offloads) step.part = OffloadPart::compute;
      schedule.push_back(std::move(step));
    } else {
      split_launch(std::move(step), offloads, plan, schedule);
    }
  }
  return schedule;
}

}  // namespace tritsim
