// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace tritsim {

/// Which clocks of a command bus are taken, as far back as anything looks. One command a clock, or
/// in several of them.
class DramCommandBus {
 public:
  using Ticks = std::int64_t;

  [[nodiscard]] Ticks first_free(Ticks t, Ticks clocks = 1) const {
    for (Ticks n = 0; n < clocks; ++n) {
      if (!taken(t + n)) continue;
      t += n + 1;
      n = -1;
    }
    return t;
  }

  void take(Ticks t, Ticks clocks = 1) {
    for (Ticks n = 0; n < clocks; ++n) take_old(t + n);
    newest_ = std::max(newest_, t + clocks - 1);
  }

  /// A clock that is not after the newest.
  void take_old(Ticks t) {
    Word& w = words_[(t >> 6) & (words - 1)];
    if (w.number == t >> 6) {
      w.bits |= std::uint64_t{1} << (t & 63);
    } else {
      w = {t >> 6, std::uint64_t{1} << (t & 63)};
    }
  }

  [[nodiscard]] Ticks newest() const { return newest_; }

 private:
  static constexpr Ticks words = 64;

  /// 64 clocks, from number x 64 on.
  struct Word {
    Ticks number = -1;
    std::uint64_t bits = 0;
  };

  [[nodiscard]] bool taken(Ticks t) const {
    const Word& w = words_[(t >> 6) & (words - 1)];
    return w.number == t >> 6 && (w.bits >> (t & 63) & 1) != 0;
  }

  std::array<Word, words> words_{};
  Ticks newest_ = -1;
};

/// When rows were open. They open in the order of time, but a burst may close its row before an
/// earlier burst opens one: closings are put in order here. If the n-th comes before the opening
/// behind it, which is the n+1st, all rows are closed from one to the other.
class DramRowTimes {
 public:
  using Ticks = std::int64_t;

  void open(Ticks at) { opened_.push_back(at); }

  void close(Ticks at) {
    last_closed_ = std::max(last_closed_, at);
    const bool in_order = closed_.empty() || at >= closed_.back();
    closed_.push_back(at);
    if (!in_order) sift();
  }

  /// So many rows at a time.
  void close(Ticks at, std::size_t rows) {
    for (; rows > 0 && at < last_closed_; --rows) close(at);
    last_closed_ = std::max(last_closed_, at);
    closed_.insert(closed_.end(), rows, at);
  }

  [[nodiscard]] std::size_t pending() const { return opened_.size(); }

  /// No row closes before `until` any more.
  void count(Ticks until);

  [[nodiscard]] Ticks last_closed() const { return last_closed_; }

  /// Clocks without an open row, up to the openings that are counted.
  [[nodiscard]] Ticks all_closed() const { return all_closed_; }

 private:
  /// Puts the last closing in its place.
  void sift();

  std::vector<Ticks> opened_;
  std::vector<Ticks> closed_{0};  ///< the first opening ends the time from 0 on
  Ticks last_closed_ = 0;
  Ticks all_closed_ = 0;
};

}  // namespace tritsim
