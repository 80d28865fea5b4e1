// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "reports/text/terminal.hpp"

namespace tritsim {

/// Capabilities of standard output: bold on a terminal, unless NO_COLOR is set or the terminal is
/// dumb; width from COLUMNS, else that of the terminal. Files and pipes get plain text that does
/// not depend on either.
[[nodiscard]] TerminalStyle output_style();

/// Progress of long work, on one line of standard error that is overwritten ten times a second at
/// most. Shows nothing where standard error is no terminal.
class ProgressLine {
 public:
  /// What is counted: "step".
  explicit ProgressLine(std::string what);
  ProgressLine(const ProgressLine&) = default;
  ProgressLine& operator=(const ProgressLine&) = default;

  ~ProgressLine() { clear(); }

  /// "step 3 of 16", followed by what is in progress; the last one clears the line.
  void show(std::uint64_t done, std::uint64_t total, const std::string& now = "");

  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  std::string what_;
  bool terminal_;
  std::size_t shown_ = 0;  ///< characters on the line
  Clock::time_point last_ = Clock::now();
};

}  // namespace tritsim
