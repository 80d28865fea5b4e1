// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "arch/base/schema.hpp"

namespace tritsim {

enum class ModelFamily {
  hgrn_bit,     ///< gated recurrence, ternary projections (arXiv 2406.02528)
  transformer,  ///< attention over a cache, dense or ternary projections
};

template <>
struct EnumNames<ModelFamily> {
  static constexpr std::array<std::pair<ModelFamily, std::string_view>, 2> names{{
      {ModelFamily::hgrn_bit, "hgrn_bit"},
      {ModelFamily::transformer, "transformer"},
  }};
};

/// How a number is stored.
enum class NumberFormat { fp16, int8, int4, ternary, fp32 };

template <>
struct EnumNames<NumberFormat> {
  static constexpr std::array<std::pair<NumberFormat, std::string_view>, 5> names{{
      {NumberFormat::fp16, "fp16"},
      {NumberFormat::int8, "int8"},
      {NumberFormat::int4, "int4"},
      {NumberFormat::ternary, "ternary"},
      {NumberFormat::fp32, "fp32"},
  }};
};

/// Bits of a stored number; ternary ones are packed four to a byte.
[[nodiscard]] constexpr double bits_of(NumberFormat format) {
  switch (format) {
    case NumberFormat::fp32:
      return 32;
    case NumberFormat::fp16:
      return 16;
    case NumberFormat::int8:
      return 8;
    case NumberFormat::int4:
      return 4;
    case NumberFormat::ternary:
      break;
  }
  return 2;
}

/// How the weights of a matrix are stored.
struct WeightSpec {
  NumberFormat format = NumberFormat::fp16;
  std::uint32_t group = 0;        ///< weights that share a scale; 0: one for the matrix
  std::uint32_t group_bits = 16;  ///< bits of scale and zero point of a group
  double mean_bits = 0;           ///< of a weight, where precision is mixed; 0: the format's

  bool operator==(const WeightSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("format", format, "how a weight is stored");
    io.optional("group", group, "weights that share a scale; 0: one scale for the matrix",
                between(0, 1 << 22));
    io.optional("group_bits", group_bits, "bits of scale and zero point of a group",
                between(0, 64));
    io.optional("mean_bits", mean_bits,
                "stored bits of a weight in the mean, where precision is mixed, scales left out; "
                "0: those of the format",
                between(0, 64));
  }

  void check(Checker& c) const {
    if (mean_bits > 0 && mean_bits < 0.125) {
      c.fail("mean_bits", "is less than an eighth of a bit",
             "give 0.125 or more, or 0 for the bits of the format");
    }
  }

  /// Bits per weight, shares of the group's scale included.
  [[nodiscard]] double bits() const {
    return (mean_bits > 0 ? mean_bits : bits_of(format)) +
           (group == 0 ? 0.0 : static_cast<double>(group_bits) / group);
  }
};

enum class Mlp {
  silu_glu,          ///< SiLU(gate) up
  squared_relu_glu,  ///< max(gate, 0)^2 up
  gelu,              ///< GELU(up): no gate
};

template <>
struct EnumNames<Mlp> {
  static constexpr std::array<std::pair<Mlp, std::string_view>, 3> names{{
      {Mlp::silu_glu, "silu_glu"},
      {Mlp::squared_relu_glu, "squared_relu_glu"},
      {Mlp::gelu, "gelu"},
  }};
};

enum class Norm { rms_norm, layer_norm };

template <>
struct EnumNames<Norm> {
  static constexpr std::array<std::pair<Norm, std::string_view>, 2> names{{
      {Norm::rms_norm, "rms_norm"},
      {Norm::layer_norm, "layer_norm"},
  }};
};

/// Properties of a transformer beyond the widths that every model has.
struct TransformerSpec {
  std::uint32_t heads = 0;
  std::uint32_t kv_heads = 0;    ///< heads of keys and values; query heads share them in groups
  std::uint32_t head_width = 0;  ///< channels of a head; 0: hidden / heads
  std::uint32_t positions = 0;   ///< rows of a learned position table; 0: rotary embedding
  Mlp mlp = Mlp::silu_glu;
  Norm norm = Norm::rms_norm;
  bool sub_norms = false;  ///< norms before the output and the down projection too
  bool bias = false;       ///< projections of the blocks add a vector
  bool qkv_bias = false;   ///< those of query, key and value alone do
  bool tied = false;       ///< the final projection is the embedding table
  WeightSpec projections;  ///< of the blocks
  WeightSpec head;         ///< of the final projection
  NumberFormat cache = NumberFormat::fp16;

