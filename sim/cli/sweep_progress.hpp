// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>

namespace tritsim {

/// Points done, rate and time left: on a terminal in place ten times a second, else a line every
/// ten seconds.
class SweepProgress {
 public:
  explicit SweepProgress(std::size_t total);

  void count(bool ok);
  void show();
  void finish() const;

  [[nodiscard]] double seconds() const;

  /// Points without a result.
  [[nodiscard]] std::size_t bad() const { return bad_; }

 private:
  using Clock = std::chrono::steady_clock;

  std::size_t total_;
  std::size_t done_ = 0;
  std::size_t bad_ = 0;
  bool terminal_;
  Clock::time_point begin_ = Clock::now();
  Clock::time_point last_ = begin_;
};

}  // namespace tritsim
