// SPDX-License-Identifier: Apache-2.0
#include "models/memory/row_pace_law.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tritsim {

void RowPace::pass_results() {
  std::size_t passed = 0;
  for (; passed < results_.size() && results_[passed] <= next_; ++passed) {
    next_ = std::max(next_, results_[passed] + spec_.stall);
  }
  results_.erase(results_.begin(), results_.begin() + static_cast<std::ptrdiff_t>(passed));
}

void RowPace::end_row() {
  row_left_ = spec_.row_beats;
  if (spec_.stall > 0) results_.push_back(next_ - 1 + spec_.delay);
  Cycles now;
  for (const std::uint64_t r : results_) now.push_back(r >= next_ ? r - next_ : 0);
  repeats_ = now == before_ && next_ - row_end_ == spec_.row_beats + spec_.stall;
  before_ = std::move(now);
  row_end_ = next_;
}

void RowPace::count(std::uint64_t beats) {
  next_ += beats;
  taken_ += beats;
  row_left_ -= beats;
  if (row_left_ == 0) end_row();
}

void RowPace::run(std::uint64_t beats) {
  while (beats > 0) {
    if (row_left_ == spec_.row_beats && repeats_ && beats >= spec_.row_beats) {
      const std::uint64_t rows = beats / spec_.row_beats;
      const std::uint64_t cycles = rows * (spec_.row_beats + spec_.stall);
      next_ += cycles;
      row_end_ = next_;
      for (std::uint64_t& r : results_) r += cycles;
      taken_ += rows * spec_.row_beats;
      beats -= rows * spec_.row_beats;
      continue;
    }
    pass_results();
    std::uint64_t free = std::min(beats, row_left_);
    if (!results_.empty()) free = std::min(free, results_.front() - next_);
    count(free);
    beats -= free;
  }
}

std::uint64_t RowPace::take_one(std::uint64_t cycle) {
  const std::uint64_t missing = cycle > next_ ? cycle - next_ : 0;
  next_ = std::max(next_, cycle);
  pass_results();
  count(1);
  return missing;
}

bool RowPace::keeps_up(const WordArrivals& words) const {
  // Beat n, of which the first is n = 0, ends in word w = ceil((n + 1) beat / word) - 1, and is not
  // taken before cycle n: w step <= n holds if words consist of whole beats, or with room to spare.
  const double beats = words.word_bytes / spec_.beat_bytes;
  return words.step <= (beats == std::floor(beats) ? beats : beats / 2) + 1e-9;
}

std::uint64_t RowPace::take(const WordArrivals& words) {
  const auto cycle = [&](double word) {
    return static_cast<std::uint64_t>(
        std::ceil(std::max(words.first + word * words.step, 0.0) - 1e-3));
  };
  const std::uint64_t end = beats_in(bytes_ + words.bytes);
  const auto before = static_cast<double>(bytes_);
  bytes_ += words.bytes;
  if (taken_ == end) return 0;
  const auto word_of = [&](std::uint64_t beat) {
    const double byte = static_cast<double>(beat + 1) * spec_.beat_bytes - before;
    return std::ceil(byte / words.word_bytes - 1e-9) - 1;
  };
  const bool begun = taken_ > 0;
  std::uint64_t missing = take_one(cycle(std::max(word_of(taken_), 0.0)));
  if (!begun) missing = 0;
  if (keeps_up(words)) {
    run(end - taken_);
  } else {
    while (taken_ < end) missing += take_one(cycle(word_of(taken_)));
  }
  return missing;
}

bool RowPace::steady(std::uint64_t bytes) const {
  const double beats = static_cast<double>(bytes) / spec_.beat_bytes;
  const double rows = beats / static_cast<double>(spec_.row_beats);
  return repeats_ && row_left_ == spec_.row_beats && rows == std::floor(rows);
}

std::uint64_t RowPace::requests_of_rows(std::uint64_t bytes) const {
  const double beats = static_cast<double>(bytes) / spec_.beat_bytes;
  if (beats != std::floor(beats)) return 0;
  return spec_.row_beats / std::gcd(spec_.row_beats, static_cast<std::uint64_t>(beats));
}

void RowPace::skip(std::uint64_t count, std::uint64_t bytes) {
  bytes_ += count * bytes;
  run(beats_in(bytes_) - taken_);
}

}  // namespace tritsim
