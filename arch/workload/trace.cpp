// SPDX-License-Identifier: Apache-2.0
#include "arch/workload/trace.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tritsim {
namespace {

/// Appends ops to a trace and hands out their outputs.
class Builder {
 public:
  explicit Builder(Trace& trace) : trace_(trace) {}

  void enter_layer(std::int32_t layer) {
    layer_ = layer;
    prefix_ = layer == Op::no_layer ? "" : fmt::format("layers.{}.", layer);
  }

  ValueId add(OpKind kind, const std::string& name, std::vector<ValueId> inputs,
              std::uint32_t elements) {
    return add(kind, name, std::move(inputs), std::vector<std::uint32_t>{elements}).front();
  }

  std::vector<ValueId> add(OpKind kind, const std::string& name, std::vector<ValueId> inputs,
                           const std::vector<std::uint32_t>& sizes) {
    Op op{kind, prefix_ + name, layer_, std::move(inputs), {}, {}, {}};
    if (kind == OpKind::embedding) op.role = OpRole::embedding;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      const std::string suffix = sizes.size() > 1 ? fmt::format(".{}", i) : "";
      trace_.values.push_back({op.name + suffix, sizes[i]});
      op.outputs.push_back(static_cast<ValueId>(trace_.values.size() - 1));
    }
    trace_.ops.push_back(op);
    return op.outputs;
  }

  ValueId linear(const std::string& name, ValueId input, std::uint32_t elements,
                 const WeightSpec& weights) {
    const ValueId output = add(OpKind::linear, name, {input}, elements);
    trace_.ops.back().weights = weights;
    return output;
  }

  ValueId attention(const std::string& name, std::vector<ValueId> inputs, std::uint32_t elements,
                    const AttentionShape& shape) {
    const ValueId output = add(OpKind::attention, name, std::move(inputs), elements);
    trace_.ops.back().attention = shape;
    return output;
  }

  /// The op just added makes the logits.
  void end_with_head() { trace_.ops.back().role = OpRole::lm_head; }

 private:
  Trace& trace_;
  std::int32_t layer_ = Op::no_layer;
  std::string prefix_;
};

/// HGRN-bit block (arXiv 2406.02528, sections 3.2 and 3.3; reference implementation
/// ridgerchu/matmulfreellm a016f72): token mixer with gated recurrence, then GLU channel mixer. The
/// order is that of the reference's forward pass: the output gate's projection comes after the
/// recurrence.
ValueId hgrn_bit_block(Builder& b, const ModelSpec& m, ValueId x, bool first) {
  const std::uint32_t d = m.hidden;
  const std::uint32_t n = m.intermediate;
  const ValueId a = b.add(OpKind::rms_norm, "attn_norm", {x}, d);
  const ValueId i = b.add(OpKind::bit_linear, "attn.i_proj", {a}, d);
  const ValueId f = b.add(OpKind::bit_linear, "attn.f_proj", {a}, d);
  ValueId forget = b.add(OpKind::sigmoid, "attn.forget", {f}, d);
  if (!first) forget = b.add(OpKind::lower_bound, "attn.lower_bound", {forget}, d);
  const ValueId gate = b.add(OpKind::silu, "attn.input_gate", {i}, d);
  const ValueId keep = b.add(OpKind::complement, "attn.input_share", {forget}, d);
  const ValueId input = b.add(OpKind::multiply, "attn.input", {gate, keep}, d);
  const ValueId h = b.add(OpKind::recurrence, "attn.recurrence", {forget, input}, d);
  const ValueId g = b.add(OpKind::bit_linear, "attn.g_proj", {a}, d);
  const ValueId gn = b.add(OpKind::rms_norm, "attn.g_norm", {g}, d);
  const ValueId hs = b.add(OpKind::silu, "attn.output_gate", {h}, d);
  const ValueId o = b.add(OpKind::multiply, "attn.output", {gn, hs}, d);
  const ValueId p = b.add(OpKind::bit_linear, "attn.o_proj", {o}, d);
  const ValueId y = b.add(OpKind::add, "attn.residual", {x, p}, d);

  const ValueId c = b.add(OpKind::rms_norm, "mlp_norm", {y}, d);
  const auto gu = b.add(OpKind::bit_linear, "mlp.gate_up_proj", {c}, std::vector{n, n});
  const ValueId s = b.add(OpKind::silu, "mlp.gate", {gu[0]}, n);
  const ValueId t = b.add(OpKind::multiply, "mlp.glu", {s, gu[1]}, n);
  const ValueId q = b.add(OpKind::bit_linear, "mlp.down_proj", {t}, d);
  return b.add(OpKind::add, "mlp.residual", {y, q}, d);
}

