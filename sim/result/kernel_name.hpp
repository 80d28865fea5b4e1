// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/result/result.hpp"

namespace tritsim {

/// Name of a kernel of a group, by its number: "GROUP_NUMBER". A stored result says of a kernel's
/// group no more than this.
[[nodiscard]] std::string kernel_name(const CoreGroup& group, std::uint32_t number);

/// The group of a kernel, by its name; null: the board has none of that name.
[[nodiscard]] const CoreGroup* group_of(const BoardSpec& board, const KernelResult& kernel);

}  // namespace tritsim
