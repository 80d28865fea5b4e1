// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/host_steps.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "models/core/core_law.hpp"
#include "sim/plan/host_tasks.hpp"
#include "sim/plan/tile_cut.hpp"

namespace tritsim {
namespace {

/// The host's side of a step in the making: tasks gather until a launch ends them.
class HostSide {
 public:
  HostSide(const Trace& trace, const BoardSpec& board, std::uint32_t sequences, Problems& problems)
      : trace_(trace),
        mapping_(board.mapping),
        core_(board.cores.front().core),
        problems_(problems),
        of_(trace, board, sequences, problems),
        made_by_unit_(trace.values.size()) {}

  std::vector<HostStep> steps() {
    for (std::uint32_t i = 0; i < trace_.ops.size(); ++i) {
      const Target target = mapping_.placement_of(trace_.ops[i]).target;
      if (target == Target::host) {
        i += on_host(i) - 1;
      } else if (target == Target::core) {
        on_core(i);
      }
    }
    read_back();
    if (!tasks_.empty()) steps_.push_back({std::move(tasks_)});
    return std::move(steps_);
  }

 private:
  /// Tasks of op `i`, and of those behind it that the same task does; returns how many ops.
  std::uint32_t on_host(std::uint32_t i) {
    const HostTasks::Fused run = of_.fused_from(i);
    if (run.task == nullptr) {
      read_back();
      if (mapping_.host_prepares(trace_.ops[i])) of_.normalise(i, OffloadPart::none, tasks_);
      tasks_.push_back(of_.own(i));
      return 1;
    }
    const std::uint32_t last = i + run.count - 1;
    if (run.task->second.on_card) {
      leave_on_card(i, last);
      for (const ValueId v : trace_.ops[last].outputs) made_by_unit_[v] = true;
    }
    read_back();
    tasks_.push_back(of_.fused(i, run));
    return run.count;
  }

  /// Results that no other ops than `first` to `last` read are not read back.
  void leave_on_card(std::uint32_t first, std::uint32_t last) {
    const auto stays = [&](std::uint32_t product) {
      const std::vector<ValueId>& out = trace_.ops[product].outputs;
      bool read_inside = false;
      for (std::uint32_t i = 0; i < trace_.ops.size(); ++i) {
        const std::vector<ValueId>& in = trace_.ops[i].inputs;
        if (!std::any_of(in.begin(), in.end(), [&](ValueId v) { return is_result(v, out); }))
          continue;
        if (i < first || i > last) return false;
        read_inside = true;
      }
      return read_inside;
    };
    std::erase_if(results_, stays);
  }

  /// Whether the host sees `v` as one of a product's outputs: itself, or what shards of it make.
  [[nodiscard]] bool is_result(ValueId v, const std::vector<ValueId>& outputs) const {
    return std::any_of(outputs.begin(), outputs.end(), [&](ValueId o) {
      return v == o ||
             (mapping_.host_gathers() && trace_.values[v].name == trace_.values[o].name + ".whole");
    });
  }

  /// An op of a launch: that of the op before, unless the host has something to do in between.
  void on_core(std::uint32_t i) {
    const Op& op = trace_.ops[i];
    const bool prepared = mapping_.host_prepares(op);
    check_on_core(op, prepared);
    if (mapping_.host_sums(op)) return tile_by_tile(i);
    const bool normalises = traits_of(op.kind).details.normalises_input;
    if (!prepared || normalises || prepared_of_ != op.inputs[0]) {
      read_back();
      if (prepared) prepare(i);
      prepared_of_ = prepared && !normalises ? std::optional(op.inputs[0]) : std::nullopt;
    }
    if (tasks_.empty() && !steps_.empty()) {
      steps_.back().last_op = i;
    } else {
      HostStep step{std::move(tasks_), i};
      step.what = of_.short_name(i) + "/launch";
      steps_.push_back(std::move(step));
      tasks_.clear();
    }
    if (prepared) results_.push_back(i);
  }

