// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "arch/base/schema.hpp"
#include "arch/workload/model.hpp"
#include "arch/workload/zero_shares.hpp"

namespace tritsim {

/// One step of a layer. Vectors have one element per channel; a step acts on one token of one
/// sequence.
enum class OpKind : std::uint8_t {
  embedding,   ///< one row of a table
  rms_norm,    ///< x / rms(x) * w
  bit_linear,  ///< own RMS norm, quantise, ternary matrix product; may have several outputs
  sigmoid,
  silu,
  complement,   ///< 1 - x
  lower_bound,  ///< b + (1 - b) x, b a static vector
  multiply,
  add,
  recurrence,  ///< h = f h + i, h kept per layer and sequence
  linear,      ///< matrix product with weights of the op's format; no norm of its own
  attention,   ///< appends k and v to the cache, then softmax(q K^T) V over the context
  rotary,      ///< rotates pairs of channels by an angle of the position
  layer_norm,  ///< (x - mean(x)) / deviation(x) * w + b
  gelu,
  squared_relu,  ///< max(x, 0)^2
  all_gather,    ///< a whole vector out of the shards that a team of kernels has
};

template <>
struct EnumNames<OpKind> {
  static constexpr std::array<std::pair<OpKind, std::string_view>, 17> names{{
      {OpKind::embedding, "embedding"},
      {OpKind::rms_norm, "rms_norm"},
      {OpKind::bit_linear, "bit_linear"},
      {OpKind::sigmoid, "sigmoid"},
      {OpKind::silu, "silu"},
      {OpKind::complement, "complement"},
      {OpKind::lower_bound, "lower_bound"},
      {OpKind::multiply, "multiply"},
      {OpKind::add, "add"},
      {OpKind::recurrence, "recurrence"},
      {OpKind::linear, "linear"},
      {OpKind::attention, "attention"},
      {OpKind::rotary, "rotary"},
      {OpKind::layer_norm, "layer_norm"},
      {OpKind::gelu, "gelu"},
      {OpKind::squared_relu, "squared_relu"},
      {OpKind::all_gather, "all_gather"},
  }};
};

/// A vector that ops pass on: its length and a name that is unique in the trace.
struct Value {
  std::string name;
  std::uint32_t elements = 0;

  bool operator==(const Value&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "unique name");
    io.required("elements", elements, "length of the vector", between(1, 1 << 26));
  }
};

using ValueId = std::uint32_t;

/// Shape of an attention op.
struct AttentionShape {
  std::uint32_t heads = 1;
  std::uint32_t kv_heads = 1;
  std::uint32_t context = 1;  ///< positions attended to, the present token's included
  NumberFormat cache = NumberFormat::fp16;

  bool operator==(const AttentionShape&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("heads", heads, "query heads", any_count);
    io.required("kv_heads", kv_heads, "key and value heads", any_count);
    io.required("context", context, "positions attended to, the present token included",
                between(1, 100'000'000));
    io.optional("cache", cache, "elements of the cache");
  }
};

struct Op {
  /// Layer of ops outside the blocks.
  static constexpr std::int32_t no_layer = -1;

  OpKind kind = OpKind::add;
  std::string name;               ///< e.g. "layers.3.attn.f_proj"
  std::int32_t layer = no_layer;  ///< block index
  std::vector<ValueId> inputs;
  std::vector<ValueId> outputs;
  std::optional<WeightSpec> weights;        ///< of a linear
  std::optional<AttentionShape> attention;  ///< of an attention
  std::optional<ZeroShares> zeros{};        ///< of the weights; a trace file keeps its statistics

  bool operator==(const Op&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("kind", kind, "kind of op");
    io.required("name", name, "name of the op");
    io.optional("layer", layer, "block index, -1 outside the blocks");
    io.required("inputs", inputs, "indices into the trace's values");
    io.required("outputs", outputs, "indices into the trace's values");
    io.optional("weights", weights, "how the weights of a linear are stored");
    io.optional("attention", attention, "heads and context of an attention");
  }
};

/// The ordered ops of one token of one sequence. A MatMul-free model does the same ops for every
/// token, prompt or generated; of a transformer, attention alone depends on the position.
struct Trace {
  std::string model;
  std::vector<Value> values;
  std::vector<Op> ops;

  bool operator==(const Trace&) const = default;

  [[nodiscard]] std::uint32_t elements(ValueId v) const { return values[v].elements; }

  /// Weights of a matrix op: inputs x sum of outputs; zero for other kinds.
  [[nodiscard]] std::uint64_t weights(const Op& op) const;

  /// What the weights of a matrix op take up; those of a bit_linear are packed four to a byte.
  [[nodiscard]] Bytes weight_bytes(const Op& op) const;

  /// Keys and values of one sequence that an attention op reads: those of its context.
  [[nodiscard]] Bytes cache_bytes(const Op& op) const;

  /// Elements an op works on: weights for matrix ops, multiply-adds with the cache for attention,
  /// elements of its inputs otherwise.
  [[nodiscard]] std::uint64_t work(const Op& op) const;
};

/// The same ops for a token that attends to `context` positions, its own included.
void set_context(Trace& trace, std::uint32_t context);

/// True if a token's ops depend on its position.
[[nodiscard]] bool has_attention(const Trace& trace);

/// Model description -> trace of the token at position `context - 1`.
[[nodiscard]] Trace expand(const ModelSpec& model, std::uint32_t context = 1);

}  // namespace tritsim
