// SPDX-License-Identifier: Apache-2.0
#include "reports/text/number.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>

#include <fmt/format.h>

namespace tritsim {
namespace {

constexpr std::array<std::string_view, 13> prefixes{"a", "f", "p", "n", "u", "m", "",
                                                    "k", "M", "G", "T", "P", "E"};
constexpr int no_prefix = 6;

/// Slightly increased, so that decimal halves that binary stores too low (12.35) round away from
/// zero.
double nudged(double value) {
  return value * (1 + 1e-14);
}

/// Decimal exponent after rounding to `digits` significant digits.
int exponent_of(double value, int digits) {
  if (value == 0) return 0;
  const std::string text = fmt::format("{:.{}e}", nudged(value), digits - 1);
  return std::atoi(text.c_str() + text.find('e') + 1);
}

std::string with_unit(const std::string& number, std::string_view prefix, std::string_view unit) {
  if (prefix.empty() && unit.empty()) return number;
  return fmt::format("{} {}{}", number, prefix, unit);
}

}  // namespace

double ratio(double dividend, double divisor) {
  return divisor != 0 ? dividend / divisor : std::numeric_limits<double>::quiet_NaN();
}

std::string significant(double value, int digits) {
  if (!std::isfinite(value)) return "-";
  const int exponent = exponent_of(value, digits);
  if (exponent < -3 || exponent > 5) return fmt::format("{:.{}e}", nudged(value), digits - 1);
  if (value == 0) return "0";
  return fmt::format("{:.{}f}", nudged(value), std::max(0, digits - 1 - exponent));
}

Prefix prefix_for(double value, int digits) {
  const int exponent = exponent_of(value, digits);
  const int step = static_cast<int>(std::floor(exponent / 3.0));
  const int index = std::clamp(step + no_prefix, 0, static_cast<int>(prefixes.size()) - 1);
  const int thousands = index - no_prefix;
  return {std::pow(1000.0, thousands), prefixes[static_cast<std::size_t>(index)],
          std::max(0, digits - 1 - (exponent - 3 * thousands))};
}

std::string si(double value, std::string_view unit, int digits) {
  if (!std::isfinite(value)) return "-";
  if (value == 0) return with_unit("0", "", unit);
  const Prefix p = prefix_for(value, digits);
  return with_unit(fmt::format("{:.{}f}", nudged(value / p.factor), p.decimals), p.text, unit);
}

std::string si(const Range<double>& range, std::string_view unit, int digits) {
  if (!std::isfinite(range.value)) return "-";
  const bool exact = range.low == range.value && range.high == range.value;
  if (exact) return si(range.value, unit, digits);
  const Prefix p = prefix_for(range.value != 0 ? range.value : range.high, digits);
  const auto text = [&](double v) {
    return fmt::format("{:.{}f}", nudged(v / p.factor), p.decimals);
  };
  return with_unit(
      fmt::format("{} ({} - {})", text(range.value), text(range.low), text(range.high)), p.text,
      unit);
}

std::string percent(double fraction, int decimals) {
  if (!std::isfinite(fraction)) return "-";
  std::string digits = fmt::format("{:.{}f}", nudged(fraction * 100), decimals);
  if (digits.find_first_of("123456789") == std::string::npos && digits.front() == '-') {
    digits.erase(0, 1);  // zero has no sign
  }
  return digits + " %";
}

std::string count(double value) {
  if (!std::isfinite(value)) return "-";
  const std::string digits = fmt::format("{:.0f}", std::fabs(std::round(value)));
  std::string out = value <= -0.5 ? "-" : "";
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

std::string counted(double number, std::string_view one, std::string_view many) {
  if (number == 1) return fmt::format("1 {}", one);
  return many.empty() ? fmt::format("{} {}s", count(number), one)
                      : fmt::format("{} {}", count(number), many);
}

}  // namespace tritsim
