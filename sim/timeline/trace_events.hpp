// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "arch/base/output_file.hpp"

namespace tritsim {

/// Writes trace events in the JSON object format that Perfetto and chrome://tracing open, as they
/// come: nothing is kept but a buffer. Times are whole picoseconds, so that what lies inside
/// something else still does when it is rounded.
/// https://perfetto.dev/docs/getting-started/other-formats
class TraceEventFile {
 public:
  /// A row of the picture: thread `row` of process `group`.
  struct Track {
    std::uint32_t group = 0;
    std::uint32_t row = 0;

    auto operator<=>(const Track&) const = default;
  };

  /// Opens the file, which becomes visible with close(); throws ConfigError.
  explicit TraceEventFile(std::string path);

  void name_group(std::uint32_t group, std::string_view name);
  void name_row(Track track, std::string_view name);

  struct Interval {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
  };

  /// Something that takes an interval. `args` are the members of a JSON object.
  void span(Track track, std::string_view category, std::string_view name, Interval time,
            std::string_view args);

  /// A span that encloses the following events on its track, until its end.
  void begin(Track track, std::string_view category, std::string_view name, std::uint64_t at);
  void end(Track track, std::uint64_t at, std::string_view args);

  /// Ends the file with members of `otherData` and makes it visible. Throws ConfigError.
  void close(std::string_view other);

 private:
  void start_event();
  void flush_if_full();

  OutputFile out_;
  fmt::memory_buffer buffer_;
  bool first_ = true;
};

/// A JSON string, quotes included.
[[nodiscard]] std::string json_text(std::string_view text);

}  // namespace tritsim
