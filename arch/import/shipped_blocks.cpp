// SPDX-License-Identifier: Apache-2.0
#include "arch/import/shipped_blocks.hpp"

#include "arch/base/reader.hpp"

namespace tritsim {

ModelSpec model_of_blocks(std::string_view blocks) {
  ModelSpec model;
  model.include.push_back(load_text<BlockFile>(std::string(blocks), "configs/blocks"));
  return model;
}

}  // namespace tritsim
