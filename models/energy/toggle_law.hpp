// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

// How often the registers of ternary adders change, from how many of their products are zero.
namespace tritsim {

/// A tree that adds the ternary products of its inputs, a register behind the products and behind
/// each level, and an accumulator behind it (tests/rtl/parts/ternary_tree.sv).
struct TernaryTree {
  std::uint32_t inputs = 1;
  std::uint32_t bits = 8;       ///< of an input
  std::uint32_t sum_bits = 16;  ///< of the accumulator
  std::uint32_t beats = 64;     ///< that a row of the matrix takes
};

/// Share of the tree's register bits that change in a clock, if a share `zeros` of the products is
/// zero and the others have signs at random. A bit of a sum that is not zero is as often 1 as 0,
/// whatever the size of the inputs: two's complement repeats the sign. So it is 1 with (1 - p) / 2,
/// p being the share of sums that are zero, and changes with (1 - p^2) / 2; a sum of n products is
/// zero with p = zeros^n. Sums that cancel are left out. The accumulator's low bits change as those
/// of what it adds, each bit above half as often as the one below, and all with the sign of a
/// random walk: 2 / (pi sqrt(beats)) of the clocks.
[[nodiscard]] double toggle_rate(const TernaryTree& tree, double zeros);

}  // namespace tritsim
