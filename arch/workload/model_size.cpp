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
  size.parameters = size.weights + (tied ? 0 : table);
  size.active_parameters = size.parameters;
  return size;
}

}  // namespace tritsim
