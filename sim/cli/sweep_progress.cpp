// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/sweep_progress.hpp"

#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

namespace tritsim {

SweepProgress::SweepProgress(std::size_t total)
    : total_(total), terminal_(isatty(STDERR_FILENO) != 0) {}

void SweepProgress::count(bool ok) {
  ++done_;
  if (!ok) ++bad_;
}

void SweepProgress::show() {
  const auto now = Clock::now();
  if (now - last_ < (terminal_ ? std::chrono::milliseconds(100) : std::chrono::seconds(10))) {
    return;
  }
  last_ = now;
  const double rate = static_cast<double>(done_) / seconds();
  const double left = static_cast<double>(total_ - done_) / rate;
  const std::string text =
      fmt::format("{} of {} points, {} without a result, {:.1f} a second, {} left", done_, total_,
                  bad_, rate, done_ == 0 ? "?" : fmt::format("{:.0f} s", left));
  fmt::print(stderr, "{}{:<76}{}", terminal_ ? "\r  " : "", text, terminal_ ? "" : "\n");
  std::fflush(stderr);
}

void SweepProgress::finish() const {
  if (terminal_) fmt::print(stderr, "\r{:80}\r", "");
}

double SweepProgress::seconds() const {
  return std::chrono::duration<double>(Clock::now() - begin_).count();
}

}  // namespace tritsim