/// Token and, where it is learned, position.
ValueId transformer_input(Builder& b, const ModelSpec& m) {
  const ValueId token = b.add(OpKind::embedding, "embedding", {}, m.hidden);
  if (m.transformer->positions == 0) return token;
  const ValueId position = b.add(OpKind::embedding, "position_embedding", {}, m.hidden);
  return b.add(OpKind::add, "embedding_sum", {token, position}, m.hidden);
}

OpKind norm_of(const TransformerSpec& t) {
  return t.norm == Norm::layer_norm ? OpKind::layer_norm : OpKind::rms_norm;
}

/// What the down projection reads.
ValueId activation(Builder& b, const ModelSpec& m, ValueId x) {
  const TransformerSpec& t = *m.transformer;
  const std::uint32_t n = m.intermediate;
  if (t.mlp == Mlp::gelu) {
    const ValueId up = b.linear("mlp.up_proj", x, n, t.projections);
    return b.add(OpKind::gelu, "mlp.activation", {up}, n);
  }
  const ValueId gate = b.linear("mlp.gate_proj", x, n, t.projections);
  const ValueId up = b.linear("mlp.up_proj", x, n, t.projections);
  const OpKind kind = t.mlp == Mlp::silu_glu ? OpKind::silu : OpKind::squared_relu;
  const ValueId s = b.add(kind, "mlp.activation", {gate}, n);
  return b.add(OpKind::multiply, "mlp.glu", {s, up}, n);
}

/// Pre-norm transformer block (Llama 2: arXiv 2307.09288; BitNet b1.58 2B4T, with sub-norms and
/// squared ReLU: arXiv 2504.12285; GPT-2: layer norms, learned positions, GELU).
ValueId transformer_block(Builder& b, const ModelSpec& m, ValueId x, std::uint32_t context) {
  const TransformerSpec& t = *m.transformer;
  const std::uint32_t d = m.hidden;
  const std::uint32_t wide = m.query_width();
  const ValueId a = b.add(norm_of(t), "attn_norm", {x}, d);
  ValueId q = b.linear("attn.q_proj", a, wide, t.projections);
  ValueId k = b.linear("attn.k_proj", a, m.kv_width(), t.projections);
  const ValueId v = b.linear("attn.v_proj", a, m.kv_width(), t.projections);
  if (t.positions == 0) {
    q = b.add(OpKind::rotary, "attn.q_rotary", {q}, wide);
    k = b.add(OpKind::rotary, "attn.k_rotary", {k}, m.kv_width());
  }
  ValueId o =
      b.attention("attn.attention", {q, k, v}, wide, {t.heads, t.kv_heads, context, t.cache});
  if (t.sub_norms) o = b.add(norm_of(t), "attn.sub_norm", {o}, wide);
  const ValueId p = b.linear("attn.o_proj", o, d, t.projections);
  const ValueId y = b.add(OpKind::add, "attn.residual", {x, p}, d);

  const ValueId c = b.add(norm_of(t), "mlp_norm", {y}, d);
  ValueId s = activation(b, m, c);
  if (t.sub_norms) s = b.add(norm_of(t), "mlp.sub_norm", {s}, m.intermediate);
  const ValueId r = b.linear("mlp.down_proj", s, d, t.projections);
  return b.add(OpKind::add, "mlp.residual", {y, r}, d);
}

Trace expand_transformer(const ModelSpec& m, std::uint32_t context) {
  Trace trace;
  trace.model = m.name;
  Builder b(trace);
  ValueId x = transformer_input(b, m);
  for (std::uint32_t layer = 0; layer < m.layers; ++layer) {
    b.enter_layer(static_cast<std::int32_t>(layer));
    x = transformer_block(b, m, x, context);
  }
  b.enter_layer(Op::no_layer);
  x = b.add(norm_of(*m.transformer), "final_norm", {x}, m.hidden);
  b.linear("lm_head", x, m.vocabulary, m.transformer->head);
  b.end_with_head();
  return trace;
}

}  // namespace

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

Trace expand(const ModelSpec& model, std::uint32_t context) {
  if (model.family == ModelFamily::transformer) return expand_transformer(model, context);
  Trace trace;
  trace.model = model.name;
  Builder b(trace);
  ValueId x = b.add(OpKind::embedding, "embedding", {}, model.hidden);
  for (std::uint32_t layer = 0; layer < model.layers; ++layer) {
    b.enter_layer(static_cast<std::int32_t>(layer));
    x = hgrn_bit_block(b, model, x, layer == 0);
  }
  b.enter_layer(Op::no_layer);
  x = b.add(OpKind::rms_norm, "final_norm", {x}, model.hidden);
  b.add(OpKind::bit_linear, "lm_head", {x}, model.vocabulary);
  b.end_with_head();
  return trace;
}

}  // namespace tritsim
