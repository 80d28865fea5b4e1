// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/study/sqlite.hpp"

namespace tritsim {

/// Cells as bytes, for another process of the same program: every bit of every number is kept.
[[nodiscard]] std::string pack(const std::vector<Cell>& cells);

/// What pack() made the bytes from; throws std::runtime_error if it made others.
[[nodiscard]] std::vector<Cell> unpack(std::string_view bytes);

}  // namespace tritsim
