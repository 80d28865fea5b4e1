// SPDX-License-Identifier: Apache-2.0
#include "sim/timeline/trace_events.hpp"

#include <iterator>
#include <utility>

#include "arch/base/document.hpp"
#include "arch/base/json.hpp"

namespace tritsim {
namespace {

constexpr std::size_t buffer_bytes = 1 << 16;

/// Picoseconds as microseconds, the unit of the format.
std::string micro(std::uint64_t ps) {
  return fmt::format("{}.{:06}", ps / 1'000'000, ps % 1'000'000);
}

}  // namespace

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

TraceEventFile::TraceEventFile(std::string path) : out_(std::move(path)) {
  fmt::format_to(std::back_inserter(buffer_), "{{\"traceEvents\":[\n");
}

void TraceEventFile::start_event() {
  if (!first_) fmt::format_to(std::back_inserter(buffer_), ",\n");
  first_ = false;
}

void TraceEventFile::flush_if_full() {
  if (buffer_.size() < buffer_bytes) return;
  out_.write({buffer_.data(), buffer_.size()});
  buffer_.clear();
}

void TraceEventFile::name_group(std::uint32_t group, std::string_view name) {
  for (const auto& [what, args] :
       {std::pair{"process_name", fmt::format("\"name\":{}", json_text(name))},
        std::pair{"process_sort_index", fmt::format("\"sort_index\":{}", group)}}) {
    start_event();
    fmt::format_to(std::back_inserter(buffer_),
                   R"({{"ph":"M","pid":{},"tid":0,"name":"{}","args":{{{}}}}})", group, what, args);
  }
}

void TraceEventFile::name_row(Track track, std::string_view name) {
  for (const auto& [what, args] :
       {std::pair{"thread_name", fmt::format("\"name\":{}", json_text(name))},
        std::pair{"thread_sort_index", fmt::format("\"sort_index\":{}", track.row)}}) {
    start_event();
    fmt::format_to(std::back_inserter(buffer_),
                   R"({{"ph":"M","pid":{},"tid":{},"name":"{}","args":{{{}}}}})", track.group,
                   track.row, what, args);
  }
}

void TraceEventFile::span(Track track, std::string_view category, std::string_view name,
                          Interval time, std::string_view args) {
  start_event();
  fmt::format_to(
      std::back_inserter(buffer_),
      R"({{"ph":"X","pid":{},"tid":{},"ts":{},"dur":{},"cat":"{}","name":{},"args":{{{}}}}})",
      track.group, track.row, micro(time.from), micro(time.to - time.from), category,
      json_text(name), args);
  flush_if_full();
}

void TraceEventFile::begin(Track track, std::string_view category, std::string_view name,
                           std::uint64_t at) {
  start_event();
  fmt::format_to(std::back_inserter(buffer_),
                 R"({{"ph":"B","pid":{},"tid":{},"ts":{},"cat":"{}","name":{}}})", track.group,
                 track.row, micro(at), category, json_text(name));
  flush_if_full();
}

void TraceEventFile::end(Track track, std::uint64_t at, std::string_view args) {
  start_event();
  fmt::format_to(std::back_inserter(buffer_),
                 R"({{"ph":"E","pid":{},"tid":{},"ts":{},"args":{{{}}}}})", track.group, track.row,
                 micro(at), args);
  flush_if_full();
}

void TraceEventFile::close(std::string_view other) {
  fmt::format_to(std::back_inserter(buffer_),
                 "\n],\"displayTimeUnit\":\"ns\",\"otherData\":{{{}}}}}\n", other);
  out_.write({buffer_.data(), buffer_.size()});
  buffer_.clear();
  out_.commit();
}

}  // namespace tritsim