  /// A launch for each tile, with the vectors that it takes and makes.
  void tile_by_tile(std::uint32_t i) {
    const Op& op = trace_.ops[i];
    const bool normalises = traits_of(op.kind).details.normalises_input;
    if (normalises || prepared_of_ != op.inputs[0]) {
      if (!made_by_unit_[op.inputs[0]]) of_.normalise(i, OffloadPart::none, tasks_);
      prepared_of_ = normalises ? std::nullopt : std::optional(op.inputs[0]);
    }
    const TileCut cut = tile_cut(trace_, core_, mapping_, op);
    for (const std::uint32_t outputs : cut.outputs) {
      for (const std::uint32_t inputs : cut.inputs) {
        tasks_.push_back(of_.pack_tile(i, inputs));
        HostStep step{std::exchange(tasks_, {}), i};
        step.tile = true;
        step.what = of_.short_name(i) + "/launch";
        steps_.push_back(std::move(step));
        of_.take_sums(i, outputs, tasks_);
      }
    }
  }

  /// A unit of the card hands its result to the core in the form that it takes.
  void prepare(std::uint32_t i) {
    if (made_by_unit_[trace_.ops[i].inputs[0]]) return;
    of_.normalise(i, OffloadPart::pack, tasks_);
    tasks_.push_back(of_.pack(i));
  }

  /// The results of the last launch are read when its last product is done.
  void read_back() {
    for (const std::uint32_t i : results_) of_.read_back(i, tasks_);
    results_.clear();
  }

  /// What the host does product by product is a product.
  void check_on_core(const Op& op, bool prepared) {
    if (prepared) return;
    const char* why =
        mapping_.host_gathers() ? "the host joins what the kernels of mapping.parallel make"
        : mapping_.sequences == MoreSequences::in_passes
            ? "mapping.sequences takes sequences in passes over the weights of a product"
        : mapping_.coarse_of(op) != nullptr ? "mapping.products has a coarse copy of its weights"
        : core_.host_vectors                ? "the host moves the core's vectors"
                                            : nullptr;
    if (why == nullptr) return;
    problems_.add({}, op.name,
                  fmt::format("is a '{}' on the core that the host does not prepare, and {}",
                              name_of(op.kind), why),
                  is_matrix(op.kind) ? "set mapping.prepare: host" : "map it to the host");
  }

  const Trace& trace_;
  const MappingSpec& mapping_;
  const CoreSpec& core_;
  Problems& problems_;
  HostTasks of_;
  std::vector<HostStep> steps_;
  std::vector<HostTask> tasks_;
  std::vector<std::uint32_t> results_;    ///< products whose results the host has not read
  std::vector<bool> made_by_unit_;        ///< values, by a unit of the card
  std::optional<ValueId> prepared_of_{};  ///< what the host prepared last, if others may use it
};

/// Where the instructions of a launch end that begin with instruction `at`: with those of its op,
/// or of a tile, which is a product and the stores of its sums.
std::size_t end_of_launch(const std::vector<Instruction>& code, std::size_t at,
                          const HostStep& step) {
  const auto inside = [&](std::size_t i) {
    return i < code.size() && code[i].trace_op <= *step.last_op;
  };
  if (!step.tile) {
    while (inside(at)) ++at;
    return at;
  }
  while (inside(at) && !is_product(code[at].op)) ++at;
  if (inside(at)) ++at;
  while (inside(at) && (code[at].op == Opcode::sv || code[at].op == Opcode::export_vector)) ++at;
  return at;
}

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
    one.what = step.what;
    one.repeat = step.repeat;
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
  const bool offloads = mapping.prepare == Target::host;
  const bool whole = plan.kernels.front().core->issue.launch == Launch::program;
  std::vector<std::size_t> at(plan.kernels.size(), 0);
  for (HostStep& step : steps) {
    bool empty = true;
    for (std::size_t k = 0; step.last_op && k < plan.kernels.size(); ++k) {
      const std::size_t end = end_of_launch(plan.kernels[k].program->instructions, at[k], step);
      step.ranges.push_back({at[k], end});
      empty = empty && at[k] == end;
      at[k] = end;
    }
    if (empty) step.ranges.clear();
    step.repeat = plan.passes;
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
