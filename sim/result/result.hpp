// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/board/device_fit.hpp"
#include "arch/study/given_override.hpp"
#include "arch/workload/layer_sample.hpp"
#include "arch/workload/model.hpp"
#include "arch/workload/trace.hpp"
#include "models/base/activity.hpp"
#include "sim/result/what_if.hpp"

namespace tritsim {

/// Cycles of one op (or of one instruction of an assembly program) on one kernel, whole run.
struct OpCycles {
  std::string name;
  std::string kind;
  std::int32_t layer = Op::no_layer;
  std::uint64_t instructions = 0;
  std::uint64_t busy = 0;     ///< sum of its instructions' durations
  std::uint64_t exposed = 0;  ///< what it added to the total: durations less what ran under others
  std::uint64_t ternaries = 0;       ///< additions of one lane
  std::uint64_t elements = 0;        ///< through row-wise and RMS units, one lane
  std::uint64_t register_bytes = 0;  ///< vector register file, one lane
  std::uint64_t memory_bytes = 0;    ///< weights and vectors, all lanes

  bool operator==(const OpCycles&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "name of the op");
    io.required("kind", kind, "kind of the op");
    io.required("layer", layer, "block, -1 outside");
    io.required("instructions", instructions, "instructions run");
    io.required("busy", busy, "sum of durations, cycles");
    io.required("exposed", exposed, "cycles it added to the total");
    io.optional("ternaries", ternaries, "ternary additions of one lane");
    io.optional("elements", elements, "elements through row-wise and RMS units, one lane");
    io.optional("register_bytes", register_bytes, "through the vector register file, one lane");
    io.optional("memory_bytes", memory_bytes, "bytes of weights and vectors, all lanes");
  }
};

/// Exposed cycles by cause: they sum to the kernel's cycles.
struct CycleShares {
  std::uint64_t ternary = 0;          ///< adders consuming weights
  std::uint64_t weights = 0;          ///< adders waiting for weights
  std::uint64_t ternary_vectors = 0;  ///< moving inputs and sums in and out of the ternary unit
  std::uint64_t load_store = 0;       ///< moving vectors to and from memory
  std::uint64_t row_wise = 0;
  std::uint64_t rms = 0;
  std::uint64_t attention = 0;  ///< products with the cache, softmax
  std::uint64_t cache = 0;      ///< attention unit waiting for the cache
  std::uint64_t issue = 0;      ///< start, finish, and cycles that nothing else explains
  std::optional<std::uint64_t>
      exchange{};  ///< bringing shards together; of a tensor-parallel group
  std::optional<std::uint64_t> pipeline{};  ///< waiting for other stages; of a pipeline

  bool operator==(const CycleShares&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("ternary", ternary, "adders consuming weights");
    io.required("weights", weights, "adders waiting for weights");
    io.required("ternary_vectors", ternary_vectors, "inputs and sums of the ternary unit");
    io.required("load_store", load_store, "vectors to and from memory");
    io.required("row_wise", row_wise, "row-wise unit");
    io.required("rms", rms, "RMS unit");
    io.optional("attention", attention, "products with the cache, softmax");
    io.optional("cache", cache, "attention unit waiting for the cache");
    io.required("issue", issue, "start, finish and issue");
    io.optional("exchange", exchange, "bringing shards together");
    io.optional("pipeline", pipeline, "waiting for other stages");
  }
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
  std::optional<SteadyState> steady;     ///< none: every step was simulated

  bool operator==(const KernelResult&) const = default;

  [[nodiscard]] std::uint32_t simulated_steps() const {
    return steady ? steady->simulated : static_cast<std::uint32_t>(step_ends.size());
  }

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "name of the group");
    io.required("replicas", replicas, "equal kernels it stands for");
    io.required("lanes", lanes, "lanes at work");
    io.required("core", core, "the core");
    io.required("activity", activity, "what one kernel did");
    io.required("shares", shares, "exposed cycles by cause");
    io.required("ops", ops, "cycles per op");
    io.required("step_ends", step_ends, "cycle at which each step was finished");
    io.optional("steady", steady, "which steps were simulated, if not all");
  }
};

/// One memory channel, and how many equal ones it stands for.
struct MemoryResult {
  std::string group;
  std::uint32_t channel = 0;
  std::uint32_t replicas = 1;
  MemoryActivity activity;

  bool operator==(const MemoryResult&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("group", group, "name of the memory group");
    io.required("channel", channel, "channel");
    io.required("replicas", replicas, "equal channels it stands for");
    io.required("activity", activity, "what the channel did");
  }
};

/// The prompt, if the lanes took several of its tokens at once: a phase of its own, before the one
/// that the rest of the result is about.
struct PromptPhase {
  std::uint32_t tokens = 0;          ///< of each sequence; the last of a prompt is not among them
  std::uint32_t tokens_at_once = 0;  ///< of a sequence: lanes of the smallest kernel at work
  std::uint32_t steps = 0;           ///< of a sequence
  Time elapsed;                      ///< of all sequences
  Energy energy;
  Energy energy_low;
  Energy energy_high;

  bool operator==(const PromptPhase&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("tokens", tokens, "prompt tokens of each sequence, the last one left out");
    io.required("tokens_at_once", tokens_at_once, "tokens of a sequence in a step");
    io.required("steps", steps, "steps of a sequence");
    io.required("elapsed", elapsed, "of all sequences");
    io.required("energy", energy, "of all sequences");
    io.required("energy_low", energy_low, "... at the low end");
    io.required("energy_high", energy_high, "... at the high end");
  }
};

