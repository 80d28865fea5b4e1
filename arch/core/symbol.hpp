// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "arch/workload/model.hpp"
#include "arch/workload/zero_shares.hpp"

namespace tritsim {

/// Something in memory that instructions name.
struct Symbol {
  /// What it holds. Each kind may have a channel of its own.
  enum class Kind : std::uint8_t { vector, matrix, cache };  ///< cache: keys or values
  static constexpr std::uint64_t unplaced = ~std::uint64_t{0};

  std::string name;
  Kind kind = Kind::vector;
  std::uint64_t address = unplaced;           ///< byte address inside its memory
  std::uint64_t bytes = 0;                    ///< of one lane; 0: a vector of D or a D x D tile
  std::optional<ZeroShares> zeros{};          ///< of a matrix, where its trace knows them
  WeightSpec weights{NumberFormat::ternary};  ///< of a matrix
  bool spilled = false;  ///< a vector that lies in memory because no register was free for it

  bool operator==(const Symbol&) const = default;
};

}  // namespace tritsim
