// SPDX-License-Identifier: Apache-2.0
#include "sim/run/processor_run.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "arch/base/problems.hpp"
#include "arch/workload/partition.hpp"
#include "tritsim_version.hpp"

namespace tritsim {
namespace {

constexpr std::uint32_t largest_batch = 256;

/// Forms in which the ternary weights lie in memory.
struct Forms {
  bool packed = false;
  bool unfused = false;

  [[nodiscard]] static Forms of(TernaryMethod a, TernaryMethod b) {
    return {a == TernaryMethod::packed || b == TernaryMethod::packed,
            a == TernaryMethod::unfused || b == TernaryMethod::unfused};
  }
};

struct Footprint {
  Bytes weights;
  Bytes cache;

  [[nodiscard]] Bytes all() const { return weights + cache; }
};

/// Every matrix once in each form, the embedding tables, and the cache of all sequences.
Footprint footprint(Bytes tables, const Trace& trace, Forms forms, std::uint32_t sequences) {
  Footprint f{tables, {}};
  for (const Op& op : trace.ops) {
    const bool ternary = stored_weights(op).format == NumberFormat::ternary;
    if (!ternary || forms.packed) f.weights += trace.all_weight_bytes(op);
    if (ternary && forms.unfused) {
      f.weights += Bytes{2.0 * static_cast<double>(trace.all_weights(op))};
    }
    f.cache += trace.cache_bytes(op) * static_cast<double>(sequences);
    if (op.state) f.cache += op.state->bytes() * static_cast<double>(sequences);
  }
  return f;
}

/// What each card of the processor does.
Trace on_a_card(const ProcessorSpec& processor, Trace trace) {
  if (processor.cards == 1) return trace;
  Problems problems;
  Trace part = shard_with_sums(trace, processor.cards, problems);
  problems.raise();
  return part;
}

/// A workload on a processor, phase by phase.
class Phases {
 public:
  Phases(const ProcessorSpec& processor, const ModelSpec& model, Trace trace,
         const Workload& workload, std::uint32_t context)
      : processor_(processor),
        workload_(workload),
        context_(context),
        last_(context + workload.prompt + workload.generate -
              (workload.prompt > 0 && workload.generate > 0 ? 1 : 0)),
        tables_(size_of(model).tables) {
    set_context(trace, last_);
    last_step_ = token_bytes(trace, workload.batch);
    trace_ = on_a_card(processor, std::move(trace));
  }

  /// Methods that the processor's description allows for this model.
  [[nodiscard]] std::vector<TernaryMethod> allowed_methods() const {
    if (processor_.ternary == TernaryChoice::packed) return {TernaryMethod::packed};
    if (processor_.ternary == TernaryChoice::unfused) return {TernaryMethod::unfused};
    return all_methods();
  }

  [[nodiscard]] std::vector<TernaryMethod> all_methods() const {
    if (!has_ternary()) return {TernaryMethod::packed};
    return {TernaryMethod::packed, TernaryMethod::unfused};
  }

  [[nodiscard]] bool has_ternary() const { return has_ternary_weights(trace_); }

  [[nodiscard]] Footprint needs(Forms forms) const {
    return footprint(tables_, trace_, forms, workload_.batch);
  }

  /// The prompt in one step.
  ProcessorActivity prompt(TernaryMethod ternary) {
    if (workload_.prompt == 0) return {};
    set_context(trace_, context_ + workload_.prompt);
    return step_activity(
        processor_,
        gpu_kernels_of(trace_, processor_, {workload_.batch, workload_.prompt, ternary}),
        processor_.prefill);
  }

  /// Of all cards.
  [[nodiscard]] const TokenBytes& bytes_of_last_step() const { return last_step_; }

  /// The steps after it, and the first of them.
  struct Generation {
    ProcessorActivity all;
    Time first;
    std::uint32_t steps = 0;
  };

  Generation generation(TernaryMethod ternary) {
    Generation g;
    const bool cached = has_attention(trace_);
    ProcessorActivity step;
    for (std::uint32_t position = context_ + workload_.prompt + 1; position <= last_; ++position) {
      if (g.steps == 0 || cached) {
        set_context(trace_, position);
        step = step_activity(processor_,
                             gpu_kernels_of(trace_, processor_, {workload_.batch, 1, ternary}),
                             processor_.decode);
      }
      g.all += step;
      if (++g.steps == 1) g.first = step.elapsed;
    }
    return g;
  }

