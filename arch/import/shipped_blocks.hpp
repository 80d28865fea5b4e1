// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "arch/workload/model.hpp"

// The files of configs/blocks/ that importers build on, as part of the program.
namespace tritsim {

extern const std::string_view transformer_blocks;
extern const std::string_view gpt_blocks;
extern const std::string_view hgrn_bit_blocks;

/// A model that includes one of these, without dimensions of its own.
[[nodiscard]] ModelSpec model_of_blocks(std::string_view blocks);

}  // namespace tritsim
