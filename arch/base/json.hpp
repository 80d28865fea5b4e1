// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "arch/base/document.hpp"

namespace tritsim {

/// Limits on a JSON text that is not trusted.
struct JsonLimits {
  std::size_t depth = 16;        ///< nested maps and lists
  std::size_t values = 100'000;  ///< scalars, maps and lists together
};

/// Reads strict JSON (no comments, NaN or infinity, UTF-8 only) in which every value remembers its
/// line and column. `start` is where the text begins. A text that is not JSON, or exceeds the
/// limits, is recorded in `problems`; the result is then null.
[[nodiscard]] Node parse_json(std::string_view text, const Mark& start, Problems& problems,
                              const JsonLimits& limits = {});

/// JSON on one line, without a newline at its end. Reading it gives the same node.
[[nodiscard]] std::string to_json_line(const Node& node);

}  // namespace tritsim
