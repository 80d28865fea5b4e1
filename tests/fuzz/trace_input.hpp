// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sstream>
#include <string>

#include "arch/trace_file.hpp"

namespace tritsim::fuzz {

/// What a text was to the reader.
enum class Verdict {
  refused,      ///< with an explanation
  read,         ///< and is the same after writing and reading again
  unexplained,  ///< refused without a word
  changed,      ///< by writing and reading again
};

inline TraceFile read_text(const std::string& text) {
  std::istringstream in(text);
  TraceReader reader(in, "fuzz.trace");
  TraceFile file;
  file.header = reader.header();
  while (auto line = reader.next()) file.lines.push_back(std::move(*line));
  return file;
}

/// Any other exception, and any fault of memory, is the caller's to see.
inline Verdict read_twice(const std::string& text) {
  TraceFile file;
  try {
    file = read_text(text);
  } catch (const ConfigError& e) {
    return e.what()[0] == '\0' ? Verdict::unexplained : Verdict::refused;
  }
  std::ostringstream out;
  write_trace(out, file);
  TraceFile again = read_text(out.str());
  again.header.digest = file.header.digest;
  return again == file ? Verdict::read : Verdict::changed;
}

}  // namespace tritsim::fuzz
