// SPDX-License-Identifier: Apache-2.0
#include "sim/processor_run.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "arch/problems.hpp"
#include "tritsim_version.hpp"

namespace tritsim {
namespace {

/// Every matrix once, the dense embedding table, and the cache of all sequences.
void check_fits(const ProcessorSpec& processor, const ModelSpec& model, const Trace& trace,
                std::uint32_t sequences) {
  const bool tied = model.transformer && model.transformer->tied;
  const bool packed = processor.ternary == TernaryKernels::packed;
  Bytes weights{tied ? 0.0 : 2.0 * model.hidden * model.vocabulary};
  Bytes cache;
  for (const Op& op : trace.ops) {
    const bool ternary = !op.weights || op.weights->format == NumberFormat::ternary;
    weights += ternary && !packed ? Bytes{2.0 * static_cast<double>(trace.weights(op))}
                                  : trace.weight_bytes(op);
    cache += trace.cache_bytes(op) * static_cast<double>(sequences);
  }
  if (weights + cache > processor.memory_capacity) {
    throw ConfigError(fmt::format(
        "{}: {:.4g} GB of weights and {:.4g} GB of cache do not fit the {:.4g} GB of '{}'; take a "
        "smaller model, batch or context",
        model.name, weights.si() / 1e9, cache.si() / 1e9, processor.memory_capacity.si() / 1e9,
        processor.name));
  }
}

}  // namespace

ProcessorResult run_processor(const ProcessorSpec& processor, const ModelSpec& model,
                              const Workload& workload) {
  ProcessorResult r;
  r.tool = fmt::format("tritsim {}", version);
  r.processor = processor;
  r.model = model;
  r.workload = workload;
  r.workload.batch = std::max(workload.batch, 1U);
  const std::uint32_t context = workload.context;
  const std::uint32_t sequences = r.workload.batch;
  if (workload.prompt + workload.generate == 0) {
    throw ConfigError("nothing to run; give --prompt or --generate a number above zero");
  }

  const std::uint32_t last = context + workload.prompt + workload.generate -
                             (workload.prompt > 0 && workload.generate > 0 ? 1 : 0);
  Trace trace = expand(model, last);
  check_fits(processor, model, trace, sequences);

  std::uint32_t position = context;
  if (workload.prompt > 0) {
    position += workload.prompt;
    set_context(trace, position);
    r.prefill = step_activity(processor, kernels_of(trace, processor, sequences, workload.prompt),
                              processor.prefill);
  }
  const bool cached = model.family == ModelFamily::transformer;
  ProcessorActivity step;
  while (position < last) {
    ++position;
    if (r.decode_steps == 0 || cached) {
      set_context(trace, position);
      step = step_activity(processor, kernels_of(trace, processor, sequences, 1), processor.decode);
    }
    r.decode += step;
    if (++r.decode_steps == 1 && workload.prompt == 0) r.first_token = step.elapsed;
  }
  if (workload.prompt > 0) r.first_token = r.prefill.elapsed;
  return r;
}

}  // namespace tritsim
