// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <boost/container/small_vector.hpp>

namespace tritsim {

/// A unit that takes its stream in beats, one a cycle, and refuses input for `stall` cycles each
/// time the result of a row leaves it: an adder tree whose output register holds up its input
/// (sifferman/ternip). Cycles count from the start of the stream.
struct RowPaceSpec {
  double beat_bytes = 0;        ///< bytes that the unit takes in a cycle; 0: no rows, an even pace
  std::uint64_t row_beats = 1;  ///< beats of a row
  std::uint32_t stall = 0;      ///< cycles without input for each row
  std::uint32_t delay = 0;      ///< from a row's last beat to the first of them
  std::uint32_t first = 0;      ///< no beat is taken before this cycle

  bool operator==(const RowPaceSpec&) const = default;
};

/// Words of one request, at equal distances.
struct WordArrivals {
  double first = 0;       ///< cycle of the first
  double step = 0;        ///< cycles from one to the next
  double word_bytes = 1;  ///< of a word
  std::uint64_t bytes = 0;
};

/// The beats of one stream. A beat is taken in the first cycle in which the one before is taken,
/// its last byte is there, and no result leaves.
class RowPace {
 public:
  explicit RowPace(const RowPaceSpec& spec)
      : spec_(spec), next_(spec.first), row_left_(spec.row_beats) {}

  /// Takes all beats that end in the next request. Returns for how many cycles data were missing.
  std::uint64_t take(const WordArrivals& words);

  /// The cycle behind the last beat that was taken.
  [[nodiscard]] std::uint64_t done() const { return next_; }

  /// True if each request of `bytes` takes period(bytes) cycles from here on as long as its data do
  /// not have to be waited for.
  [[nodiscard]] bool steady(std::uint64_t bytes) const;

  /// The least number of requests of `bytes` that have whole rows; 0 if their beats are not whole.
  [[nodiscard]] std::uint64_t requests_of_rows(std::uint64_t bytes) const;

  /// Takes `count` requests of `bytes` whose data are there; needs steady().
  void skip(std::uint64_t count, std::uint64_t bytes);

  /// Cycles of a request of `bytes` in the steady state, if it has whole rows.
  [[nodiscard]] std::uint64_t period(std::uint64_t bytes) const {
    return rows(bytes) * (spec_.row_beats + spec_.stall);
  }

  /// Whole rows of `bytes`.
  [[nodiscard]] std::uint64_t rows(std::uint64_t bytes) const {
    return static_cast<std::uint64_t>(static_cast<double>(bytes) / spec_.beat_bytes + 1e-9) /
           spec_.row_beats;
  }

 private:
  using Cycles = boost::container::small_vector<std::uint64_t, 16>;

  /// Beats that end within the first `bytes` of the stream.
  [[nodiscard]] std::uint64_t beats_in(std::uint64_t bytes) const {
    return static_cast<std::uint64_t>(static_cast<double>(bytes) / spec_.beat_bytes + 1e-9);
  }

  /// True if no word comes later than the unit wants it once the first is there.
  [[nodiscard]] bool keeps_up(const WordArrivals& words) const;
  /// Takes `count` beats whose data are there.
  void run(std::uint64_t count);
  /// Takes a beat whose data are there at `cycle`; returns the cycles without data.
  std::uint64_t take_one(std::uint64_t cycle);
  /// Lets the results pass that leave at `next_`, or left before.
  void pass_results();
  void count(std::uint64_t beats);
  void end_row();

  RowPaceSpec spec_;
  std::uint64_t bytes_ = 0;  ///< of the stream, in the requests so far
  std::uint64_t taken_ = 0;  ///< beats
  std::uint64_t next_;       ///< cycle in which the next beat may be taken
  std::uint64_t row_left_;   ///< beats of the present row
  Cycles results_;           ///< when they leave, those that have not
  Cycles before_;            ///< from the end of the last row to when those leave
  std::uint64_t row_end_ = 0;
  bool repeats_ = false;  ///< the last row ended as the one before
};

}  // namespace tritsim
