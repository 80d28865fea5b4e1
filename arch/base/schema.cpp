// SPDX-License-Identifier: Apache-2.0
#include "arch/base/schema.hpp"

#include <cmath>

#include <fmt/format.h>

namespace tritsim {

bool Constraint::holds(double v) const {
  if (std::isnan(v)) return false;
  if (min && (min_open ? v <= *min : v < *min)) return false;
  if (max && v > *max) return false;
  if (power_of_two) {
    int exponent = 0;
    return std::frexp(v, &exponent) == 0.5;
  }
  return true;
}

std::string Constraint::text(std::span<const Unit> units) const {
  const auto bound = [&](double v) {
    return units.empty() ? format_number(v) : format_quantity(v, units);
  };
  if (power_of_two) {
    return max ? fmt::format("a power of two from {} to {}", bound(min.value_or(1)), bound(*max))
               : "a power of two";
  }
  if (min && max && min_open) {
    return *min == 0 ? fmt::format("positive and at most {}", bound(*max))
                     : fmt::format("above {} and at most {}", bound(*min), bound(*max));
  }
  if (min && max) return fmt::format("between {} and {}", bound(*min), bound(*max));
  if (min && *min == 0) return min_open ? "positive" : "zero or more";
  if (min) return fmt::format("{} {}", min_open ? "above" : "at least", bound(*min));
  if (max) return fmt::format("at most {}", bound(*max));
  return "";
}

}  // namespace tritsim
