// SPDX-License-Identifier: Apache-2.0
#include "models/processor/gpu_kernel_law.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "arch/workload/state_bytes.hpp"

namespace tritsim {
namespace {

constexpr double activation_bytes = 2;  // fp16

/// Products of queries with keys and of weights with values, two operations each. The queries of a
/// head of keys share a thread block, which pads them.
double attention_flops(const ProcessorSpec& p, double heads, double width, double queries,
                       double context) {
  return 4 * heads * width * std::max<double>(queries, p.attention.least_rows) * context;
}

bool is_ternary(const Op& op) {
  return is_matrix(op.kind) && stored_weights(op).format == NumberFormat::ternary;
}

/// Turns the ops of a trace into GPU kernels, in order.
class Scheduler {
 public:
  Scheduler(const Trace& trace, const ProcessorSpec& processor, const ProcessorStep& step)
      : trace_(trace),
        processor_(processor),
        sequences_(step.sequences),
        tokens_(step.tokens),
        fuses_(step.ternary == TernaryMethod::packed && has_ternary_weights(trace)) {
    for (std::size_t i = 0; i < trace.ops.size(); ++i) {
      if (is_matrix(trace.ops[i].kind)) readers_[trace.ops[i].inputs.front()].push_back(i);
    }
  }

  std::vector<GpuKernel> run() {
    for (std::size_t i = 0; i < trace_.ops.size(); ++i) add(i);
    end_run();
    if (!trace_.ops.empty()) {
      small(trace_.ops.back(), OpKind::embedding, processor_.step_launches,
            trace_.elements(trace_.ops.back().outputs.front()));
    }
    return std::move(calls_);
  }

 private:
  void add(std::size_t i) {
    const Op& op = trace_.ops[i];
    switch (traits_of(op.kind).gpu) {
      case GpuRule::none:
        refuse(op);
      case GpuRule::product:
        if (!merged_.contains(i)) matrix(op);
        break;
      case GpuRule::attention:
        attention(op);
        break;
      case GpuRule::exchange:
        if (processor_.cards < 2) refuse(op);
        exchange(op);
        break;
      case GpuRule::element_wise:
      case GpuRule::function:
      case GpuRule::norm:
      case GpuRule::residual:
      case GpuRule::look_up:
        if (fuses_) {
          fuse(op);
        } else {
          small(op, op.kind, launches(op), trace_.elements(op.outputs.front()));
        }
        break;
    }
  }

  [[noreturn]] static void refuse(const Op& op) {
    throw ConfigError(
        fmt::format("{}: is of kind '{}', which no kernel of a processor does; take the op out of "
                    "the trace",
                    op.name, name_of(op.kind)));
  }

  /// Small kernels of an op: those of its kind, of a custom op its passes.
  [[nodiscard]] KernelCounts launches(const Op& op) const {
    if (op.custom) return {{"vector", op.custom->passes}};
    return launches(op.kind);
  }

  [[nodiscard]] KernelCounts launches(OpKind kind) const {
    const auto it = processor_.launches.find(std::string(name_of(kind)));
    if (it != processor_.launches.end()) return it->second;
    switch (traits_of(kind).gpu) {
      case GpuRule::function:
        return {{"function", 1}};
      case GpuRule::norm:
        return {{"norm", 1}};
      case GpuRule::look_up:
        return {{"strided", 1}};
      case GpuRule::product:
      case GpuRule::attention:
        return {};
      default:
        return {{"vector", 1}};
    }
  }

  /// Rows that an op works on.
  [[nodiscard]] double rows(const Op& op) const {
    return op.role == OpRole::lm_head ? sequences_ : static_cast<double>(sequences_) * tokens_;
  }

  /// Elements that go in and out for a token; a recurrence reads and writes its state too.
  [[nodiscard]] double elements(const Op& op) const {
    double n = 0;
    for (const ValueId v : op.inputs) n += trace_.elements(v);
    for (const ValueId v : op.outputs) n += trace_.elements(v);
    return n;
  }

