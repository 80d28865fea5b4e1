// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include <fmt/format.h>

#include "arch/study/given_override.hpp"
#include "arch/workload/model.hpp"
#include "arch/workload/token_bytes.hpp"
#include "models/processor/processor_law.hpp"
#include "sim/result/energy.hpp"
#include "sim/result/time_ranges.hpp"

namespace tritsim {

/// A workload on a processor: the prompt in one step, then a step for every generated token that
/// the prompt's step does not yield.
struct ProcessorResult {
  std::string tool;
  ProcessorSpec processor;
  std::vector<GivenOverride> overrides;  ///< that are in it, beside its file
  ModelSpec model;
  Workload workload;
  Time first_token;  ///< from the start until the first token is there
  std::uint32_t decode_steps = 0;
  ProcessorActivity prefill;
  ProcessorActivity decode;
  std::optional<TernaryMethod> prefill_ternary;  ///< none: no ternary weights, or no prompt
  std::optional<TernaryMethod> decode_ternary;   ///< none: no ternary weights, or no such step
  Time fastest;                                  ///< time with the faster kernels in each phase
  std::optional<TimeRanges> time_ranges{};       ///< of the time of all, if requested
  std::optional<TokenBytes> token_bytes{};       ///< what the last step reads of what is stored

  /// The processor's name, and what was overridden.
  [[nodiscard]] std::string processor_label() const {
    const std::string cards = processor.cards > 1 ? fmt::format("{} x ", processor.cards) : "";
    return cards + processor.name + override_suffix(overrides, workload.context);
  }

  [[nodiscard]] Time elapsed() const { return prefill.elapsed + decode.elapsed; }

  /// The ternary kernels in words, "packed kernels" or "unfused kernels for the prompt, packed
  /// ones for generation"; empty without ternary weights.
  [[nodiscard]] std::string ternary_method() const;

  /// Generated tokens of all sequences; prompt tokens where none is generated.
  [[nodiscard]] double tokens() const {
    return static_cast<double>(workload.generate > 0 ? workload.generate : workload.prompt) *
           workload.batch;
  }

  [[nodiscard]] ProcessorActivity activity() const {
    ProcessorActivity sum = prefill;
    return sum += decode;
  }

  [[nodiscard]] EnergyAccount energy() const;

  template <class Io>
  void fields(Io& io) {
    io.required("tool", tool, "name and version of the tool");
    io.required("processor", processor, "the processor");
    io.optional("overrides", overrides, "overrides of the processor");
    io.required("model", model, "the model");
    io.required("workload", workload, "the workload");
    io.required("first_token", first_token, "time to the first token");
    io.required("decode_steps", decode_steps, "steps that yield a token each");
    io.required("prefill", prefill, "time and counts of the prompt's step");
    io.required("decode", decode, "time and counts of the other steps");
    io.optional("prefill_ternary", prefill_ternary, "ternary kernels of the prompt");
    io.optional("decode_ternary", decode_ternary, "ternary kernels of the generation");
    io.optional("fastest", fastest, "time with the faster ternary kernels in each phase");
    io.optional("time_ranges", time_ranges,
                "what the ranges of latencies and rates do to the time");
    io.optional("token_bytes", token_bytes, "what the last step reads of what is stored");
  }
};

}  // namespace tritsim
