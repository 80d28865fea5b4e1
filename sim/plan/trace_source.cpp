// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/trace_source.hpp"

#include "sim/plan/context.hpp"

namespace tritsim {
std::uint32_t TraceSource::context() const {
  return has_attention(trace) ? context_of(trace) - 1 : 0;
}

TraceSource trace_source(const std::string& text, const std::string& name,
                         std::optional<std::uint32_t> context) {
  const TraceFile file = read_trace_text(text, name);
  TraceSource source{described_by(file.header.model), file.trace(), file.zero_weights(),
                     file.zero_activations()};
  source.model.traced = traced_size(source.model, source.trace);
  if (!context || *context == source.context()) return source;
  check_context(name, source.trace, *context);
  set_context(source.trace, *context + 1);
  return source;
}

}  // namespace tritsim
