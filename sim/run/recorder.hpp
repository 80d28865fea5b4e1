// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "models/tlm/core_interface.hpp"
#include "sim/result/result.hpp"

namespace tritsim {

/// Collects what a kernel retires.
class Recorder {
 public:
  /// `layer_ends`: instructions of a step up to the end of each layer that is watched.
  Recorder(KernelResult& out, const CoreInterface& core, std::size_t instructions_per_step,
           std::vector<std::size_t> layer_ends)
      : out_(out),
        core_(core),
        per_step_(instructions_per_step),
        layer_ends_(std::move(layer_ends)) {}

  /// Returns true at the end of a step.
  bool add(const RetiredInstruction& r) {
    OpCycles& op = out_.ops[r.instruction.trace_op];
    ++op.instructions;
    op.busy += r.end - r.start;
    op.exposed += r.exposed;
    op.matrix_operations += r.cost->ternaries + r.cost->work.products;
    op.elements += r.cost->elements;
    op.register_bytes += r.cost->register_bytes;
    if (uses_memory(r.instruction.op)) op.memory_bytes += r.cost->stream.bytes;
    out_.shares[cause_of(r.instruction.op)] += r.exposed;
    frontier_ += r.exposed;
    const Cycle launched = core_.launched() - core_.left_out();
    end_ = std::max(end_, launched + r.end);
    for (const Cycle c : {r.start, r.end}) {
      digest_ = (digest_ ^ (launched + c - begin_)) * 0x9e3779b97f4a7c15U;
      digest_ ^= digest_ >> 29;
    }
    if (++retired_ % per_step_ != 0) return false;
    out_.step_ends.push_back(frontier_);
    return true;
  }

  /// The same of a core that says no more of its instructions.
  bool add(const OpSpan& span) {
    if (span.trace_op < out_.ops.size()) {
      OpCycles& op = out_.ops[span.trace_op];
      op.instructions += span.instructions;
      op.busy += span.end - span.start;
      op.exposed += span.exposed;
    }
    frontier_ += span.exposed;
    end_ = std::max(end_, core_.launched() + span.end);
    const std::size_t steps = retired_ / per_step_;
    retired_ += span.instructions;
    if (retired_ / per_step_ == steps) return false;
    out_.step_ends.push_back(frontier_);
    return true;
  }

  /// The layer that ended with the last instruction.
  [[nodiscard]] std::optional<std::uint32_t> layer_ended() const {
    if (layer_ends_.empty()) return {};
    return layer_that_ends((retired_ - 1) % per_step_ + 1);
  }

  /// The layer that ends after `n` instructions of a step.
  [[nodiscard]] std::optional<std::uint32_t> layer_that_ends(std::size_t n) const {
    const auto it = std::find(layer_ends_.begin(), layer_ends_.end(), n);
    if (it == layer_ends_.end()) return {};
    return static_cast<std::uint32_t>(it - layer_ends_.begin());
  }

  [[nodiscard]] const std::vector<std::size_t>& layer_ends() const { return layer_ends_; }

  /// Cycles accounted for so far.
  [[nodiscard]] std::uint64_t frontier() const { return frontier_; }

  /// Layers were skipped that would have taken so many cycles.
  void leave_out(std::uint64_t cycles) {
    frontier_ += cycles;
    left_out_ += cycles;
    if (retired_ > 0 && retired_ % per_step_ == 0) out_.step_ends.back() = frontier_;
  }

  [[nodiscard]] std::uint64_t left_out() const { return left_out_; }

  /// Step of the next instruction.
  [[nodiscard]] std::uint32_t step() const {
    return static_cast<std::uint32_t>(retired_ / per_step_);
  }

  /// End of what has retired, in cycles from time zero, without what was left out.
  [[nodiscard]] Cycle end() const { return end_; }

  /// Of the instructions since the last call, as cycles from its end() on.
  std::uint64_t take_digest() {
    begin_ = end_;
    return std::exchange(digest_, 0);
  }

 private:
  KernelResult& out_;
  const CoreInterface& core_;
  std::size_t per_step_;
  std::vector<std::size_t> layer_ends_;
  std::size_t retired_ = 0;
  std::uint64_t frontier_ = 0;
  std::uint64_t left_out_ = 0;
  Cycle begin_ = 0;
  Cycle end_ = 0;
  std::uint64_t digest_ = 0;
};

/// Of the exposed cycles of a unit's instructions, those in which it waited for data belong to the
/// memory; and what the instructions do not explain belongs to issue.
void split_shares(KernelResult& k);

}  // namespace tritsim
