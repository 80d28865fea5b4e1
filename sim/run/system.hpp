// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "arch/board/board.hpp"
#include "arch/core/program.hpp"
#include "arch/workload/partition.hpp"
#include "arch/workload/trace.hpp"
#include "models/host/exchange_law.hpp"
#include "models/host/host_law.hpp"
#include "sim/run/run.hpp"

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
  std::uint32_t stage = 0;
  std::uint32_t pipe = 0;               ///< of those that are simulated
  std::uint32_t groups = 1;             ///< of sequences in the pipe
  std::optional<std::uint32_t> team{};  ///< index into SystemPlan::teams; none: it shares nothing
  std::shared_ptr<const Program> program{};  ///< of the first token step; others differ if it grows
};

/// A memory channel to be simulated.
struct ChannelPlan {
  const MemoryGroup* group = nullptr;
  std::uint32_t channel = 0;
  std::uint32_t replicas = 1;
};

/// Kernels that share every matrix.
struct TeamPlan {
  std::vector<std::uint32_t> cards;  ///< of each kernel, that of the first being 0
  std::uint32_t simulated = 0;       ///< kernels of it
  std::uint32_t replicas = 1;        ///< equal teams
  Hop hop;                           ///< the slowest between two neighbours
};

/// A run of ops, the same in every pipe.
struct StagePlan {
  OpRange ops;
  std::vector<ValueId> handed_on;  ///< values that the next stage reads
  Hop hop;  ///< to the next, the slowest of all kernels; of the last: to the first
  std::uint64_t crossing = 0;  ///< kernels, of all pipes, whose next is on another card
};

/// A part of a token step: host tasks, then perhaps a launch.
struct PlanStep {
  std::vector<HostTask> tasks;
  std::vector<InstructionRange> ranges;  ///< of each kernel's program; empty: no launch
  HandOver part = HandOver::none;

  bool operator==(const PlanStep&) const = default;
};

/// What is built and run: every file and op resolved.
struct SystemPlan {
  Trace trace;  ///< of one kernel of a team
  std::vector<StagePlan> stages;
  std::vector<TeamPlan> teams;
  std::uint32_t pipes = 1;       ///< at work
  std::vector<HostTask> before;  ///< of a pipe: for each step, ahead of the first stage
  std::vector<HostTask> after;   ///< ... behind the last
  std::vector<KernelPlan> kernels;
  std::vector<ChannelPlan> channels;
  std::vector<PlanStep> schedule;            ///< of a token step; empty: no host in the loop
  std::vector<std::vector<PlanStep>> later;  ///< of the steps after the first, if they differ
  std::uint32_t steps = 1;
  bool every_step = false;              ///< simulate steps that only repeat others, too
  std::vector<OpCycles> ops;            ///< names of the trace ops, cycles zero
  std::optional<LayerSample> sample{};  ///< of a trace without all of its layers

  /// Groups of sequences that follow each other in a pipe.
  [[nodiscard]] std::uint32_t groups() const {
    std::uint32_t most = 1;
    for (const KernelPlan& k : kernels) most = std::max(most, k.groups);
    return most;
  }

  [[nodiscard]] bool host_in_loop() const { return !schedule.empty(); }

  /// True if a kernel of the plan shares its channels with no other, and waits for none.
  [[nodiscard]] bool is_alone(const KernelPlan& k) const;

  /// True if token steps differ: they attend to ever more positions.
  [[nodiscard]] bool grows() const {
    return !later.empty() || std::any_of(kernels.begin(), kernels.end(),
                                         [](const KernelPlan& k) { return k.program->grows(); });
  }
};

/// Cuts the trace as the mapping says, decides which lanes work and lowers the ops that run on
/// them, for `steps` token steps of `sequences` sequences. The plan refers to the board. Throws
/// ConfigError with every op that cannot run where the mapping puts it. A trace may be a `sample`'s
/// (arch/workload/layer_sample.hpp): the plan has room for all layers then.
[[nodiscard]] SystemPlan plan_system(const BoardSpec& board, const Trace& trace,
                                     std::uint32_t sequences, std::uint32_t steps = 1,
                                     RunCache* cache = nullptr,
                                     const std::optional<LayerSample>& sample = {});

/// Throws ConfigError if a workload has a context and the model nothing that attends to it.
void check_context(const ModelSpec& model, const Trace& trace, const Workload& workload);

/// How a prompt is laid over lanes: on `kernels` kernels at a time a sequence each, with
/// `tokens_at_once` lanes at its tokens.
struct PromptLayout {
  std::uint32_t kernels = 0;
  std::uint32_t tokens_at_once = 0;
  std::uint32_t steps = 0;   ///< of a sequence
  std::uint32_t rounds = 0;  ///< until all sequences have had their turn

  bool operator==(const PromptLayout&) const = default;
};

/// The layout with the fewest steps, those of rounds counted. Kernels work in step: each has as
/// many lanes at work as the smallest of them has lanes.
[[nodiscard]] PromptLayout lay_out_prompt(const BoardSpec& board, std::uint32_t sequences,
                                          std::uint32_t tokens);

/// The same for the prompt of one sequence a kernel, in lanes.
[[nodiscard]] SystemPlan plan_prompt(const BoardSpec& board, const Trace& trace,
                                     const PromptLayout& layout,
                                     const std::optional<LayerSample>& sample = {});

/// Of a pipe, whose stages were simulated each on its own without a pause: puts them one behind the
/// other (models/host/pipeline_law.hpp), counts the work of all groups, and adds the host's ends.
void join_stages(const SystemPlan& plan, const BoardSpec& board, std::uint32_t first_step,
                 Result& result);

/// What the kernels of a plan exchange, and how they are arranged.
[[nodiscard]] ParallelResult parallel_result(const SystemPlan& plan, const BoardSpec& board,
                                             const Result& result);

/// Builds the modules, runs the plan once and fills kernels, memories, link, host, elapsed and
/// first_token (the end of step `first_step`). What a timeline shows is simulated, also where steps
/// repeat each other.
void simulate(const SystemPlan& plan, const BoardSpec& board, std::uint32_t first_step,
              const Progress& progress, Result& result, Timeline* timeline = nullptr);

}  // namespace tritsim
