// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "arch/core/core.hpp"
#include "arch/workload/trace.hpp"
#include "models/core/core_activity.hpp"

namespace tritsim {

/// Cycles of one op (or of one instruction of an assembly program) on one kernel, whole run.
struct OpCycles {
  std::string name;
  std::string kind;
  std::int32_t layer = Op::no_layer;
  std::uint64_t instructions = 0;
  std::uint64_t busy = 0;     ///< sum of its instructions' durations
  std::uint64_t exposed = 0;  ///< what it added to the total: durations minus what was hidden
  std::uint64_t matrix_operations = 0;  ///< additions or multiply-adds of its products, one lane
  std::uint64_t elements = 0;           ///< through element-wise and norm units, one lane
  std::uint64_t register_bytes = 0;     ///< vector register file, one lane
  std::uint64_t memory_bytes = 0;       ///< weights and vectors, all lanes

  bool operator==(const OpCycles&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "name of the op");
    io.required("kind", kind, "kind of the op");
    io.required("layer", layer, "block, -1 outside");
    io.required("instructions", instructions, "instructions run");
    io.required("busy", busy, "sum of durations, cycles");
    io.required("exposed", exposed, "cycles it added to the total");
    io.optional("matrix_operations", matrix_operations,
                "additions or multiply-adds of the matrix unit, one lane");
    io.optional("elements", elements, "elements through element-wise and norm units, one lane");
    io.optional("register_bytes", register_bytes, "through the vector register file, one lane");
    io.optional("memory_bytes", memory_bytes, "bytes of weights and vectors, all lanes");
  }
};

/// Exposed cycles of a kernel by cause: they sum to its cycles.
class CycleShares {
 public:
  [[nodiscard]] std::uint64_t& operator[](CycleCause cause) {
    return cycles_[static_cast<std::size_t>(cause)];
  }

  [[nodiscard]] std::uint64_t operator[](CycleCause cause) const {
    return cycles_[static_cast<std::size_t>(cause)];
  }

  [[nodiscard]] std::uint64_t sum() const {
    return std::accumulate(cycles_.begin(), cycles_.end(), std::uint64_t{0});
  }

  bool operator==(const CycleShares&) const = default;

  template <class Io>
  void fields(Io& io) {
    for (const CycleCauseRow& row : cycle_causes)
      io.required(row.key, (*this)[row.id], row.meaning);
  }

 private:
  std::array<std::uint64_t, cycle_causes.size()> cycles_{};
};

/// From the end of step `first` on, a kernel does the same every `period` steps: of all its steps
/// `simulated` were, the others follow.
struct SteadyState {
  std::uint32_t first = 0;
  std::uint32_t period = 0;
  std::uint32_t simulated = 0;

  bool operator==(const SteadyState&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("first", first, "steps before it");
    io.required("period", period, "steps after which everything repeats");
    io.required("simulated", simulated, "steps that were simulated");
  }
};

/// Of steps that find ever more positions in the cache, `simulated` were; the others lie on lines
/// between them.
struct StepSample {
  std::uint32_t simulated = 0;
  double error = 0;

  bool operator==(const StepSample&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("simulated", simulated, "steps that were simulated");
    io.required("error", error,
                "part of the run's time that the others are estimated to be off by at most");
  }
};

/// One simulated kernel. Equal kernels on channels of their own behave alike: one is simulated and
/// stands for `replicas`.
struct KernelResult {
  std::string name;
  std::uint32_t replicas = 1;
  std::uint32_t lanes = 1;  ///< lanes at work
  CoreSpec core;
  CoreActivity activity;  ///< of one kernel; per-lane counts are of one lane
  CycleShares shares;
  std::vector<OpCycles> ops;
  std::vector<std::uint64_t> step_ends;  ///< cycle at which each token step was finished
  std::optional<SteadyState> steady;     ///< steps that repeat were left out
  std::optional<StepSample> sampled{};   ///< steps between others were left out

  bool operator==(const KernelResult&) const = default;

  [[nodiscard]] std::uint32_t simulated_steps() const {
    if (sampled) return sampled->simulated;
    return steady ? steady->simulated : static_cast<std::uint32_t>(step_ends.size());
  }

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "name of the group");
    io.required("replicas", replicas, "equal kernels it stands for");
    io.required("lanes", lanes, "lanes at work");
    io.required("core", core, "the core");
    io.optional("attachment", core.attachment, "what stands between the core and its memory");
    io.required("activity", activity, "what one kernel did");
    io.required("shares", shares, "exposed cycles by cause");
    io.required("ops", ops, "cycles per op");
    io.required("step_ends", step_ends, "cycle at which each step was finished");
    io.optional("steady", steady, "which steps were simulated, if the others repeat them");
    io.optional("sampled", sampled, "steps that were simulated, if the others lie between them");
  }
};

}  // namespace tritsim
