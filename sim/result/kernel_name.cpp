// SPDX-License-Identifier: Apache-2.0
#include "sim/result/kernel_name.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tritsim {

std::string kernel_name(const CoreGroup& group, std::uint32_t number) {
  return fmt::format("{}_{}", group.name, number);
}

const CoreGroup* group_of(const BoardSpec& board, const KernelResult& kernel) {
  // A number has no '_': what stands before the last one is the whole name of the group.
  const std::string_view group = std::string_view(kernel.name).substr(0, kernel.name.rfind('_'));
  const auto it = std::find_if(board.cores.begin(), board.cores.end(),
                               [&](const CoreGroup& g) { return g.name == group; });
  return it == board.cores.end() ? nullptr : &*it;
}

}  // namespace tritsim