 private:
  const ProcessorSpec& processor_;
  Workload workload_;
  std::uint32_t context_;
  std::uint32_t last_;  ///< position of the last step
  Bytes tables_;
  Trace trace_;  ///< of one card
  TokenBytes last_step_;
};

/// What phases take with each method.
struct Option {
  TernaryMethod ternary;
  ProcessorActivity prompt;
  Phases::Generation generation;
};

/// The fastest pair of options, one for the prompt and one for the generation, that fits.
struct Choice {
  const Option* prompt = nullptr;
  const Option* generation = nullptr;
  Time elapsed;
};

std::optional<Choice> fastest(const std::vector<Option>& options,
                              const std::vector<TernaryMethod>& allowed, const Phases& phases,
                              Bytes capacity) {
  const auto may = [&](const Option& o) {
    return std::find(allowed.begin(), allowed.end(), o.ternary) != allowed.end();
  };
  std::optional<Choice> best;
  for (const Option& p : options) {
    for (const Option& g : options) {
      if (!may(p) || !may(g)) continue;
      // A phase that the workload does not have needs no weights.
      const TernaryMethod prompt = p.prompt.gpu_kernels > 0 ? p.ternary : g.ternary;
      const TernaryMethod generation = g.generation.steps > 0 ? g.ternary : prompt;
      if (phases.needs(Forms::of(prompt, generation)).all() > capacity) continue;
      const Time t = p.prompt.elapsed + g.generation.all.elapsed;
      if (!best || t < best->elapsed) best = Choice{&p, &g, t};
    }
  }
  return best;
}

[[noreturn]] void fail_for_memory(const ProcessorSpec& processor, const ModelSpec& model,
                                  const Footprint& need) {
  throw ConfigError(fmt::format(
      "{}: {:.4g} GB of weights and {:.4g} GB of cache do not fit the {:.4g} GB of '{}'{}; take a "
      "smaller model, batch or context{}",
      model.name, need.weights.si() / 1e9, need.cache.si() / 1e9,
      processor.memory_capacity.si() / 1e9, processor.name,
      processor.cards > 1 ? fmt::format(", each of {} cards", processor.cards) : "",
      processor.interconnect ? ", or more cards" : ""));
}

}  // namespace

ProcessorResult run_processor(const ProcessorSpec& processor, const ModelSpec& model,
                              const Workload& workload) {
  return run_processor(processor, model, expand(model), workload);
}

ProcessorResult run_processor(const ProcessorSpec& processor, const ModelSpec& model, Trace trace,
                              const Workload& workload) {
  ProcessorResult r;
  r.tool = fmt::format("tritsim {}", version);
  r.processor = processor;
  r.model = model;
  r.workload = workload;
  r.workload.batch = std::max(workload.batch, 1U);
  const std::uint32_t context = workload.context;
  if (workload.prompt + workload.generate == 0) {
    throw ConfigError("nothing to run; give --prompt or --generate a number above zero");
  }
  Phases phases(processor, model, std::move(trace), r.workload, context);
  r.token_bytes = phases.bytes_of_last_step();
  const std::vector<TernaryMethod> allowed = phases.allowed_methods();
  // The smallest form is checked before anything is computed.
  Footprint least = phases.needs(Forms::of(allowed.front(), allowed.front()));
  for (const TernaryMethod k : allowed) {
    const Footprint f = phases.needs(Forms::of(k, k));
    if (f.all() < least.all()) least = f;
  }
  if (least.all() > processor.memory_capacity) fail_for_memory(processor, model, least);

  std::vector<Option> options;
  for (const TernaryMethod k : phases.all_methods()) {
    options.push_back({k, phases.prompt(k), phases.generation(k)});
  }
  const Bytes capacity = processor.memory_capacity;
  const Choice taken = *fastest(options, allowed, phases, capacity);
  const auto any = fastest(options, phases.all_methods(), phases, capacity);
  r.prefill = taken.prompt->prompt;
  r.decode = taken.generation->generation.all;
  r.decode_steps = taken.generation->generation.steps;
  r.first_token = workload.prompt > 0 ? r.prefill.elapsed : taken.generation->generation.first;
  r.fastest = any->elapsed;
  if (phases.has_ternary()) {
    if (workload.prompt > 0) r.prefill_ternary = taken.prompt->ternary;
    if (r.decode_steps > 0) r.decode_ternary = taken.generation->ternary;
  }
  return r;
}

std::optional<ProcessorResult> run_best_batch(const ProcessorResult& job) {
  ProcessorResult best = run_processor(job.processor, job.model, job.workload);
  if (best.elapsed() != job.elapsed()) return {};
  const auto rate = [](const ProcessorResult& r) { return r.tokens() / r.elapsed().si(); };
  Workload other = job.workload;
  for (other.batch = 1; other.batch <= largest_batch; other.batch *= 2) {
    if (other.batch == best.workload.batch) continue;
    std::optional<ProcessorResult> r;
    try {
      r = run_processor(job.processor, job.model, other);
    } catch (const ConfigError&) {
      break;  // its memory is full; more sequences do not fit either
    }
    const bool smaller = r->workload.batch < best.workload.batch;
    if (smaller ? rate(*r) >= rate(best) : rate(*r) > rate(best)) best = std::move(*r);
  }
  return best;
}

}  // namespace tritsim
