// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sstream>
#include <string>

#include "arch/workload/trace_reader.hpp"
#include "tests/fuzz/verdict.hpp"

namespace tritsim::fuzz {

inline TraceFile read_text(const std::string& text) {
  std::istringstream in(text);
  TraceReader reader(in, "fuzz.trace");
  TraceFile file;
  file.header = reader.header();
  while (auto line = reader.next()) file.lines.push_back(std::move(*line));
  return file;
}

/// True if a trace is the same after writing and reading again.
inline bool survives(const TraceFile& file) {
  std::ostringstream out;
  write_trace(out, file);
  TraceFile again = read_text(out.str());
  again.header.digest = file.header.digest;
  return again == file;
}

/// Any bytes as a trace.
inline Verdict judge_trace(const std::string& text) {
  return verdict_of([&] { return survives(read_text(text)); });
}

}  // namespace tritsim::fuzz
