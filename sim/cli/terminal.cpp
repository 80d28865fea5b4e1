// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/terminal.hpp"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "reports/text/table.hpp"

namespace tritsim {
namespace {

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

/// Of the terminal behind a descriptor; 80 if nothing says it.
std::size_t terminal_width(int descriptor) {
  std::size_t columns = 0;
  const std::string_view text = environment("COLUMNS");
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), columns);
  if (error == std::errc{} && end == text.data() + text.size() && columns > 0) return columns;
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

}  // namespace

TerminalStyle output_style() {
  if (isatty(STDOUT_FILENO) == 0) return {};
  const bool bold = environment("NO_COLOR").empty() && environment("TERM") != "dumb";
  return {bold, terminal_width(STDOUT_FILENO)};
}

ProgressLine::ProgressLine(std::string what)
    : what_(std::move(what)), terminal_(isatty(STDERR_FILENO) != 0) {}

void ProgressLine::show(std::uint64_t done, std::uint64_t total, const std::string& now) {
  if (!terminal_) return;
  if (done >= total) {
    clear();
    return;
  }
  const auto time = Clock::now();
  if (shown_ > 0 && time - last_ < std::chrono::milliseconds(100)) return;
  last_ = time;
  std::string line = fmt::format("  {} {} of {}", what_, done, total);
  if (!now.empty()) line += ": " + now;
  const std::size_t room = terminal_width(STDERR_FILENO) - 1;
  if (line.size() > room) line.resize(room);
  const std::size_t length = text_width(line);
  fmt::print(stderr, "\r{}{}", line, std::string(shown_ > length ? shown_ - length : 0, ' '));
  std::fflush(stderr);
  shown_ = std::max(shown_, length);
}

void ProgressLine::clear() {
  if (shown_ == 0) return;
  fmt::print(stderr, "\r{:{}}\r", "", shown_);
  std::fflush(stderr);
  shown_ = 0;
}

}  // namespace tritsim
