// SPDX-License-Identifier: Apache-2.0
#include "arch/workload/trace.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

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
  const std::uint32_t parts = op.experts && op.experts->own_input ? op.experts->chosen : 1;
  return outputs * (elements(op.inputs.front()) / parts);
}

std::uint64_t Trace::all_weights(const Op& op) const {
  return op.experts ? weights(op) / op.experts->chosen * op.experts->count : weights(op);
}

Bytes Trace::weight_bytes(const Op& op, double tokens) const {
  const Bytes of_token{static_cast<double>(weights(op)) * stored_weights(op).bits() / 8};
  return op.experts ? of_token * (op.experts->distinct(tokens) / op.experts->chosen) : of_token;
}

Bytes Trace::all_weight_bytes(const Op& op) const {
  return Bytes{static_cast<double>(all_weights(op)) * stored_weights(op).bits() / 8};
}

double ExpertShape::distinct(double tokens) const {
  if (tokens == 1) return chosen;
  if (popularity.empty()) {
    return count * (1 - std::pow(1 - static_cast<double>(chosen) / count, tokens));
  }
  const double all = std::accumulate(popularity.begin(), popularity.end(), 0.0);
  return std::accumulate(popularity.begin(), popularity.end(), 0.0, [&](double sum, double p) {
    return sum + 1 - std::pow(1 - std::min(chosen * p / all, 1.0), tokens);
  });
}

std::string ExpertShape::popularity_fault() const {
  if (popularity.empty()) return {};
  if (popularity.size() != count) {
    return fmt::format("has {} numbers for {} experts", popularity.size(), count);
  }
  double all = 0;
  for (const double p : popularity) {
    if (!(p >= 0) || !std::isfinite(p)) return "has a number that is negative or not finite";
    all += p;
  }
  if (!(all > 0)) return "is 0 for all experts";
  const double most = *std::max_element(popularity.begin(), popularity.end());
  // A token takes an expert at most once.
  constexpr double rounding = 1e-6;
  if (chosen * most <= all * (1 + rounding)) return {};
  return fmt::format("gives an expert {:.3g} of {:.3g} choices, of {} by each token", most, all,
                     chosen);
}

std::uint64_t Trace::query_elements(const Op& op) const {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < std::min(op.queries(), op.inputs.size()); ++i) {
    sum += elements(op.inputs[i]);
  }
  return sum;
}

Bytes Trace::cache_bytes(const Op& op) const {
  if (!op.attention) return {};
  double token = 0;  // key and value, or latent vector and rotary key
  for (std::size_t i = op.queries(); i < op.inputs.size(); ++i) token += elements(op.inputs[i]);
  return Bytes{token * op.attention->attended() * bits_of(op.attention->cache) / 8};
}

Bytes Trace::custom_bytes(const Op& op) const {
  return op.custom ? Bytes{static_cast<double>(op.custom->reads) + double(op.custom->writes)}
                   : Bytes{};
}

std::uint64_t Trace::work(const Op& op) const {
  if (const auto w = weights(op); w != 0) return w;
  // q K^T and P V: every query channel meets every position twice.
  if (op.attention) {
    return (query_elements(op) + elements(op.outputs[0])) * op.attention->attended();
  }
  if (const std::uint64_t n = traits_of(op.kind).details.state_products; n > 0 && op.state) {
    return n * op.state->elements;
  }
  if (op.custom && op.custom->adds + op.custom->multiplies > 0) {
    return op.custom->adds + op.custom->multiplies;
  }
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
