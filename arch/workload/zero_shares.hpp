// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

namespace tritsim {

/// Zeros of a ternary matrix, as a unit that skips them needs them: their share, and that of the
/// row with the fewest, on which a lane works longest.
struct ZeroShares {
  double mean = 0;
  double row_least = 0;  ///< least share of a row
  std::uint64_t rows = 1;
  std::uint64_t columns = 1;
  std::optional<double> inputs{};  ///< share of zeros among what the matrix is multiplied by

  bool operator==(const ZeroShares&) const = default;
};

}  // namespace tritsim
