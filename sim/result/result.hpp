// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/board/device_fit.hpp"
#include "arch/study/given_override.hpp"
#include "arch/workload/layer_sample.hpp"
#include "arch/workload/model.hpp"
#include "arch/workload/token_bytes.hpp"
#include "arch/workload/trace.hpp"
#include "models/base/activity.hpp"
#include "sim/result/kernel_result.hpp"
#include "sim/result/parallel_result.hpp"
#include "sim/result/time_ranges.hpp"
#include "sim/result/what_if.hpp"

namespace tritsim {

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

/// A part of a run that was not ours: a module of the program that ran it.
struct OwnPart {
  std::string name;      ///< of what it replaces: "memory_ddr_0", "kernel_all_0"
  bool reports = false;  ///< its activity; else its energy is not modelled

  bool operator==(const OwnPart&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "name of the part that it replaces");
    io.required("reports", reports, "reports its activity, from which its energy follows");
  }
};

/// The names of a channel and of a kernel as parts of a system.
[[nodiscard]] std::string memory_part(const std::string& group, std::uint32_t channel);
[[nodiscard]] std::string kernel_part(const std::string& kernel);

/// The prompt, if the lanes process several of its tokens at once: a separate phase before the one
/// that the rest of the result describes.
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
  std::optional<PromptPhase> prompt;  ///< the prompt phase; everything else is about the generation
  std::uint32_t context = 0;          ///< positions in the cache before the first step
  Time elapsed;                       ///< from the host's start until it knows the end, all rounds
  Time first_token;                   ///< until the prompt is in and the first token is out
  std::vector<KernelResult> kernels;
  std::vector<MemoryResult> memories;
  LinkActivity link;
  HostActivity host;
  std::vector<std::string> excluded;   ///< ops outside the boundary
  std::optional<LayerSample> sample;   ///< blocks that were simulated, if not all
  std::optional<double> zero_weights;  ///< share of ternary weights that are 0, if the trace says
  std::optional<double> zero_activations{};  ///< the same for their factors
  std::optional<ParallelResult> parallel;    ///< of a mapping that spreads the model over kernels
  std::optional<WhatIf> what_if{};           ///< effect of faster resources, if it was requested
  std::optional<TimeRanges> time_ranges{};   ///< what its latencies do to its time, if requested
  std::vector<ResourceUse> capacity{};       ///< of each memory group the fullest channel, bytes
  std::optional<TokenBytes> token_bytes{};   ///< what the last step reads of what is stored
  std::vector<OwnPart> own_parts{};          ///< parts that the program brought along

  bool operator==(const Result&) const = default;

  /// Names of the program's own parts whose energy is not modelled.
  [[nodiscard]] std::vector<std::string> without_energy() const;

  /// Whether the energy of a part is not modelled.
  [[nodiscard]] bool is_without_energy(const std::string& part) const;

  /// The board's name and the overrides, which distinguish runs.
  [[nodiscard]] std::string board_label() const;

  /// Tokens of all sequences, without those of `prompt`.
  [[nodiscard]] double tokens() const;

  /// The same per second.
  [[nodiscard]] Frequency tokens_per_second() const;

  template <class Io>
  void fields(Io& io) {
    io.required("tool", tool, "name and version of the tool");
    io.required("board", board, "the resolved board");
    io.optional("overrides", overrides, "overrides of the board");
    io.optional("model", model, "the model");
    io.optional("program", program, "assembly text");
    io.required("workload", workload, "the workload");
    io.required("rounds", rounds, "times that the lanes were filled");
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
    io.optional("what_if", what_if, "effect of faster resources");
    io.optional("time_ranges", time_ranges,
                "what the ranges of latencies and rates do to the time");
    io.optional("token_bytes", token_bytes, "what the last step reads of what is stored");
    io.optional("own_parts", own_parts, "parts that the program brought along");
    io.optional("capacity", capacity, "use of the memories, for each group the fullest channel");
  }
};

}  // namespace tritsim
