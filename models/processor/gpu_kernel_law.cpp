// SPDX-License-Identifier: Apache-2.0
#include "models/processor/gpu_kernel_law.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

namespace tritsim {
namespace {

constexpr double activation_bytes = 2;  // fp16
constexpr double state_bytes = 4;       // fp32, as the reference keeps it

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
    if (processor_.step_launches > 0) {
      calls_.push_back({OpKind::embedding,
                        GpuKernel::Shape::library,
                        static_cast<double>(processor_.step_launches),
                        {},
                        0,
                        0});
    }
    return std::move(calls_);
  }

 private:
  void add(std::size_t i) {
    const Op& op = trace_.ops[i];
    switch (traits_of(op.kind).gpu) {
      case GpuRule::none:
        throw ConfigError(
            fmt::format("{}: is of kind '{}', which no kernel of a processor does; take the op out "
                        "of the trace",
                        op.name, name_of(op.kind)));
      case GpuRule::product:
        if (!merged_.contains(i)) matrix(op);
        break;
      case GpuRule::attention:
        attention(op);
        break;
      case GpuRule::element_wise:
      case GpuRule::residual:
      case GpuRule::look_up:
        if (fuses_) {
          fuse(op);
        } else {
          library(op, launches(op.kind), elements(op));
        }
        break;
    }
  }

  [[nodiscard]] double launches(OpKind kind) const {
    const auto it = processor_.launches.find(std::string(name_of(kind)));
    return it == processor_.launches.end() ? 1 : it->second;
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

  void library(const Op& op, double count, double moved) {
    if (count <= 0) return;
    calls_.push_back({op.kind, GpuKernel::Shape::library, count,
                      Bytes{moved * activation_bytes * rows(op)} + state(op), 0, 0});
  }

  [[nodiscard]] Bytes state(const Op& op) const {
    if (!traits_of(op.kind).details.keeps_state) return {};
    if (op.state) return op.state->bytes() * (2.0 * sequences_);
    return Bytes{2 * state_bytes * trace_.elements(op.outputs.front()) * sequences_};
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
    const double n = rows(op);
    const Bytes moved{(trace_.elements(input) + outputs) * activation_bytes * n};
    if (is_ternary(op) && fuses_) {
      calls_.push_back({op.kind, GpuKernel::Shape::packed, 1, stored + moved, 0, weights * n});
      residual_ = true;
      return;
    }
    if (is_ternary(op)) {
      // Its norm and quantisation, step by step. A linear has a norm of its own before it.
      const bool normalises = traits_of(op.kind).details.normalises_input;
      const double steps = launches(OpKind::bit_linear) - 1 - (normalises ? 0 : 1);
      library(op, steps, 2.0 * trace_.elements(input));
      stored = Bytes{weights * bits_of(NumberFormat::fp16) / 8};
    }
    const double padded = std::max<double>(n, processor_.matrix_rows);
    calls_.push_back(
        {op.kind, GpuKernel::Shape::streaming, 1, stored + moved, 2 * weights * padded, 0});
  }

  /// The cache is read once for all queries of a sequence; of `tokens` queries the last sees the
  /// whole context, each one before it a position less.
  void attention(const Op& op) {
    end_run();
    // Both products: of queries and keys, of scores and values.
    const double width =
        (static_cast<double>(trace_.query_elements(op)) + trace_.elements(op.outputs[0])) / 2;
    const double queries = std::max<double>(tokens_, processor_.attention_rows);
    const Bytes moved{elements(op) * activation_bytes * rows(op)};
    calls_.push_back({op.kind, GpuKernel::Shape::streaming, 1,
                      trace_.cache_bytes(op) * static_cast<double>(sequences_) + moved,
                      4 * width * mean_positions(*op.attention) * queries * sequences_, 0});
    library(op, launches(op.kind) - 1, elements(op));
  }

  /// Positions that a query of the step attends to, in the mean.
  [[nodiscard]] double mean_positions(const AttentionShape& a) const {
    const double last = a.context;
    const double window = a.attended();
    // The first queries of a step may still see less than a window.
    const double below = std::clamp(window - (last - tokens_ + 1), 0.0, double(tokens_) - 1);
    return window - below * (below + 1) / 2 / tokens_;
  }

  void fuse(const Op& op) {
    const GpuRule rule = traits_of(op.kind).gpu;
    if (rule == GpuRule::residual && residual_ && run_.empty()) {
      residual_ = false;
      calls_.back().bytes +=
          Bytes{trace_.elements(op.inputs.front()) * activation_bytes * rows(op)};
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
    calls_.push_back({run_.front()->kind, GpuKernel::Shape::fused, 1,
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
  std::vector<GpuKernel> calls_;
};

}  // namespace

bool has_ternary_weights(const Trace& trace) {
  return std::any_of(trace.ops.begin(), trace.ops.end(), is_ternary);
}

std::vector<GpuKernel> gpu_kernels_of(const Trace& trace, const ProcessorSpec& processor,
                                      const ProcessorStep& step) {
  return Scheduler(trace, processor, step).run();
}

}  // namespace tritsim
