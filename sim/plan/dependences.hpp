// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <map>
#include <vector>

#include "arch/core/core_unit.hpp"
#include "sim/plan/vector_code.hpp"

namespace tritsim {

/// Which instructions of a code must come before which: who makes a vector before who reads it, who
/// reads what a symbol holds before who stores a new value there, and the instructions of each unit
/// but the element-wise one in their order, since the unit holds values between them.
class Dependences {
 public:
  explicit Dependences(const VectorCode& code);

  /// Instructions that come after the i-th, in their order.
  [[nodiscard]] const std::vector<std::size_t>& after(std::size_t i) const { return after_[i]; }

 private:
  static constexpr std::size_t none = ~std::size_t{0};

  void order(std::size_t first, std::size_t second);
  void add(std::size_t i, const VectorInstruction& v);
  void store(std::size_t i, const VectorInstruction& v);

  std::vector<std::vector<std::size_t>> after_;
  std::vector<std::size_t> writer_;  ///< of each vector, so far
  std::vector<std::vector<std::size_t>> readers_;
  std::map<std::uint32_t, std::vector<std::size_t>> held_;  ///< vectors that a symbol may hold
  std::array<std::size_t, core_units.size()> last_{};       ///< instruction of a unit, plus 1
};

}  // namespace tritsim
