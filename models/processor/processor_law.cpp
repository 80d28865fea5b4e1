// SPDX-License-Identifier: Apache-2.0
#include "models/processor/processor_law.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "models/base/activity.hpp"

namespace tritsim {
namespace {

constexpr double activation_bytes = 2;  // fp16
constexpr double state_bytes = 4;       // fp32, as the reference keeps it

bool is_matrix(const Op& op) {
  return op.kind == OpKind::bit_linear || op.kind == OpKind::linear;
}

bool is_ternary(const Op& op) {
  return op.kind == OpKind::bit_linear ||
         (op.weights && op.weights->format == NumberFormat::ternary);
}

/// Turns the ops of a trace into kernels, in order.
class Scheduler {
 public:
  Scheduler(const Trace& trace, const ProcessorSpec& processor, const ProcessorStep& step)
      : trace_(trace),
        processor_(processor),
        sequences_(step.sequences),
        tokens_(step.tokens),
        fuses_(step.ternary == TernaryKernels::packed && has_ternary_weights(trace)) {
    for (std::size_t i = 0; i < trace.ops.size(); ++i) {
      if (is_matrix(trace.ops[i])) readers_[trace.ops[i].inputs.front()].push_back(i);
    }
  }

  std::vector<KernelCall> run() {
    for (std::size_t i = 0; i < trace_.ops.size(); ++i) {
      const Op& op = trace_.ops[i];
      if (is_matrix(op)) {
        if (!merged_.contains(i)) matrix(op);
      } else if (op.kind == OpKind::attention) {
        attention(op);
      } else if (fuses_) {
        fuse(op);
      } else {
        library(op, launches(op.kind), elements(op));
      }
    }
    end_run();
    if (processor_.step_launches > 0) {
      calls_.push_back({OpKind::embedding,
                        KernelCall::Shape::library,
                        static_cast<double>(processor_.step_launches),
                        {},
                        0,
                        0});
    }
    return std::move(calls_);
  }

 private:
  [[nodiscard]] double launches(OpKind kind) const {
    const auto it = processor_.launches.find(std::string(name_of(kind)));
    return it == processor_.launches.end() ? 1 : it->second;
  }

  /// Rows that an op works on.
  [[nodiscard]] double rows(const Op& op) const {
    return op.name == "lm_head" ? sequences_ : static_cast<double>(sequences_) * tokens_;
  }

  /// Elements that go in and out for a token; a recurrence reads and writes its state too.
  [[nodiscard]] double elements(const Op& op) const {
    double n = 0;
    for (const ValueId v : op.inputs) n += trace_.elements(v);
    for (const ValueId v : op.outputs) n += trace_.elements(v);
    return n;
  }

  void library(const Op& op, double count, double moved) {
    if (count <= 0) return;
    calls_.push_back({op.kind, KernelCall::Shape::library, count,
                      Bytes{moved * activation_bytes * rows(op)} + state(op), 0, 0});
  }

  [[nodiscard]] Bytes state(const Op& op) const {
    if (op.kind != OpKind::recurrence) return {};
    return Bytes{2 * state_bytes * trace_.elements(op.outputs.front()) * sequences_};
  }

  /// One kernel for all matrices of this kind and format that read the same value.
  void matrix(const Op& op) {
    end_run();
    const ValueId input = op.inputs.front();
    double weights = 0;
    double outputs = 0;
    Bytes stored;
    for (const std::size_t i : readers_.at(input)) {
      const Op& other = trace_.ops[i];
      if (other.kind != op.kind || other.weights != op.weights) continue;
      merged_.insert(i);
      weights += static_cast<double>(trace_.weights(other));
      for (const ValueId v : other.outputs) outputs += trace_.elements(v);
      stored += trace_.weight_bytes(other);
    }
    const double n = rows(op);
    const Bytes moved{(trace_.elements(input) + outputs) * activation_bytes * n};
    if (is_ternary(op) && fuses_) {
      calls_.push_back({op.kind, KernelCall::Shape::packed, 1, stored + moved, 0, weights * n});
      residual_ = true;
      return;
    }
    if (is_ternary(op)) {
      // Its norm and quantisation, step by step. A linear has a norm of its own before it.
      const double steps = launches(OpKind::bit_linear) - 1 - (op.kind == OpKind::linear ? 1 : 0);
      library(op, steps, 2.0 * trace_.elements(input));
      stored = Bytes{weights * bits_of(NumberFormat::fp16) / 8};
    }
    const double padded = std::max<double>(n, processor_.matrix_rows);
    calls_.push_back(
        {op.kind, KernelCall::Shape::streaming, 1, stored + moved, 2 * weights * padded, 0});
  }

  /// The cache is read once for all queries of a sequence; of `tokens` queries the last sees the
  /// whole context, each one before it a position less.
  void attention(const Op& op) {
    end_run();
    const double width = trace_.elements(op.inputs[0]);
    const double context = op.attention->context;
    const double queries = std::max<double>(tokens_, processor_.attention_rows);
    const double mean_context = context - (tokens_ - 1) / 2.0;
    const Bytes moved{elements(op) * activation_bytes * rows(op)};
    calls_.push_back({op.kind, KernelCall::Shape::streaming, 1,
                      trace_.cache_bytes(op) * static_cast<double>(sequences_) + moved,
                      4 * width * mean_context * queries * sequences_, 0});
    library(op, launches(op.kind) - 1, elements(op));
  }

