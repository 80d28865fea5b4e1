// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/trace_source.hpp"

#include <fmt/format.h>

#include "sim/plan/context.hpp"

namespace tritsim {
namespace {

/// The report takes figures from the model that a trace names, so both must have the same size.
void check_same_weights(const Trace& trace, const ModelSpec& model, const std::string& file) {
  const auto weights_of = [](const Trace& t) {
    std::uint64_t sum = 0;
    for (const Op& op : t.ops) sum += t.weights(op);
    return sum;
  };
  const std::uint64_t here = weights_of(trace);
  if (const std::uint64_t said = weights_of(expand(model)); here != said) {
    Problems problems;
    problems.add({file, 1, 1}, "model",
                 fmt::format("the ops have {} weights, the model of the header {}", here, said),
                 "give the header the layers and widths of the ops");
    problems.raise();
  }
}

}  // namespace

std::uint32_t TraceSource::context() const {
  return has_attention(trace) ? context_of(trace) - 1 : 0;
}

TraceSource trace_source(const std::string& text, const std::string& name,
                         std::optional<std::uint32_t> context) {
  const TraceFile file = read_trace_text(text, name);
  TraceSource source{file.header.model, file.trace(), file.zero_weights(), file.zero_activations()};
  check_same_weights(source.trace, source.model, name);
  if (!context || *context == source.context()) return source;
  check_context(name, source.trace, *context);
  set_context(source.trace, *context + 1);
  return source;
}

}  // namespace tritsim
