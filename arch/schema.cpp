// SPDX-License-Identifier: Apache-2.0
#include "arch/schema.hpp"

#include <cmath>

#include <fmt/format.h>

namespace tritsim {

bool Constraint::holds(double v) const {
  if (min && (min_open ? v <= *min : v < *min)) return false;
  if (max && v > *max) return false;
  if (power_of_two) {
    int exponent = 0;
    return std::frexp(v, &exponent) == 0.5;
  }
  return true;
}

std::string Constraint::text() const {
  if (power_of_two) return "a power of two";
  if (min && max) return fmt::format("between {} and {}", format_number(*min), format_number(*max));
  if (min && *min == 0) return min_open ? "positive" : "zero or more";
  if (min) return fmt::format("at least {}", format_number(*min));
  if (max) return fmt::format("at most {}", format_number(*max));
  return "";
}

}  // namespace tritsim