  void fuse(const Op& op) {
    if (op.kind == OpKind::add && residual_ && run_.empty()) {
      residual_ = false;
      calls_.back().bytes +=
          Bytes{trace_.elements(op.inputs.front()) * activation_bytes * rows(op)};
      return;
    }
    residual_ = false;
    run_.push_back(&op);
    if (op.kind == OpKind::embedding) end_run();  // no kernel spans two steps
  }

  /// What is read is what the kernel did not make; what is written is its last value.
  void end_run() {
    residual_ = false;
    if (run_.empty()) return;
    std::set<ValueId> made;
    std::set<ValueId> read;
    Bytes states;
    for (const Op* op : run_) {
      read.insert(op->inputs.begin(), op->inputs.end());
      made.insert(op->outputs.begin(), op->outputs.end());
      states += state(*op);
    }
    double moved = trace_.elements(run_.back()->outputs.front());
    for (const ValueId v : read) moved += made.contains(v) ? 0 : trace_.elements(v);
    calls_.push_back({run_.front()->kind, KernelCall::Shape::fused, 1,
                      Bytes{moved * activation_bytes * rows(*run_.front())} + states, 0, 0});
    run_.clear();
  }

  const Trace& trace_;
  const ProcessorSpec& processor_;
  std::uint32_t sequences_;
  std::uint32_t tokens_;
  bool fuses_;
  bool residual_ = false;  ///< the last kernel is a packed matrix that can add a residual
  std::map<ValueId, std::vector<std::size_t>> readers_;  ///< matrix ops by input
  std::set<std::size_t> merged_;
  std::vector<const Op*> run_;
  std::vector<KernelCall> calls_;
};

ProcessorActivity::Kind& kind_in(std::vector<ProcessorActivity::Kind>& kinds, OpKind kind) {
  for (auto& k : kinds) {
    if (k.kind == kind) return k;
  }
  kinds.push_back({kind, 0, {}, {}, {}, {}, 0, 0});
  return kinds.back();
}

}  // namespace

bool has_ternary_weights(const Trace& trace) {
  return std::any_of(trace.ops.begin(), trace.ops.end(), is_ternary);
}

std::vector<KernelCall> kernels_of(const Trace& trace, const ProcessorSpec& processor,
                                   const ProcessorStep& step) {
  return Scheduler(trace, processor, step).run();
}

KernelTime kernel_time(const ProcessorSpec& p, const KernelCall& call) {
  using Shape = KernelCall::Shape;
  const bool own = call.shape == Shape::fused || call.shape == Shape::packed;
  const bool streams = call.shape == Shape::streaming || call.shape == Shape::packed;
  // n / (peak n / (n + half)) = (n + half) / peak
  const Bytes size = streams ? call.bytes + p.half_bandwidth_size.value : call.bytes;
  KernelTime t;
  t.start = own ? p.packed_kernel_time.value : p.kernel_time.value;
  t.memory = size / p.memory_bandwidth;
  t.compute = call.flops / (p.flops * p.efficiency.value) + call.ternaries / p.ternary_rate.value;
  return t;
}

ProcessorActivity& ProcessorActivity::operator+=(const ProcessorActivity& other) {
  // Either may have kinds that the other has not: they are added one by one.
  std::vector<Kind> all = std::exchange(kinds, {});
  ProcessorActivity rest = other;
  for (const Kind& k : std::exchange(rest.kinds, {})) accumulate(kind_in(all, k.kind), k);
  accumulate(*this, rest);
  kinds = std::move(all);
  return *this;
}

ProcessorActivity step_activity(const ProcessorSpec& p, const std::vector<KernelCall>& calls,
                                KernelLaunch launch) {
  ProcessorActivity a;
  for (const KernelCall& call : calls) {
    const KernelTime t = kernel_time(p, call);
    ProcessorActivity::Kind& k = kind_in(a.kinds, call.kind);
    k.kernels += call.count;
    k.start += t.start * call.count;
    (t.compute > t.memory ? k.compute : k.memory) += std::max(t.memory, t.compute) * call.count;
    k.bytes += call.bytes * call.count;
    k.flops += call.flops * call.count;
    k.ternaries += call.ternaries * call.count;
  }
  for (const ProcessorActivity::Kind& k : a.kinds) {
    a.elapsed += k.time();
    a.kernels += k.kernels;
    a.bytes += k.bytes;
    a.flops += k.flops;
    a.ternaries += k.ternaries;
  }
  if (launch == KernelLaunch::eager) {
    a.host = std::max(Time{}, p.host_launch_time.value * a.kernels - a.elapsed);
    a.elapsed += a.host;
  }
  const Energy work = p.byte_energy.value * a.bytes + p.flop_energy.value * a.flops +
                      p.ternary_energy.value * a.ternaries;
  a.throttled = std::max(Time{}, work / (p.limit - p.idle.value) - a.elapsed);
  a.elapsed += a.throttled;
  return a;
}

std::vector<EnergyTerm> price_processor(const ProcessorSpec& p, const ProcessorActivity& a) {
  std::vector<EnergyTerm> terms{
      {p.name, "time", true, a.elapsed.si(), {factor_of("idle", p.idle)}},
      {p.name, "bytes of memory", false, a.bytes.si(), {factor_of("byte_energy", p.byte_energy)}},
      {p.name, "fp16 operations", false, a.flops, {factor_of("flop_energy", p.flop_energy)}},
      {p.name,
       "packed ternary weights",
       false,
       a.ternaries,
       {factor_of("ternary_energy", p.ternary_energy)}}};
  std::erase_if(terms, [](const EnergyTerm& t) { return t.count == 0; });
  return terms;
}

}  // namespace tritsim