  /// Small kernels of an op, on rows of `length`: each reads and writes its vectors.
  void small(const Op& op, OpKind kind, const KernelCounts& counts, double length) {
    const double n = rows(op);
    double all = 0;
    for (const auto& [name, count] : counts) all += count;
    const Bytes moved{2 * length * activation_bytes * n};
    for (const SmallKernel k : {SmallKernel::vector, SmallKernel::function, SmallKernel::strided,
                                SmallKernel::reduction, SmallKernel::norm}) {
      const auto it = counts.find(std::string(name_of(k)));
      if (it == counts.end() || it->second == 0) continue;
      GpuKernel c;
      c.kind = kind;
      c.small = k;
      c.count = it->second;
      c.rows = n;
      c.length = length;
      place(c, moved);
      // Weights that stream through the cache evict a state between two steps.
      c.bytes += state(op) / all;
      calls_.push_back(c);
    }
  }

  /// Bytes of vectors: the cache hands them on as long as they fit it.
  void place(GpuKernel& c, Bytes moved) const {
    (moved > processor_.cache_capacity ? c.bytes : c.cached) += moved;
  }

  /// Bytes of a state, or what a custom op counts.
  [[nodiscard]] Bytes state(const Op& op) const {
    return state_traffic(trace_, op) * (op.custom ? rows(op) : sequences_);
  }

  /// One GPU kernel for all matrices of this kind and format that read the same value.
  void matrix(const Op& op) {
    end_run();
    const ValueId input = op.inputs.front();
    double weights = 0;
    double outputs = 0;
    Bytes stored;
    for (const std::size_t i : readers_.at(input)) {
      const Op& other = trace_.ops[i];
      if (other.kind != op.kind || other.weights != op.weights || other.experts != op.experts) {
        continue;
      }
      merged_.insert(i);
      weights += static_cast<double>(trace_.weights(other));
      for (const ValueId v : other.outputs) outputs += trace_.elements(v);
      stored += trace_.weight_bytes(other, rows(other));
    }
    GpuKernel c;
    c.kind = op.kind;
    c.rows = rows(op);
    c.length = trace_.elements(input);
    c.outputs = outputs;
    const Bytes moved{(c.length + outputs) * activation_bytes * c.rows};
    if (op.experts) {
      // One product of each distinct expert with the vectors of the tokens that chose it.
      const double share = op.experts->distinct(c.rows) / op.experts->chosen;
      c.rows /= share;
      c.outputs *= share;
      weights *= share;
      if (op.experts->own_input) c.length /= op.experts->chosen;
    }
    if (is_ternary(op) && fuses_) {
      c.shape = GpuKernel::Shape::packed;
      c.bytes = stored;
      c.ternaries = weights * c.rows;
      residual_ = true;
    } else {
      // Its norm and quantisation, step by step. A linear has a norm of its own before it.
      if (is_ternary(op)) {
        KernelCounts steps = launches(OpKind::bit_linear);
        if (!traits_of(op.kind).details.normalises_input) steps.erase("norm");
        small(op, op.kind, steps, c.length);
        stored = Bytes{weights * bits_of(NumberFormat::fp16) / 8};
      }
      c.shape = GpuKernel::Shape::product;
      c.bytes = stored;
      c.flops = 2 * weights * std::max<double>(c.rows, processor_.product.least_vectors);
    }
    place(c, moved);
    calls_.push_back(c);
  }

  /// The cache is read once for all queries of a sequence; of `tokens` queries the last sees the
  /// whole context, each one before it a position less.
  void attention(const Op& op) {
    end_run();
    const AttentionShape& shape = *op.attention;
    // Both products: of queries and keys, of scores and values.
    const double width =
        (static_cast<double>(trace_.query_elements(op)) + trace_.elements(op.outputs[0])) / 2;
    GpuKernel c;
    c.kind = op.kind;
    c.shape = GpuKernel::Shape::attention;
    c.rows = rows(op);
    // The first query of a step sees positions that have left the window of the last.
    c.length = shape.window ? std::min(shape.context, *shape.window + tokens_ - 1) : shape.context;
    c.sequences = sequences_;
    c.width = width / shape.heads;
    c.heads = static_cast<double>(shape.kv_heads) * sequences_;
    c.bytes = trace_.cache_bytes(op) * (sequences_ * c.length / shape.attended());
    c.flops = attention_flops(processor_, c.heads, c.width,
                              static_cast<double>(tokens_) * shape.heads / shape.kv_heads,
                              mean_positions(shape));
    place(c, Bytes{elements(op) * activation_bytes * c.rows});
    calls_.push_back(c);
    small(op, op.kind, launches(op.kind), trace_.elements(op.inputs[op.queries()]));
  }

