// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

namespace tritsim {

/// Zeros of a ternary matrix, as far as a unit that skips them needs to know: their share, and the
/// row that has the fewest, which a lane works on longest.
struct ZeroShares {
  double mean = 0;
  double row_least = 0;  ///< least share of a row
  std::uint64_t rows = 1;
  std::uint64_t columns = 1;
  std::optional<double> inputs{};  ///< share of zeros among what the matrix is multiplied by

  bool operator==(const ZeroShares&) const = default;
};

}  // namespace tritsim
