// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "arch/core/program.hpp"

namespace tritsim::rtl {

/// The values a program computes, instruction after instruction, in the arithmetic of core.sv:
/// 8-bit elements with 4 bits of fraction, saturating; 16-bit saturating sums.
class Golden {
 public:
  std::vector<std::uint8_t> memory;

  void run(const Program& program, std::uint32_t d);

  [[nodiscard]] std::uint64_t saturated_sums() const { return saturated_sums_; }

 private:
  using Vector = std::vector<int>;

  [[nodiscard]] Vector multiply(const Vector& x, std::uint64_t matrix);

  std::array<Vector, 8> registers_;
  std::uint64_t saturated_sums_ = 0;  ///< how often a 16-bit sum ran into its limit
};

}  // namespace tritsim::rtl
