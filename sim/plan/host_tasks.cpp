// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/host_tasks.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "models/base/accumulator.hpp"

namespace tritsim {
namespace {

constexpr double activation_bytes = 2;

}  // namespace

HostTasks::HostTasks(const Trace& trace, const BoardSpec& board, std::uint32_t sequences,
                     Problems& problems)
    : trace_(trace),
      board_(board),
      host_(board.host),
      sequences_(sequences),
      problems_(problems),
      made_on_core_(trace.values.size()),
      read_on_core_(trace.values.size()) {
  for (const Op& op : trace.ops) {
    // What is offloaded is copied by packing and reading back.
    if (target(op) != Target::core || board.mapping.host_prepares(op)) continue;
    for (const ValueId v : op.outputs) made_on_core_[v] = true;
    for (const ValueId v : op.inputs) read_on_core_[v] = true;
  }
}

std::string HostTasks::short_name(std::uint32_t op) const {
  const Op& o = trace_.ops[op];
  const std::string prefix = fmt::format("layers.{}.", o.layer);
  return o.name.starts_with(prefix) ? o.name.substr(prefix.size()) : o.name;
}

std::uint64_t HostTasks::elements(const std::vector<ValueId>& values) const {
  std::uint64_t n = 0;
  for (const ValueId v : values) n += trace_.elements(v);
  return n;
}

std::uint64_t HostTasks::results(const Op& op) const {
  return elements(op.outputs) * (board_.mapping.host_gathers() ? board_.mapping.tensor() : 1);
}

std::uint64_t HostTasks::copied(std::uint64_t n, double each) const {
  if (host_.shares_memory) return 0;
  return static_cast<std::uint64_t>(static_cast<double>(n) * each) * sequences_;
}

Bytes HostTasks::activations(std::uint64_t n) const {
  return Bytes{static_cast<double>(n) * activation_bytes * sequences_};
}

HostTask HostTasks::task(std::uint32_t op, std::string_view name, std::uint64_t work, Bytes moved) {
  HostTask task;
  task.trace_op = op;
  task.what = fmt::format("{}/{}", short_name(op), name);
  const auto it = host_.tasks.find(std::string(name));
  if (it != host_.tasks.end()) {
    task.time = task_time(host_, it->second, checked_product(work, sequences_), moved);
    return task;
  }
  const Op& o = trace_.ops[op];
  problems_.add({}, o.name,
                target(o) == Target::host
                    ? fmt::format("is mapped to the host, but host '{}' has no cost for '{}'",
                                  host_.name, name)
                    : fmt::format("is prepared on the host, but host '{}' has no cost for '{}'",
                                  host_.name, name),
                "add it under host.tasks, or map the op elsewhere");
  return task;
}

HostTasks::Fused HostTasks::fused_from(std::uint32_t first) const {
  Fused best;
  for (const auto& entry : host_.tasks) {
    const std::vector<std::string>& kinds = entry.second.fuses;
    if (kinds.empty() || (best.task != nullptr && kinds.size() <= best.count)) continue;
    if (trace_.ops.size() - first < kinds.size()) continue;
    bool all = true;
    for (std::size_t i = 0; all && i < kinds.size(); ++i) {
      const Op& op = trace_.ops[first + i];
      all = target(op) == Target::host && name_of(op.kind) == kinds[i];
    }
    if (all) best = {&entry, static_cast<std::uint32_t>(kinds.size())};
  }
  return best;
}

HostTask HostTasks::fused(std::uint32_t first, const Fused& run) const {
  const std::uint32_t last = first + run.count - 1;
  const std::uint64_t n = elements(trace_.ops[last].outputs);
  const HostTaskSpec& spec = run.task->second;
  HostTask task;
  task.trace_op = last;
  task.what = fmt::format("{}/{}", short_name(last), run.task->first);
  task.on_card = spec.on_card;
  const std::uint64_t in = elements(trace_.ops[first].inputs);
  task.time = task_time(host_, spec, checked_product(n, sequences_),
                        spec.on_card ? Bytes{} : activations(in + n));
  return task;
}

HostTask HostTasks::own(std::uint32_t index) {
  const Op& op = trace_.ops[index];
  const Bytes state =
      op.state ? op.state->bytes() * (2.0 * static_cast<double>(sequences_)) : Bytes{};
  const Bytes moved = trace_.weight_bytes(op, static_cast<double>(sequences_)) + state +
                      trace_.custom_bytes(op) * static_cast<double>(sequences_) +
                      trace_.cache_bytes(op) * static_cast<double>(sequences_) +
                      activations(elements(op.inputs) + elements(op.outputs));
  const auto some = [&](const std::vector<ValueId>& values, const std::vector<bool>& counts) {
    std::uint64_t n = 0;
    for (const ValueId v : values) n += counts[v] ? trace_.elements(v) : 0;
    return copied(n, activation_bytes);
  };
  const std::string name = op.custom ? op.custom->host_task() : std::string(name_of(op.kind));
  HostTask t = task(index, name, trace_.work(op), moved);
  t.bytes_from_card = some(op.inputs, made_on_core_);
  t.bytes_to_card = some(op.outputs, read_on_core_) * board_.mapping.tensor();
  return t;
}

void HostTasks::normalise(std::uint32_t op, OffloadPart part, std::vector<HostTask>& tasks) {
  const Op& o = trace_.ops[op];
  const std::uint64_t n = elements(o.inputs);
  if (traits_of(o.kind).details.normalises_input) {
    tasks.push_back(task(op, name_of(OpKind::rms_norm), n, activations(2 * n)));
  }
  tasks.push_back(task(op, "quantise", n, activations(2 * n)));
  tasks.back().part = part;
}

HostTask HostTasks::pack(std::uint32_t op) {
  return pack_tile(op, static_cast<std::uint32_t>(elements(trace_.ops[op].inputs)));
}

HostTask HostTasks::pack_tile(std::uint32_t op, std::uint32_t n) {
  HostTask t = task(op, "pack", n, activations(2 * n));
  t.part = OffloadPart::pack;
  t.bytes_to_card = copied(n, activation_bytes);
  return t;
}

HostTask HostTasks::read(std::uint32_t op, std::uint64_t n) {
  HostTask t = task(op, "read_back", n, activations(3 * n));
  t.part = OffloadPart::read_back;
  t.bytes_from_card = copied(n, 2 * activation_bytes);
  return t;
}

void HostTasks::take_sums(std::uint32_t op, std::uint32_t outputs, std::vector<HostTask>& tasks) {
  const std::uint64_t n =
      std::uint64_t{outputs} * (board_.mapping.host_gathers() ? board_.mapping.tensor() : 1);
  tasks.push_back(read(op, n));
  tasks.push_back(task(op, "accumulate", n, activations(4 * n)));
  tasks.back().part = OffloadPart::read_back;
}

void HostTasks::read_back(std::uint32_t op, std::vector<HostTask>& tasks) {
  tasks.push_back(read(op, results(trace_.ops[op])));
  if (const CoarseSpec* coarse = board_.mapping.coarse_of(trace_.ops[op])) {
    rescore(op, *coarse, tasks);
  }
}

void HostTasks::rescore(std::uint32_t op, const CoarseSpec& coarse, std::vector<HostTask>& tasks) {
  const Op& o = trace_.ops[op];
  const std::uint64_t all = results(o);
  if (coarse.best > all) {
    problems_.add(
        {}, o.name,
        fmt::format("has {} outputs, and the host computes the best {} again", all, coarse.best),
        "give mapping.products a smaller coarse.best");
    return;
  }
  const std::uint64_t weights = coarse.best * elements(o.inputs);
  const double bits = stored_weights(o).bits();
  tasks.push_back(task(op, "select", all, activations(2 * all)));
  tasks.push_back(
      task(op, "rescore", weights, Bytes{static_cast<double>(weights) * bits / 8 * sequences_}));
}

}  // namespace tritsim
