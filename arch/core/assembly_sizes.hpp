// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "arch/core/core.hpp"

namespace tritsim {

/// A fault of assembly text, without its place.
struct AssemblyFault {
  std::string what;
  std::string remedy;
};

/// Takes what says how much an instruction works on off the end of its operands, and puts it into
/// the instruction: elements, or inputs x outputs of a product, where the core's instructions carry
/// sizes; elements x positions and the rest of its attention for one that grows with the cache.
/// Without a size the core's D is meant; attention needs one. Returns what is wrong with it.
[[nodiscard]] std::optional<AssemblyFault> take_size(const CoreSpec& core,
                                                     std::vector<std::string>& operands,
                                                     Instruction& instruction);

}  // namespace tritsim
