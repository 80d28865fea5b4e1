// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "arch/base/units.hpp"

namespace tritsim {

/// The part of a run that a timeline shows: token steps, or what begins in a span of time.
struct TimelineWindow {
  struct Span {
    Time begin;
    Time end;
  };

  std::uint32_t first_step = 0;
  std::uint32_t end_step = 2;  ///< behind the last
  std::optional<Span> span;    ///< instead of steps
};

/// Reads `0us..500us`, `0..2` (token steps, the last not among them) or `all`. Throws ConfigError.
[[nodiscard]] TimelineWindow parse_window(const std::string& text);

/// In words: "token steps 0 to 1", "0 s to 500 us", "the whole run".
[[nodiscard]] std::string describe(const TimelineWindow& window);

}  // namespace tritsim
