// SPDX-License-Identifier: Apache-2.0
#include "arch/import/hugging_face_families.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "arch/import/hugging_face_others.hpp"
#include "arch/import/import_map.hpp"
#include "arch/import/shipped_blocks.hpp"

namespace tritsim {
namespace {

constexpr std::uint32_t widest = 1 << 20;
constexpr Constraint any_positions = between(1, 100'000'000);

/// Reads a size that has to be there.
void read_size(const JsonKeys& config, const char* key, ModelSpec& m, const char* dimension,
               const Constraint& c) {
  std::uint32_t value = 1;
  config.read(key, value, c);
  m.set(dimension, value);
}

/// HGRNBitConfig of the reference implementation, ridgerchu/matmulfreellm a016f72.
ModelSpec hgrn_bit_model(const JsonKeys& config) {
  ModelSpec m = model_of_blocks(hgrn_bit_blocks);
  read_size(config, "num_hidden_layers", m, "layers", between(1, 10000));
  read_size(config, "hidden_size", m, "hidden", between(1, widest));
  read_size(config, "vocab_size", m, "vocabulary", between(1, 1 << 26));
  const auto ratio = config.value_or<std::uint32_t>("hidden_ratio", 4, between(1, 64));
  const std::uint64_t wide = m.size("hidden") * ratio * 2 / 3;
  const auto intermediate =
      config.value_or("intermediate_size", static_cast<std::uint32_t>((wide + 255) / 256 * 256),
                      between(1, 1 << 22));
  if (intermediate > 1 << 22) {
    config.refuse("hidden_size", fmt::format("makes the GLU {} wide", intermediate),
                  fmt::format("it must be at most {}", 1 << 22));
  }
  m.set("intermediate", intermediate);
  config.only<std::uint32_t>("expand_ratio", 1);
  config.only("tie_word_embeddings", false);
  config.only("use_short_conv", false);
  config.only("use_lower_bound", true);
  return m;
}

/// The channel mixer of a gated family, by the name of its activation.
void read_gated_mlp(const JsonKeys& config, const char* key, ModelSpec& m) {
  const auto name = config.value_or<std::string>(key, "silu");
  if (name == "relu2") {
    m.set("squared_relu", 1);
  } else if (name != "silu" && name != "swish") {
    config.refuse(key, fmt::format("'{}' is not supported", name), "silu and relu2 are");
  }
}

void read_widths(const JsonKeys& config, ModelSpec& m) {
  read_size(config, "num_hidden_layers", m, "layers", between(1, 10000));
  read_size(config, "hidden_size", m, "hidden", between(1, widest));
  read_size(config, "intermediate_size", m, "intermediate", between(1, 1 << 22));
  read_size(config, "vocab_size", m, "vocabulary", between(1, 1 << 26));
  std::uint32_t heads = 1;
  config.read("num_attention_heads", heads, any_count);
  m.set("heads", heads);
  m.set("kv_heads", config.value_or("num_key_value_heads", heads, any_count));
  const auto width = config.value_or<std::uint32_t>("head_dim", 0, between(1, 1 << 16));
  if (width != 0) m.set("head_width", width);
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
      (whole >= m.size("layers") && config.find("max_window_layers") != nullptr)) {
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
  ModelSpec m = model_of_blocks(transformer_blocks);
  read_widths(config, m);
  read_gated_mlp(config, "hidden_act", m);
  const bool qkv_bias = config.value_or("attention_bias", false);
  if (qkv_bias) {
    m.set("qkv_bias", 1);
    if (config.value_or("mlp_bias", false)) m.set("bias", 1);
  } else {
    config.only("mlp_bias", false);
  }
  m.set("tied", config.value_or("tie_word_embeddings", false) ? 1 : 0);
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
    m.own.formats["projections"] = {NumberFormat::ternary};
    m.set("sub_norms", 1);
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
  m.set("qkv_bias", 1);
  refuse_window(config, m, {4096, 32'768, false});
  return m;
}

/// BitNetConfig of transformers: ternary projections behind sub-norms (arXiv 2504.12285).
ModelSpec bitnet_model(const JsonKeys& config) {
  ModelSpec m = llama_like(config);
  refuse_window(config, m, {});
  m.set("sub_norms", 1);
  m.own.formats["projections"] = {NumberFormat::ternary};
  return m;
}

/// GPT2Config of transformers.
ModelSpec gpt2_model(const JsonKeys& config) {
  ModelSpec m = model_of_blocks(gpt_blocks);
  read_size(config, "n_layer", m, "layers", between(1, 10000));
  read_size(config, "n_embd", m, "hidden", between(1, widest));
  read_size(config, "vocab_size", m, "vocabulary", between(1, 1 << 26));
  const auto wide = static_cast<std::uint32_t>(4 * m.size("hidden"));
  m.set("intermediate", config.value_or("n_inner", wide, between(1, 1 << 22)));
  read_size(config, "n_head", m, "heads", any_count);
  m.set("positions", config.value_or<std::uint32_t>("n_positions", 1024, between(1, 1 << 26)));
  const auto act = config.value_or<std::string>("activation_function", "gelu_new");
  if (!act.starts_with("gelu")) {
    config.refuse("activation_function", fmt::format("'{}' is not supported", act),
                  "gelu and its forms are");
  }
  m.set("tied", config.value_or("tie_word_embeddings", true) ? 1 : 0);
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

const Family* family_of(const std::string& type) {
  return std::find_if(families.begin(), families.end(),
                      [&](const Family& f) { return type == f.type; });
}

}  // namespace

bool is_mapped(const std::string& type) {
  return family_of(type) == families.end() && import_map_of(type) != nullptr;
}

ModelSpec read_family(const std::string& type, const JsonKeys& config) {
  const auto* family = family_of(type);
  if (family == families.end()) {
    if (const ImportMap* map = import_map_of(type)) return mapped_model(*map, config);
    std::vector<std::string> known;
    for (const Family& f : families) known.emplace_back(f.type);
    for (const ImportMap& map : import_maps()) {
      known.insert(known.end(), map.types.begin(), map.types.end());
    }
    refuse_family(config, type, known);
    return {};
  }
  ModelSpec model = family->read(config);
  refuse_other_blocks(config);
  return model;
}

}  // namespace tritsim
