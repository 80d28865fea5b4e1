// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "arch/base/reader.hpp"
#include "arch/study/kinds.hpp"
#include "tests/support/models.hpp"

namespace tritsim::test {

inline std::string config(const std::string& name) {
  return std::string(TRITSIM_SOURCE_DIR) + "/configs/" + name;
}

inline BoardSpec board(const std::string& name, const std::vector<Override>& overrides = {}) {
  return load<BoardSpec>(config("boards/" + name + ".yaml"), overrides);
}

inline ModelSpec model(const std::string& name) {
  return load<ModelSpec>(config("models/" + name + ".yaml"));
}

/// The board with every memory answering `cycles` core cycles after a request.
inline BoardSpec with_fixed_memory(BoardSpec b, std::uint32_t cycles) {
  for (MemoryGroup& m : b.memories) {
    m.memory.dram.reset();
    m.memory.sram.reset();
    m.memory.fixed = FixedLatencySpec{cycles};
    m.memory.uncertain.clear();
  }
  return b;
}

/// A small model of the shipped family: every kind of op, few instructions.
inline ModelSpec tiny_model(std::uint32_t layers = 2, std::uint32_t hidden = 1024) {
  return hgrn_bit("tiny", layers, hidden, hidden * 11 / 4, 4 * std::uint64_t{hidden});
}

}  // namespace tritsim::test
