// SPDX-License-Identifier: Apache-2.0
#include "sim/timeline/timeline_window.hpp"

#include <cmath>
#include <limits>
#include <string_view>

#include <fmt/format.h>

#include "arch/base/problems.hpp"

namespace tritsim {
namespace {

constexpr std::uint32_t no_end = std::numeric_limits<std::uint32_t>::max();

[[noreturn]] void refuse(const std::string& text, std::string_view what) {
  throw ConfigError(fmt::format(
      "--window '{}': {}; write token steps as 0..2, times as 0us..500us, or all", text, what));
}

std::optional<std::uint32_t> parse_step(std::string_view text) {
  const std::optional<double> value = parse_number(text);
  if (!value || *value < 0 || *value >= no_end || *value != std::floor(*value)) return {};
  return static_cast<std::uint32_t>(*value);
}

}  // namespace

TimelineWindow parse_window(const std::string& text) {
  if (text == "all") return {0, no_end, {}};
  const std::size_t dots = text.find("..");
  if (dots == std::string::npos) refuse(text, "is no range");
  const std::string_view from = std::string_view(text).substr(0, dots);
  const std::string_view to = std::string_view(text).substr(dots + 2);
  const auto first = parse_step(from);
  const auto last = parse_step(to);
  if (first && last) {
    if (*first >= *last) refuse(text, "has no step in it");
    return {*first, *last, {}};
  }
  const ParsedQuantity begin = parse_quantity(from, units_of<Time>());
  const ParsedQuantity end = parse_quantity(to, units_of<Time>());
  if (!begin.si || !end.si) refuse(text, "is neither two token steps nor two times");
  if (*begin.si < 0 || *begin.si >= *end.si) refuse(text, "has no time in it");
  return {0, no_end, TimelineWindow::Span{Time{*begin.si}, Time{*end.si}}};
}

std::string describe(const TimelineWindow& window) {
  if (window.span)
    return fmt::format("{} to {}", format(window.span->begin), format(window.span->end));
  if (window.end_step == no_end) {
    return window.first_step == 0 ? "the whole run"
                                  : fmt::format("token steps from {} on", window.first_step);
  }
  return fmt::format("token steps {} to {}", window.first_step, window.end_step - 1);
}

}  // namespace tritsim
