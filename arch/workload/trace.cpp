// SPDX-License-Identifier: Apache-2.0
#include "arch/workload/trace.hpp"

#include <algorithm>

#include "arch/workload/expander.hpp"

namespace tritsim {
OpRole implied_role(OpKind kind, std::string_view name) {
  if (kind == OpKind::embedding) return OpRole::embedding;
  return name == "lm_head" ? OpRole::lm_head : OpRole::inner;
}

WeightSpec stored_weights(const Op& op) {
  return op.weights.value_or(WeightSpec{NumberFormat::ternary});
}

std::uint64_t Trace::weights(const Op& op) const {
  if (!is_matrix(op.kind)) return 0;
  std::uint64_t outputs = 0;
  for (const ValueId v : op.outputs) outputs += elements(v);
  return outputs * elements(op.inputs.front());
}

Bytes Trace::weight_bytes(const Op& op) const {
  return Bytes{static_cast<double>(weights(op)) * stored_weights(op).bits() / 8};
}

Bytes Trace::cache_bytes(const Op& op) const {
  if (!op.attention || op.inputs.size() != 3) return {};
  const double token = static_cast<double>(elements(op.inputs[1])) + elements(op.inputs[2]);
  return Bytes{token * op.attention->context * bits_of(op.attention->cache) / 8};
}

std::uint64_t Trace::work(const Op& op) const {
  if (const auto w = weights(op); w != 0) return w;
  // q K^T and P V: every query channel meets every position twice.
  if (op.attention) return std::uint64_t{2} * elements(op.inputs[0]) * op.attention->context;
  std::uint64_t sum = 0;
  for (const ValueId v : op.inputs) sum += elements(v);
  for (const ValueId v : op.outputs) sum = std::max<std::uint64_t>(sum, elements(v));
  return sum;
}

void set_context(Trace& trace, std::uint32_t context) {
  for (Op& op : trace.ops) {
    if (op.attention) op.attention->context = context;
  }
}

bool has_attention(const Trace& trace) {
  return std::any_of(trace.ops.begin(), trace.ops.end(),
                     [](const Op& op) { return op.attention.has_value(); });
}

namespace {

/// Faults of a model as an error that names it.
class ModelFaults : public Checker {
 public:
  explicit ModelFaults(const ModelSpec& model) : model_(model) {}

  void fail(std::string_view key, std::string what, std::string remedy) override {
    problems.add({model_.name, 0, 0}, std::string(key), std::move(what), std::move(remedy));
  }

  Problems problems;

 private:
  const ModelSpec& model_;
};

}  // namespace

Trace expand(const ModelSpec& model, std::uint32_t context) {
  return std::move(expand_stored(model, context).trace);
}

StoredTrace expand_stored(const ModelSpec& model, std::uint32_t context) {
  ModelFaults faults(model);
  Expander expander(model, context, faults);
  expander.run();
  faults.problems.raise();
  return {std::move(expander.trace()), expander.storage()};
}

}  // namespace tritsim
