// SPDX-License-Identifier: Apache-2.0
#include "arch/import/hugging_face_families.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "arch/import/hugging_face_others.hpp"

namespace tritsim {
namespace {

constexpr std::uint32_t widest = 1 << 20;
constexpr Constraint any_positions = between(1, 100'000'000);

/// HGRNBitConfig of the reference implementation, ridgerchu/matmulfreellm a016f72.
ModelSpec hgrn_bit_model(const JsonKeys& config) {
  ModelSpec m;
  m.family = ModelFamily::hgrn_bit;
  config.read("num_hidden_layers", m.layers, between(1, 10000));
  config.read("hidden_size", m.hidden, between(1, 1 << 20));
  config.read("vocab_size", m.vocabulary, between(1, 1 << 26));
  const auto ratio = config.value_or<std::uint32_t>("hidden_ratio", 4, between(1, 64));
  const std::uint64_t wide = std::uint64_t{m.hidden} * ratio * 2 / 3;
  m.intermediate =
      config.value_or("intermediate_size", static_cast<std::uint32_t>((wide + 255) / 256 * 256),
                      between(1, 1 << 22));
  if (m.intermediate > 1 << 22) {
    config.refuse("hidden_size", fmt::format("makes the GLU {} wide", m.intermediate),
                  fmt::format("it must be at most {}", 1 << 22));
  }
  config.only<std::uint32_t>("expand_ratio", 1);
  config.only("tie_word_embeddings", false);
  config.only("use_short_conv", false);
  config.only("use_lower_bound", true);
  return m;
}

/// The channel mixer that an activation function belongs to.
Mlp gated_mlp(const JsonKeys& config, const char* key) {
  const auto name = config.value_or<std::string>(key, "silu");
  if (name == "silu" || name == "swish") return Mlp::silu_glu;
  if (name == "relu2") return Mlp::squared_relu_glu;
  config.refuse(key, fmt::format("'{}' is not supported", name), "silu and relu2 are");
  return Mlp::silu_glu;
}

void read_widths(const JsonKeys& config, ModelSpec& m) {
  m.family = ModelFamily::transformer;
  m.transformer.emplace();
  config.read("num_hidden_layers", m.layers, between(1, 10000));
  config.read("hidden_size", m.hidden, between(1, widest));
  config.read("intermediate_size", m.intermediate, between(1, 1 << 22));
  config.read("vocab_size", m.vocabulary, between(1, 1 << 26));
  TransformerSpec& t = *m.transformer;
  config.read("num_attention_heads", t.heads, any_count);
  t.kv_heads = config.value_or("num_key_value_heads", t.heads, any_count);
  t.head_width = config.value_or<std::uint32_t>("head_dim", 0, between(1, 1 << 16));
  if (std::uint64_t{t.head_width} * t.heads == m.hidden) t.head_width = 0;
}

/// Defaults of a family for absent keys of its window.
struct WindowDefaults {
  std::uint32_t window = 0;  ///< positions; 0: none
  std::uint32_t positions = 2048;
  bool used = true;  ///< use_sliding_window
};

/// Attention is over the whole context: a window that a run could reach is refused.
void refuse_window(const JsonKeys& config, const ModelSpec& m, const WindowDefaults& absent) {
  const bool given = config.node().find("sliding_window") != nullptr;  // null: no window
  const auto window = config.value_or<std::uint32_t>("sliding_window", given ? 0 : absent.window,
                                                     between(0, 100'000'000));
  const auto positions =
      config.value_or("max_position_embeddings", absent.positions, any_positions);
  // Qwen2: the first layers attend to everything.
  const auto whole = config.value_or<std::uint32_t>("max_window_layers", 0, between(0, 100'000));
  if (window == 0 || window >= positions || !config.value_or("use_sliding_window", absent.used) ||
      (whole >= m.layers && config.find("max_window_layers") != nullptr)) {
    return;
  }
  config.refuse(
      given ? "sliding_window" : "use_sliding_window",
      fmt::format("a window of {} positions, of {} that a run may have, is not supported: "
                  "attention is over the whole context",
                  window, positions),
      fmt::format("runs of up to {0} positions are the same without it: for them, set "
                  "sliding_window to null, or max_position_embeddings to {0}",
                  window));
}

/// LlamaConfig of transformers, and what other families share with it.
ModelSpec llama_like(const JsonKeys& config) {
  ModelSpec m;
  read_widths(config, m);
  TransformerSpec& t = *m.transformer;
  t.mlp = gated_mlp(config, "hidden_act");
  t.qkv_bias = config.value_or("attention_bias", false);
  t.bias = t.qkv_bias && config.value_or("mlp_bias", false);
  if (!t.qkv_bias) config.only("mlp_bias", false);
  t.tied = config.value_or("tie_word_embeddings", false);
  return m;
}

/// LlamaConfig. BitNet b1.58 as first published (1bitLLM/bitnet_b1_58-3B) has this model_type,
/// `weight_bits: 1` for ternary projections, and norms before the output and down projections.
ModelSpec llama_model(const JsonKeys& config) {
  ModelSpec m = llama_like(config);
  refuse_window(config, m, {});
  if (config.find("weight_bits") == nullptr) return m;
  const auto bits = config.value_or<std::uint32_t>("weight_bits", 1, between(1, 64));
  if (bits == 1) {
    m.transformer->projections.format = NumberFormat::ternary;
    m.transformer->sub_norms = true;
  } else if (bits < 16) {
    config.refuse("weight_bits", fmt::format("{} is not supported", bits),
                  "1 (ternary, BitNet b1.58) is; for others remove it and give --weights");
  }
  return m;
}

/// MistralConfig: without the key there is a window.
ModelSpec mistral_model(const JsonKeys& config) {
  ModelSpec m = llama_like(config);
  refuse_window(config, m, {4096, 131'072, true});
  return m;
}

/// Qwen2Config: query, key and value always have a bias; a window if use_sliding_window says so.
ModelSpec qwen2_model(const JsonKeys& config) {
  ModelSpec m = llama_like(config);
  m.transformer->qkv_bias = true;
  refuse_window(config, m, {4096, 32'768, false});
  return m;
}

/// BitNetConfig of transformers: ternary projections behind sub-norms (arXiv 2504.12285).
ModelSpec bitnet_model(const JsonKeys& config) {
  ModelSpec m = llama_like(config);
  refuse_window(config, m, {});
  m.transformer->sub_norms = true;
  m.transformer->projections.format = NumberFormat::ternary;
  return m;
}

/// GPT2Config of transformers.
ModelSpec gpt2_model(const JsonKeys& config) {
  ModelSpec m;
  m.family = ModelFamily::transformer;
  TransformerSpec& t = m.transformer.emplace();
  config.read("n_layer", m.layers, between(1, 10000));
  config.read("n_embd", m.hidden, between(1, widest));
  config.read("vocab_size", m.vocabulary, between(1, 1 << 26));
  m.intermediate = config.value_or("n_inner", 4 * m.hidden, between(1, 1 << 22));
  config.read("n_head", t.heads, any_count);
  t.kv_heads = t.heads;
  t.positions = config.value_or<std::uint32_t>("n_positions", 1024, between(1, 1 << 26));
  const auto act = config.value_or<std::string>("activation_function", "gelu_new");
  if (!act.starts_with("gelu")) {
    config.refuse("activation_function", fmt::format("'{}' is not supported", act),
                  "gelu and its forms are");
  }
  t.mlp = Mlp::gelu;
  t.norm = Norm::layer_norm;
  t.bias = true;
  t.tied = config.value_or("tie_word_embeddings", true);
  return m;
}

struct Family {
  std::string_view type;
  ModelSpec (*read)(const JsonKeys&);
};

constexpr std::array<Family, 6> families{{{"hgrn_bit", hgrn_bit_model},
                                          {"llama", llama_model},
                                          {"mistral", mistral_model},
                                          {"qwen2", qwen2_model},
                                          {"bitnet", bitnet_model},
                                          {"gpt2", gpt2_model}}};

}  // namespace

ModelSpec read_family(const std::string& type, const JsonKeys& config) {
  const auto* family = std::find_if(families.begin(), families.end(),
                                    [&](const Family& f) { return type == f.type; });
  if (family == families.end()) {
    std::vector<std::string> known;
    for (const Family& f : families) known.emplace_back(f.type);
    refuse_family(config, type, known);
    return {};
  }
  ModelSpec model = family->read(config);
  refuse_other_blocks(config);
  return model;
}

}  // namespace tritsim
