// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "arch/workload/model.hpp"

// The files of configs/blocks/ and configs/import/ as part of the program.
namespace tritsim {

extern const std::string_view experts_blocks;
extern const std::string_view falcon_h1_blocks;
extern const std::string_view gated_delta_blocks;
extern const std::string_view gemma3_blocks;
extern const std::string_view gpt_blocks;
extern const std::string_view gpt_oss_blocks;
extern const std::string_view hgrn_bit_blocks;
extern const std::string_view latent_attention_blocks;
extern const std::string_view linear_attention_blocks;
extern const std::string_view mamba2_blocks;
extern const std::string_view qwen3_next_blocks;
extern const std::string_view rwkv7_blocks;
extern const std::string_view smollm3_blocks;
extern const std::string_view transformer_blocks;

extern const std::string_view deepseek_import;
extern const std::string_view delta_net_import;
extern const std::string_view falcon_h1_import;
extern const std::string_view gated_deltanet_import;
extern const std::string_view gemma3_import;
extern const std::string_view gla_import;
extern const std::string_view gpt_oss_import;
extern const std::string_view hgrn2_import;
extern const std::string_view mamba2_import;
extern const std::string_view mixtral_import;
extern const std::string_view olmoe_import;
extern const std::string_view phi3_import;
extern const std::string_view qwen3_import;
extern const std::string_view qwen3_moe_import;
extern const std::string_view qwen3_next_import;
extern const std::string_view rwkv7_import;
extern const std::string_view smollm3_import;

/// A model that includes one of the files of blocks, without dimensions of its own.
[[nodiscard]] ModelSpec model_of_blocks(std::string_view blocks);

/// The text of configs/blocks/NAME.yaml. Throws ConfigError if there is none.
[[nodiscard]] std::string_view shipped_block(std::string_view name);

/// Names and texts of configs/import/.
[[nodiscard]] const std::vector<std::pair<std::string_view, std::string_view>>& shipped_imports();

}  // namespace tritsim