  /// Positions that a query of the step attends to, in the mean.
  [[nodiscard]] double mean_positions(const AttentionShape& a) const {
    const double last = a.context;
    const double window = a.attended();
    // The first queries of a step may still see less than a window.
    const double below = std::clamp(window - (last - tokens_ + 1), 0.0, double(tokens_) - 1);
    return window - below * (below + 1) / 2 / tokens_;
  }

  /// A card sends its part of a vector to each other one; to add up, it takes the sums back.
  void exchange(const Op& op) {
    end_run();
    const double others = processor_.cards - 1;
    const double vector = activation_bytes * trace_.elements(op.outputs.front()) * rows(op);
    GpuKernel c;
    c.kind = op.kind;
    c.shape = GpuKernel::Shape::exchange;
    c.rows = rows(op);
    c.length = trace_.elements(op.outputs.front());
    c.exchanged =
        Bytes{vector * others / processor_.cards * (op.kind == OpKind::all_reduce ? 2 : 1)};
    calls_.push_back(c);
  }

  void fuse(const Op& op) {
    const GpuRule rule = traits_of(op.kind).gpu;
    if (rule == GpuRule::residual && residual_ && run_.empty()) {
      residual_ = false;
      place(calls_.back(), Bytes{trace_.elements(op.inputs.front()) * activation_bytes * rows(op)});
      return;
    }
    residual_ = false;
    run_.push_back(&op);
    if (rule == GpuRule::look_up) end_run();  // no GPU kernel spans two steps
  }

  /// It reads what it did not make itself, and writes its last value.
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
    GpuKernel c;
    c.kind = run_.front()->kind;
    c.shape = GpuKernel::Shape::fused;
    c.rows = rows(*run_.front());
    c.length = trace_.elements(run_.back()->outputs.front());
    place(c, Bytes{moved * activation_bytes * c.rows});
    c.bytes += states;
    calls_.push_back(c);
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
  std::vector<GpuKernel> calls_;
};

}  // namespace

GpuKernel gpu_kernel_of(const ProcessorSpec& processor, const KernelCase& k) {
  GpuKernel c;
  c.rows = c.sequences = k.vectors;
  if (k.kind == MeasuredKernel::attention) {
    c.kind = OpKind::attention;
    c.shape = GpuKernel::Shape::attention;
    c.length = k.context;
    c.width = k.width;
    c.heads = static_cast<double>(k.kv_heads) * k.vectors;
    c.bytes = Bytes{2 * activation_bytes * c.heads * c.width * c.length};
    c.cached = Bytes{2 * activation_bytes * k.heads * c.width * c.rows};
    c.flops = attention_flops(processor, c.heads, c.width,
                              static_cast<double>(k.heads) / k.kv_heads, c.length);
    return c;
  }
  const double weights = static_cast<double>(k.outputs) * k.inputs;
  const bool packed = k.kind == MeasuredKernel::packed;
  c.kind = packed ? OpKind::bit_linear : OpKind::linear;
  c.shape = packed ? GpuKernel::Shape::packed : GpuKernel::Shape::product;
  c.length = k.inputs;
  c.outputs = k.outputs;
  c.bytes = Bytes{weights * (packed ? 0.25 : activation_bytes)};
  c.cached = Bytes{(c.length + c.outputs) * activation_bytes * c.rows};
  if (packed) {
    c.ternaries = weights * c.rows;
  } else {
    c.flops = 2 * weights * std::max<double>(c.rows, processor.product.least_vectors);
  }
  return c;
}

bool has_ternary_weights(const Trace& trace) {
  return std::any_of(trace.ops.begin(), trace.ops.end(), is_ternary);
}

std::vector<GpuKernel> gpu_kernels_of(const Trace& trace, const ProcessorSpec& processor,
                                      const ProcessorStep& step) {
  return Scheduler(trace, processor, step).run();
}

}  // namespace tritsim
