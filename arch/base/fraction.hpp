// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "arch/base/expression.hpp"

// Exact arithmetic of expressions.
namespace tritsim {

/// An exact number. What does not fit is a fault.
struct Fraction {
  std::int64_t numerator = 0;
  std::int64_t denominator = 1;  ///< positive, without common factor

  [[nodiscard]] bool is_whole() const { return denominator == 1; }

  [[nodiscard]] bool is_true() const { return numerator != 0; }

  [[nodiscard]] std::int64_t floor() const {
    const std::int64_t q = numerator / denominator;
    return numerator % denominator < 0 ? q - 1 : q;
  }

  [[nodiscard]] std::string text() const {
    return is_whole() ? fmt::format("{}", numerator)
                      : fmt::format("{} / {}", numerator, denominator);
  }
};

__extension__ using Wide = __int128;

[[nodiscard]] inline Fraction reduced(Wide numerator, Wide denominator) {
  if (denominator == 0) {
    throw ExpressionFault{"divides by zero", "check the dimensions that it divides by"};
  }
  if (denominator < 0) {
    numerator = -numerator;
    denominator = -denominator;
  }
  Wide a = numerator < 0 ? -numerator : numerator;
  Wide b = denominator;
  while (b != 0) a = std::exchange(b, a % b);
  numerator /= a;
  denominator /= a;
  constexpr Wide most = std::int64_t{1} << 62;
  if (numerator > most || numerator < -most || denominator > most) {
    throw ExpressionFault{"is too large", "check the dimensions in it"};
  }
  return {static_cast<std::int64_t>(numerator), static_cast<std::int64_t>(denominator)};
}

[[nodiscard]] inline Fraction add(const Fraction& a, const Fraction& b, int sign) {
  return reduced(Wide{a.numerator} * b.denominator + sign * Wide{b.numerator} * a.denominator,
                 Wide{a.denominator} * b.denominator);
}

[[nodiscard]] inline Fraction multiply(const Fraction& a, const Fraction& b) {
  return reduced(Wide{a.numerator} * b.numerator, Wide{a.denominator} * b.denominator);
}

[[nodiscard]] inline Fraction divide(const Fraction& a, const Fraction& b) {
  return reduced(Wide{a.numerator} * b.denominator, Wide{a.denominator} * b.numerator);
}

[[nodiscard]] inline Fraction ceil_of(const Fraction& a) {
  return {a.is_whole() ? a.numerator : a.floor() + 1, 1};
}

[[nodiscard]] inline bool is_less(const Fraction& a, const Fraction& b) {
  return Wide{a.numerator} * b.denominator < Wide{b.numerator} * a.denominator;
}

}  // namespace tritsim
