// SPDX-License-Identifier: Apache-2.0
#include "arch/import/hugging_face_others.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tritsim {
namespace {

/// Families of transformers whose names resemble those above, or that are often asked for, and how
/// they differ: none is a misspelling.
constexpr std::array<std::pair<std::string_view, std::string_view>, 23> others{{
    {"cohere", "attention and channel mixer side by side"},
    {"cohere2", "attention windows"},
    {"falcon", "attention and channel mixer side by side"},
    {"falcon_mamba", "state-space layers"},
    {"gemma", "gates with GELU"},
    {"gemma2", "attention windows and norms behind the mixers"},
    {"glm4", "norms behind the mixers"},
    {"gpt_bigcode", "one key and value head with a projection of its own"},
    {"gpt_neo", "attention windows"},
    {"gpt_neox", "attention and channel mixer side by side"},
    {"gptj", "attention and channel mixer side by side"},
    {"granite", "multipliers between their parts"},
    {"jamba", "state-space layers and mixtures of experts"},
    {"llama4", "mixtures of experts"},
    {"llama4_text", "mixtures of experts"},
    {"mamba", "state-space layers"},
    {"ministral", "attention windows"},
    {"mistral3", "a vision tower beside them"},
    {"mllama", "cross-attention to images"},
    {"olmo2", "norms of queries and keys"},
    {"phi", "attention and channel mixer side by side"},
    {"qwen2_moe", "mixtures of experts"},
    {"qwen2_vl", "a vision tower beside them"},
}};

/// Keys that change a block, or put something beside it, whatever the family.
constexpr std::array<std::pair<const char*, const char*>, 17> of_other_blocks{{
    {"num_local_experts", "mixtures of experts are not supported"},
    {"num_experts", "mixtures of experts are not supported"},
    {"n_routed_experts", "mixtures of experts are not supported"},
    {"moe_intermediate_size", "mixtures of experts are not supported"},
    {"kv_lora_rank", "latent attention is not supported"},
    {"q_lora_rank", "latent attention is not supported"},
    {"use_qk_norm", "norms of queries and keys are not supported"},
    {"qk_norm", "norms of queries and keys are not supported"},
    {"qk_layernorm", "norms of queries and keys are not supported"},
    {"attn_logit_softcapping", "soft caps are not supported"},
    {"final_logit_softcapping", "soft caps are not supported"},
    {"parallel_attn", "attention beside the channel mixer is not supported"},
    {"use_parallel_residual", "attention beside the channel mixer is not supported"},
    {"add_cross_attention", "cross-attention is not supported"},
    {"cross_attention_layers", "cross-attention is not supported"},
    {"is_encoder_decoder", "encoders are not supported"},
    {"vision_config", "a vision tower is not supported"},
}};

}  // namespace

void refuse_other_blocks(const JsonKeys& config, const std::set<std::string>& read) {
  for (const auto& [key, what] : of_other_blocks) {
    if (read.contains(key)) continue;
    const Node* node = config.find(key);
    // One expert is no mixture.
    const bool one =
        node != nullptr && node->text == "1" && std::string_view(key).ends_with("experts");
    if (!one) config.unless_set(key, what, "take another model");
  }
  const Node* layers = config.find("layer_types");
  if (layers == nullptr || read.contains("layer_types")) return;
  for (const Node& layer : layers->items) {
    if (layer.text == "full_attention") continue;
    config.refuse("layer_types", fmt::format("'{}' is not supported", layer.text),
                  "only full_attention is");
    return;
  }
}

void refuse_family(const JsonKeys& config, const std::string& type,
                   const std::vector<std::string>& known) {
  const auto* other =
      std::find_if(others.begin(), others.end(), [&](const auto& o) { return o.first == type; });
  if (other != others.end()) {
    config.refuse("model_type",
                  fmt::format("'{}' is not supported: its blocks have {}", type, other->second),
                  fmt::format("the families are: {}", fmt::join(known, ", ")));
    return;
  }
  // A name with another number is another family too: llama4 is not a misspelt llama.
  const auto digits = [](std::string word) {
    std::erase_if(word, [](unsigned char c) { return std::isdigit(c) == 0; });
    return word;
  };
  std::vector<std::string> alike;
  std::copy_if(known.begin(), known.end(), std::back_inserter(alike),
               [&](const std::string& f) { return digits(f) == digits(type); });
  const std::string near = nearest(type, alike);
  config.refuse("model_type", fmt::format("'{}' is not supported", type),
                near.empty() ? fmt::format("the families are: {}", fmt::join(known, ", "))
                             : fmt::format("did you mean '{}'?", near));
}

}  // namespace tritsim
