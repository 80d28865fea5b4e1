// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace tritsim {

/// The largest n up to `most` of which `holds(n)` is true; 0 if it is true of none. Where it holds
/// of a number, it must hold of all smaller ones above zero.
template <class Holds>
[[nodiscard]] std::uint64_t longest_run(std::uint64_t most, Holds&& holds) {
  std::uint64_t least = 0;
  while (least < most) {
    const std::uint64_t n = least + (most - least + 1) / 2;
    if (holds(n)) {
      least = n;
    } else {
      most = n - 1;
    }
  }
  return least;
}

}  // namespace tritsim