/// A stage of a pipeline.
struct StageResult {
  std::int32_t first_layer = 0;
  std::int32_t last_layer = 0;  ///< of its blocks
  std::uint64_t weight_bytes =
      0;  ///< of the model on the core, all kernels of the tensor-parallel group
  std::uint64_t memory_bytes = 0;  ///< what one kernel holds: weights, vectors, cache
  Time step;                       ///< mean time of a token step
  std::uint64_t handed_on = 0;     ///< bytes that one kernel hands to the next stage in a step
  Time hop;                        ///< ... and how long that takes

  bool operator==(const StageResult&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("first_layer", first_layer, "first block");
    io.required("last_layer", last_layer, "last block");
    io.required("weight_bytes", weight_bytes,
                "weights of the model, all kernels of the tensor-parallel group");
    io.required("memory_bytes", memory_bytes, "what one kernel holds");
    io.required("step", step, "mean time of a token step");
    io.required("handed_on", handed_on, "bytes that a kernel hands to the next stage in a step");
    io.required("hop", hop, "time of handing on");
  }
};

/// How a model is spread over the kernels at work, and what they exchange. Activities of kernels
/// and memories are those of all groups.
struct ParallelResult {
  std::uint32_t tensor = 1;
  std::uint32_t pipelines = 1;        ///< at work, each with the whole model
  std::uint32_t sequence_groups = 1;  ///< one behind the other in a pipeline
  std::vector<StageResult> stages;
  std::uint64_t chip_bytes = 0;  ///< between kernels of a card, all kernels, one round
  std::uint64_t link_bytes = 0;  ///< between cards, likewise

  bool operator==(const ParallelResult&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("tensor", tensor, "kernels that share every matrix");
    io.required("pipelines", pipelines, "pipelines at work, each with the whole model");
    io.required("sequence_groups", sequence_groups,
                "groups of sequences, one behind the other in a pipeline");
    io.required("stages", stages, "stages of a pipeline");
    io.required("chip_bytes", chip_bytes, "bytes between kernels of a card, one round");
    io.required("link_bytes", link_bytes, "bytes between cards, one round");
  }
};

/// What a run produced: plain data, with everything that made it.
struct Result {
  static constexpr std::string_view kind = "result";

  std::string tool;  ///< name and version
  BoardSpec board;   ///< resolved: every file reference replaced by what it held
  std::vector<GivenOverride> overrides;  ///< that are in it, beside its files
  std::optional<ModelSpec> model;
  std::string program;                ///< assembly text, for a run without a model
  Workload workload;                  ///< batch resolved
  std::uint32_t rounds = 1;           ///< times the lanes were filled to cover the batch
  std::uint32_t steps = 0;            ///< token steps of each sequence
  std::uint32_t tokens_at_once = 1;   ///< of a sequence in a step: a prompt in lanes
  std::optional<PromptPhase> prompt;  ///< what went before; all else is about the generation
  std::uint32_t context = 0;          ///< positions in the cache before the first step
  Time elapsed;                       ///< from the host's start to its knowing the end, all rounds
  Time first_token;                   ///< until the prompt is in and the first token is out
  std::vector<KernelResult> kernels;
  std::vector<MemoryResult> memories;
  LinkActivity link;
  HostActivity host;
  std::vector<std::string> excluded;   ///< ops outside the boundary
  std::optional<LayerSample> sample;   ///< blocks that were simulated, if not all
  std::optional<double> zero_weights;  ///< share of ternary weights that are 0, if the trace says
  std::optional<double> zero_activations{};  ///< the same of what they are multiplied by
  std::optional<ParallelResult> parallel;    ///< of a mapping that spreads the model over kernels
  std::optional<WhatIf> what_if{};           ///< what faster resources are worth, if it was asked
  std::vector<ResourceUse> capacity{};       ///< of each memory group the fullest channel, bytes

  bool operator==(const Result&) const = default;

  /// The board's name, and what was overridden: tells runs apart that differ by it.
  [[nodiscard]] std::string board_label() const;

  /// Tokens of all sequences, those of `prompt` not among them.
  [[nodiscard]] double tokens() const;

  /// The same per second.
  [[nodiscard]] Frequency tokens_per_second() const;

  template <class Io>
  void fields(Io& io) {
    io.required("tool", tool, "name and version of the tool");
    io.required("board", board, "the resolved board");
    io.optional("overrides", overrides, "what of the board was given beside its files");
    io.optional("model", model, "the model");
    io.optional("program", program, "assembly text");
    io.required("workload", workload, "the workload");
    io.required("rounds", rounds, "times the lanes were filled");
    io.required("steps", steps, "token steps of a sequence");
    io.optional("tokens_at_once", tokens_at_once, "tokens of a sequence in a step", any_count);
    io.optional("prompt", prompt, "the prompt, where it was a phase of its own");
    io.optional("context", context, "positions in the cache before the first step");
    io.required("elapsed", elapsed, "host's start to end");
    io.required("first_token", first_token, "time to the first token");
    io.required("kernels", kernels, "simulated kernels");
    io.required("memories", memories, "simulated memory channels");
    io.required("link", link, "host link");
    io.required("host", host, "host processor");
    io.required("excluded", excluded, "ops outside the boundary");
    io.optional("sample", sample, "which blocks were simulated, if not all");
    io.optional("zero_weights", zero_weights, "share of ternary weights that are 0", between(0, 1));
    io.optional("zero_activations", zero_activations,
                "share of activations that are 0, of those that ternary weights multiply",
                between(0, 1));
    io.optional("parallel", parallel, "how the model is spread over kernels");
    io.optional("what_if", what_if, "what faster resources are worth");
    io.optional("capacity", capacity, "what lies in the memories, of each group the fullest");
  }
};

}  // namespace tritsim