  bool operator==(const TransformerSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("heads", heads, "query heads", any_count);
    io.required("kv_heads", kv_heads, "key and value heads", any_count);
    io.optional("head_width", head_width, "channels of a head; 0: hidden / heads",
                between(0, 1 << 16));
    io.optional("positions", positions, "rows of a learned position table; 0: rotary embedding",
                between(0, 1 << 26));
    io.required("mlp", mlp, "channel mixer");
    io.required("norm", norm, "norm before mixers and final projection");
    io.optional("sub_norms", sub_norms, "norms before output and down projection too");
    io.optional("bias", bias, "projections of the blocks add a bias");
    io.optional("qkv_bias", qkv_bias, "projections of query, key and value alone add a bias");
    io.required("tied", tied, "the final projection shares the embedding table");
    io.required("projections", projections, "weights of the blocks' projections");
    io.required("head", head, "weights of the final projection");
    io.optional("cache", cache, "elements of the key and value cache");
  }
};

/// A language model's layers and shapes.
struct ModelSpec {
  static constexpr std::string_view kind = "model";

  std::string name;
  std::string source;
  ModelFamily family = ModelFamily::hgrn_bit;
  std::uint32_t layers = 0;
  std::uint32_t hidden = 0;
  std::uint32_t intermediate = 0;
  std::uint32_t vocabulary = 0;
  std::optional<TransformerSpec> transformer;

  bool operator==(const ModelSpec&) const = default;

  /// Matrix weights of one block: 4 d^2 + 3 d I for hgrn_bit (arXiv 2406.02528) and for a
  /// transformer with a gate and one key and value head per query head.
  [[nodiscard]] std::uint64_t block_weights() const;

  /// Matrix weights of all blocks and of the final projection.
  [[nodiscard]] std::uint64_t matrix_weights() const {
    return layers * block_weights() + std::uint64_t{hidden} * vocabulary;
  }

  /// Channels of an attention head.
  [[nodiscard]] std::uint32_t head_width() const {
    if (!transformer) return 0;
    return transformer->head_width != 0 ? transformer->head_width : hidden / transformer->heads;
  }

  /// Width of the queries of a token.
  [[nodiscard]] std::uint32_t query_width() const {
    return transformer ? head_width() * transformer->heads : 0;
  }

  /// Width of the keys, and of the values, of a token.
  [[nodiscard]] std::uint32_t kv_width() const {
    return transformer ? head_width() * transformer->kv_heads : 0;
  }

  /// Everything that is stored of a transformer: matrices, norms, biases, tables; shared once.
  [[nodiscard]] std::uint64_t parameters() const;

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "name of the model");
    io.required("source", source, "where the shapes come from");
    io.required("family", family, "how a block is built");
    io.required("layers", layers, "number of blocks", between(1, 10000));
    io.required("hidden", hidden, "d: width of the residual stream", between(1, 1 << 20));
    io.required("intermediate", intermediate, "I: width inside the GLU", between(1, 1 << 22));
    io.required("vocabulary", vocabulary, "entries of the vocabulary", between(1, 1 << 26));
    io.optional("transformer", transformer, "shapes and formats of a transformer");
  }

  void check(Checker& c) const;
};

/// Workload of a model.
struct Workload {
  std::uint32_t prompt = 0;                        ///< prompt tokens of each sequence
  std::uint32_t generate = 1;                      ///< tokens generated for each sequence
  std::uint32_t batch = 0;                         ///< sequences; 0: as many as the board has lanes
  std::optional<std::uint32_t> simulate_layers{};  ///< blocks to simulate for all; none: each
  std::uint32_t context = 0;  ///< positions in the cache of each sequence before its prompt

  bool operator==(const Workload&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("prompt", prompt, "prompt tokens of each sequence", between(0, 10'000'000));
    io.required("generate", generate, "generated tokens of each sequence", between(0, 10'000'000));
    io.required("batch", batch, "independent sequences", between(0, 1'000'000));
    io.optional(
        "simulate_layers", simulate_layers,
        "blocks to simulate, from the first on, 2 or more: those after the first stand for the "
        "others; faster, with figures near those of the whole model; left out: every block",
        between(2, 10'000));
    io.optional("context", context, "positions in the cache of each sequence before its prompt",
                between(0, 10'000'000));
  }
};

}  // namespace tritsim
