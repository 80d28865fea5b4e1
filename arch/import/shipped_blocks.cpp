// SPDX-License-Identifier: Apache-2.0
#include "arch/import/shipped_blocks.hpp"

#include <fmt/format.h>

#include "arch/base/reader.hpp"

namespace tritsim {

ModelSpec model_of_blocks(std::string_view blocks) {
  ModelSpec model;
  model.include.push_back(load_text<BlockFile>(std::string(blocks), "configs/blocks"));
  return model;
}

std::string_view shipped_block(std::string_view name) {
  for (const auto& [file, text] : {std::pair{"experts", experts_blocks},
                                   {"falcon_h1", falcon_h1_blocks},
                                   {"gated_delta", gated_delta_blocks},
                                   {"gemma3", gemma3_blocks},
                                   {"gpt2", gpt_blocks},
                                   {"gpt_oss", gpt_oss_blocks},
                                   {"hgrn_bit", hgrn_bit_blocks},
                                   {"latent_attention", latent_attention_blocks},
                                   {"linear_attention", linear_attention_blocks},
                                   {"mamba2", mamba2_blocks},
                                   {"qwen3_next", qwen3_next_blocks},
                                   {"rwkv7", rwkv7_blocks},
                                   {"smollm3", smollm3_blocks},
                                   {"transformer", transformer_blocks}}) {
    if (name == file) return text;
  }
  throw ConfigError(fmt::format("there is no shipped file of blocks '{}'", name));
}

const std::vector<std::pair<std::string_view, std::string_view>>& shipped_imports() {
  static const std::vector<std::pair<std::string_view, std::string_view>> all{
      {"deepseek", deepseek_import},     {"delta_net", delta_net_import},
      {"falcon_h1", falcon_h1_import},   {"gated_deltanet", gated_deltanet_import},
      {"gemma3", gemma3_import},         {"gla", gla_import},
      {"gpt_oss", gpt_oss_import},       {"hgrn2", hgrn2_import},
      {"mamba2", mamba2_import},         {"mixtral", mixtral_import},
      {"olmoe", olmoe_import},           {"phi3", phi3_import},
      {"qwen3", qwen3_import},           {"qwen3_moe", qwen3_moe_import},
      {"qwen3_next", qwen3_next_import}, {"rwkv7", rwkv7_import},
      {"smollm3", smollm3_import}};
  return all;
}

}  // namespace tritsim
