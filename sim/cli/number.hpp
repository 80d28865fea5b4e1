// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "arch/base/units.hpp"

namespace tritsim {

/// Takes a number from `least` to `most`, whole if both are; anything else, including NaN and
/// infinity, is refused with the range. Every numeric option has one.
template <class T>
[[nodiscard]] CLI::Validator number_in(T least, T most) {
  const std::string range = fmt::format("{} to {}", least, most);
  return CLI::Validator(
      [least, most, range](std::string& text) -> std::string {
        const auto value = parse_number(text);
        const bool whole = !std::is_integral_v<T> || (value && *value == std::floor(*value));
        const bool inside = value && whole && *value >= static_cast<double>(least) &&
                            *value <= static_cast<double>(most);
        if (inside) return {};
        return fmt::format("'{}' is not a {}number from {}", text,
                           std::is_integral_v<T> ? "whole " : "", range);
      },
      range);
}

}  // namespace tritsim
