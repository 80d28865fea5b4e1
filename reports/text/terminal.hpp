// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>

namespace tritsim {

/// What the place that text goes to can show. A file or a pipe has neither bold letters nor an end
/// of the line, so that its content does not depend on where a command is run.
struct TerminalStyle {
  bool bold = false;
  std::size_t width = 0;  ///< columns; 0: tables are as wide as they need

  // Implicit: whether letters may be bold is all that most callers know.
  TerminalStyle(bool is_bold = false, std::size_t columns = 0) : bold(is_bold), width(columns) {}

  /// Columns for running text: long lines are hard to read on a wide screen, too.
  [[nodiscard]] std::size_t text_width() const {
    constexpr std::size_t readable = 100;
    return width == 0 ? readable : std::min(width, readable);
  }
};

}  // namespace tritsim
