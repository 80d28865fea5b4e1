// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>

namespace tritsim {

/// Capabilities of the output. A file or a pipe has no bold text and no line width, so that its
/// content does not depend on where a command is run.
struct TerminalStyle {
  bool bold = false;
  std::size_t width = 0;  ///< columns; 0: tables are as wide as they need

  // Implicit: most callers only know whether text may be bold.
  TerminalStyle(bool is_bold = false, std::size_t columns = 0) : bold(is_bold), width(columns) {}

  /// Columns for running text: long lines are hard to read on a wide screen too.
  [[nodiscard]] std::size_t text_width() const {
    constexpr std::size_t readable = 100;
    return width == 0 ? readable : std::min(width, readable);
  }
};

}  // namespace tritsim
