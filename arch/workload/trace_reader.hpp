// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fstream>
#include <iosfwd>
#include <optional>
#include <string>

#include "arch/base/problems.hpp"
#include "arch/workload/trace_checker.hpp"
#include "arch/workload/trace_file.hpp"

namespace tritsim {

/// Reads a trace line by line. Memory grows with the names and vectors of the file, not with its
/// text. A line longer than `longest_line` bytes is refused before it is held.
class TraceReader {
 public:
  static constexpr std::size_t longest_line = 1 << 20;
  static constexpr std::size_t most_ops = 1'000'000;

  /// Opens a file and reads its header; throws ConfigError.
  explicit TraceReader(const std::string& path);

  /// The same from a stream, which must outlive the reader; messages name `name`.
  TraceReader(std::istream& in, std::string name);

  [[nodiscard]] const TraceHeader& header() const { return header_; }

  /// The next op, nothing at the end. Throws ConfigError with every problem of the line, and at the
  /// end if there was no op or the digest is not that of the lines.
  [[nodiscard]] std::optional<TraceLine> next();

 private:
  void read_header();
  bool read_text();

  [[nodiscard]] Mark mark() const { return {name_, line_, 1}; }

  void finish() const;

  std::ifstream file_;
  std::istream& in_;
  std::string name_;
  TraceHeader header_;
  int line_ = 0;
  std::string text_;  ///< of the current line
  std::uint64_t digest_;
  TraceChecker checker_;
};

}  // namespace tritsim
