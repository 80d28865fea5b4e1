// SPDX-License-Identifier: Apache-2.0
#include "arch/workload/model_size.hpp"

#include <set>

#include "arch/workload/trace.hpp"

namespace tritsim {
namespace {

void add_weights(ModelSize& size, const Trace& trace) {
  for (const Op& op : trace.ops) {
    const std::uint64_t weights = trace.weights(op);
    size.weights += weights;
    if (op.role == OpRole::lm_head) size.head_weights += weights;
  }
  size.has_cache = has_attention(trace);
}

}  // namespace

StoredParameters stored_parameters(const Trace& trace, const Op& op) {
  const OpTraits& t = traits_of(op.kind);
  std::uint64_t outputs = 0;
  for (const ValueId v : op.outputs) outputs += trace.elements(v);
  StoredParameters s;
  if (is_matrix(op.kind)) {
    s.active = trace.weights(op);
    if (t.details.normalises_input) s.active += trace.elements(op.inputs.front());
  } else if (op.kind == OpKind::convolution) {
    s.active = op.state->elements + outputs;
  } else if (op.kind != OpKind::head_norm) {
    s.active = t.details.stored * outputs;
  }
  s.all = op.experts ? s.active / op.experts->chosen * op.experts->count : s.active;
  return s;
}

ModelSize size_of(const ModelSpec& model) {
  if (model.traced) return *model.traced;
  const StoredTrace stored = expand_stored(model);
  ModelSize size;
  add_weights(size, stored.trace);
  std::set<std::size_t> shared;
  for (const OpStorage& s : stored.storage) {
    if (s.of) shared.insert(*s.of);
  }
  for (std::size_t i = 0; i < stored.storage.size(); ++i) {
    const OpStorage& s = stored.storage[i];
    if (s.of) continue;
    size.parameters += s.parameters;
    size.active_parameters += s.active;
    if (!shared.contains(i)) size.tables += Bytes{2.0 * static_cast<double>(s.table)};
  }
  return size;
}

ModelSize traced_size(const ModelSpec& model, const Trace& trace) {
  ModelSize size;
  add_weights(size, trace);
  const bool tied = model.size("tied") != 0;
  const std::uint64_t table = model.size("hidden") * model.size("vocabulary");
  if (!tied) size.tables = Bytes{2.0 * static_cast<double>(table)};
  if (!tied) size.parameters = size.active_parameters = table;
  for (const Op& op : trace.ops) {
    const StoredParameters stored = stored_parameters(trace, op);
    size.parameters += stored.all;
    size.active_parameters += stored.active;
  }
  return size;
}

}  // namespace tritsim
