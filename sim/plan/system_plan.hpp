// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arch/board/board.hpp"
#include "arch/core/program.hpp"
#include "arch/workload/layer_sample.hpp"
#include "arch/workload/partition.hpp"
#include "arch/workload/trace.hpp"
#include "models/host/exchange_law.hpp"
#include "models/host/host_schedule.hpp"
#include "sim/result/result.hpp"

namespace tritsim {

/// A kernel to be simulated.
struct KernelPlan {
  std::string name;
  std::uint32_t replicas = 1;
  std::uint32_t lanes = 1;
  const CoreSpec* core = nullptr;
  std::uint32_t weights = 0;  ///< index into SystemPlan::channels
  std::uint32_t vectors = 0;
  std::uint32_t cache = 0;
  std::uint32_t number = 0;  ///< on its card
  std::uint32_t port = 0;    ///< of its memories, where kernels have one
  std::uint32_t stage = 0;
  std::uint32_t pipeline = 0;                   ///< of those that are simulated
  std::uint32_t sequence_groups = 1;            ///< in the pipeline
  std::optional<std::uint32_t> tensor_group{};  ///< index into SystemPlan; none: it shares nothing
  std::shared_ptr<const Program> program{};  ///< of the first token step; others differ if it grows
};

/// A memory channel to be simulated.
struct ChannelPlan {
  const MemoryGroup* group = nullptr;
  std::uint32_t channel = 0;
  std::uint32_t replicas = 1;
};

/// A tensor-parallel group: kernels that share every matrix.
struct TensorGroupPlan {
  std::vector<std::uint32_t> cards;  ///< of each kernel, that of the first being 0
  std::uint32_t simulated = 0;       ///< kernels of it
  std::uint32_t replicas = 1;        ///< equal groups
  Hop hop;                           ///< the slowest between two neighbours

  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(cards.size()); }
};

/// A run of ops, the same in every pipeline.
struct StagePlan {
  OpRange ops;
  std::vector<ValueId> handed_on;  ///< values that the next stage reads
  Hop hop{};  ///< to the next, the slowest of all kernels; of the last: to the first
  std::uint64_t crossing = 0;  ///< kernels, of all pipelines, whose next is on another card
};

/// Everything that is built and run, with every file and op resolved.
struct SystemPlan {
  Trace trace;  ///< of one kernel of a tensor-parallel group
  std::vector<StagePlan> stages;
  std::vector<TensorGroupPlan> tensor_groups;
  std::uint32_t pipelines = 1;   ///< at work
  std::uint32_t passes = 1;      ///< over the weights of a product, each with other sequences
  bool host_gathers = false;     ///< kernels share every matrix, and the host joins their shards
  std::vector<HostTask> before;  ///< of a pipeline: for each step, ahead of the first stage
  std::vector<HostTask> after;   ///< ... after the last
  std::vector<KernelPlan> kernels;
  std::vector<ChannelPlan> channels;
  bool own_places = false;    ///< no kernel's data lie where another's do
  bool host_in_loop = false;  ///< the host has turns in every token step
  HostSchedule schedule;      ///< a round is a token step; without the host in the loop, all steps
  std::uint32_t steps = 1;
  std::vector<OpCycles> ops;            ///< names of the trace ops, cycles zero
  std::optional<LayerSample> sample{};  ///< of a trace without all of its layers
  bool every_step = false;              ///< no simulated step stands for others

  /// Groups of sequences that follow each other in a pipeline.
  [[nodiscard]] std::uint32_t sequence_groups() const {
    std::uint32_t most = 1;
    for (const KernelPlan& k : kernels) most = std::max(most, k.sequence_groups);
    return most;
  }

  /// True if token steps differ: they attend to ever more positions.
  [[nodiscard]] bool grows() const {
    return schedule.rounds.size() > 1 ||
           std::any_of(kernels.begin(), kernels.end(),
                       [](const KernelPlan& k) { return k.program->grows(); });
  }

  /// True if a kernel of the plan shares its channels with no other, and waits for none.
  [[nodiscard]] bool is_alone(const KernelPlan& k) const;
};

}  // namespace tritsim
