// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "sim/result/energy.hpp"

// Numbers as people read them: three significant digits, a unit with its prefix. What is not a
// number (0 / 0 of an empty run) becomes "-".
namespace tritsim {

/// Quotient, or not-a-number where there is nothing to divide by.
[[nodiscard]] double ratio(double dividend, double divisor);

/// A number cut to `digits` significant digits, no exponent between 1e-3 and 1e6: "12.4", "0.0312".
[[nodiscard]] std::string significant(double value, int digits = 3);

/// A value in base units with a prefixed unit: si(12.35e-3, "s") is "12.4 ms". An empty unit leaves
/// the prefix alone ("25.2 G").
[[nodiscard]] std::string si(double value, std::string_view unit, int digits = 3);

/// A range in one unit: "12.3 (10.1 - 15.0) W".
[[nodiscard]] std::string si(const Range<double>& range, std::string_view unit, int digits = 3);

/// A fraction as a percentage: percent(0.1234) is "12.3 %".
[[nodiscard]] std::string percent(double fraction, int decimals = 1);

/// A count with a thousands separator, rounded to a whole number: "1,234,567".
[[nodiscard]] std::string count(double value);

/// "1 sequence", "1,200 sequences"; `many` where it does not end in s.
[[nodiscard]] std::string counted(double number, std::string_view one, std::string_view many = "");

/// Values of a range in base units, each times `factor`.
template <class Q>
[[nodiscard]] Range<double> scaled(const Range<Q>& range, double factor) {
  return {range.low.si() * factor, range.value.si() * factor, range.high.si() * factor};
}

/// A power of 1000 with its prefix, as chosen for a value.
struct Prefix {
  double factor = 1;
  std::string_view text;
  int decimals = 0;  ///< digits after the point that make `digits` significant ones
};

/// The prefix in which `value`, rounded to `digits` digits, has one to three digits before the
/// point.
[[nodiscard]] Prefix prefix_for(double value, int digits = 3);

}  // namespace tritsim
