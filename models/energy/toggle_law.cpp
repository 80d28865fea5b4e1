// SPDX-License-Identifier: Apache-2.0
#include "models/energy/toggle_law.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace tritsim {
namespace {

/// How often a bit changes that belongs to a sum of `products`.
double changes(double zeros, double products) {
  return (1 - std::pow(zeros, 2 * products)) / 2;
}

/// Bits of the accumulator that change in a clock.
double accumulator_changes(const TernaryTree& tree, double zeros) {
  const double rate = changes(zeros, tree.inputs);
  // A quarter of the inputs' range is their deviation; deviations of products add in squares.
  const double products = std::max(tree.inputs * (1 - zeros), 1.0);
  const double low = std::min(tree.bits - 2 + std::log2(products) / 2, double{1} * tree.sum_bits);
  const double sign = rate * 4 / (std::numbers::pi * std::sqrt(double{1} * tree.beats));
  double above = rate;
  double sum = std::max(low, 0.0) * rate;
  double left = tree.sum_bits - std::max(low, 0.0);
  while (left > 0) {
    above /= 2;
    sum += std::min(left, 1.0) * std::max(above, std::min(sign, rate));
    left -= 1;
  }
  return sum;
}

}  // namespace

double toggle_rate(const TernaryTree& tree, double zeros) {
  double bits = tree.sum_bits;
  double sum = accumulator_changes(tree, zeros);
  double registers = tree.inputs;
  for (std::uint32_t level = 0;; ++level) {
    const double all = registers * (tree.bits + 1 + level);
    bits += all;
    sum += all * changes(zeros, std::exp2(level));
    if (registers <= 1) break;
    registers = std::ceil(registers / 2);
  }
  return sum / bits;
}

}  // namespace tritsim
