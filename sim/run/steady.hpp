// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arch/hardware/memory.hpp"
#include "models/base/activity.hpp"
#include "sim/result/result.hpp"

namespace tritsim {

/// Visits activities and finds their counts and times, in the order of their fields.
class Tally {
 public:
  template <class T, class... Rest>
  void required(std::string_view name, T& field, const Rest&... /*rest*/) {
    within(std::hash<std::string_view>()(name), field);
  }

  template <class T, class... Rest>
  void optional(std::string_view name, T& field, const Rest&... /*rest*/) {
    within(std::hash<std::string_view>()(name), field);
  }

  void add(std::uint64_t& count) {
    counts_.push_back(&count);
    count_keys_.push_back(path_);
  }

  void add(Time& time) {
    times_.push_back(&time);
    time_keys_.push_back(path_);
  }

  /// Fields that are not figures: names, the layer of an op.
  void add(std::string& /*text*/) {}

  void add(std::int32_t& /*index*/) {}

  template <class T>
  void add(std::optional<T>& activity) {
    if (activity) add(*activity);
  }

  template <class T>
  void add(std::vector<T>& activities) {
    for (std::size_t i = 0; i < activities.size(); ++i) within(i, activities[i]);
  }

  template <class T>
  void add(std::map<std::string, T>& figures) {
    for (auto& [name, figure] : figures) within(std::hash<std::string>()(name), figure);
  }

  /// One of several activities that are visited one after the other.
  template <class T>
  void add(T& activity, std::uint64_t number) {
    within(number, activity);
  }

  template <class T>
  void add(T& activity) {
    activity.fields(*this);
  }

  /// The figures as they are now, and a key of each, from the names on the way to it: its own if
  /// the activities were numbered.
  struct Values {
    std::vector<std::uint64_t> counts;
    std::vector<Time> times;
    std::vector<std::uint64_t> count_keys;
    std::vector<std::uint64_t> time_keys;
  };

  [[nodiscard]] Values values() const;

  /// Adds `times` times what lies between two readings of equal activities. A count that does not
  /// fit 64 bits is a ConfigError, here and in the sums.
  void add_difference(const Values& from, const Values& to, std::uint64_t times);

  /// Figures by their keys: for readings that may differ in their figures, since some activities
  /// exist only after the first event.
  struct Sums {
    std::map<std::uint64_t, std::uint64_t> counts;
    std::map<std::uint64_t, Time> times;

    /// Adds `n` times what lies between two readings.
    void add(const Values& from, const Values& to, std::uint64_t n);
    void add(const Sums& from, const Sums& to, std::uint64_t n);
  };

  /// Adds sums, each of which must be of a figure that is there.
  void add(const Sums& sums);

 private:
  template <class T>
  void within(std::uint64_t key, T& field) {
    const std::uint64_t before = path_;
    path_ = (path_ ^ key) * 0x9e3779b97f4a7c15U;
    path_ ^= path_ >> 29;
    add(field);
    path_ = before;
  }

  std::uint64_t path_ = 1;
  std::vector<std::uint64_t*> counts_;
  std::vector<Time*> times_;
  std::vector<std::uint64_t> count_keys_;
  std::vector<std::uint64_t> time_keys_;
};

/// State at the end of a token step.
struct StepMark {
  std::vector<std::uint64_t> ends;        ///< of the step, by kernel, in cycles from time zero
  std::vector<std::uint64_t> digest;      ///< of everything that happened in the step
  bool renewed = false;                   ///< every DRAM was refreshed in it, and used after that
  Tally::Values figures;                  ///< from the start to here
  std::vector<std::uint64_t> left_out{};  ///< cycles of layers left out by then, by kernel
  std::vector<Tally::Sums> layers{};      ///< ... and their figures
  Time host_time{};  ///< time of layers with the host between them, instead of those cycles
};

/// A part of a run that repeats, and how often it was skipped.
struct Repetition {
  std::uint32_t first = 0;   ///< steps before it
  std::uint32_t period = 0;  ///< steps in it
  std::uint32_t times = 0;   ///< number of times it was skipped
  StepMark from, to;

  [[nodiscard]] std::uint32_t steps() const { return period * times; }

  /// Cycles of kernel `k` that were left out.
  [[nodiscard]] std::uint64_t cycles(std::size_t k) const {
    const std::uint64_t layers = to.left_out.empty() ? 0 : to.left_out[k] - from.left_out[k];
    return checked_product(to.ends[k] - from.ends[k] + layers, times);
  }

  /// Time that was left out, by the first kernel and its clock.
  [[nodiscard]] Time time(Frequency clock) const {
    return cycles_to_time(static_cast<double>(cycles(0)), clock) +
           (to.host_time - from.host_time) * static_cast<double>(times);
  }
};

/// Detects when a system of kernels, and the memory channels that only they use, starts to repeat.
/// Two ends of steps are the same state if
/// - the steps before them were the same: every instruction began and ended in the same cycle of
///   the step, every memory answer came at the same time of it; and
/// - they lie apart by whole cycles of every kernel's clock and whole refresh intervals of every
///   DRAM, the only things that are tied to absolute time; and
/// - in the steps every DRAM was refreshed and used after that. A refresh of all banks closes every
///   row and takes longer than any other timing lasts. Earlier history of the DRAM that no response
///   shows can still move the refresh by some clocks; then either the next request waits for it,
///   which its response shows, or it does not, and the history has no further effect.
/// From a state on, everything that happens follows from the state; so what happened between the
/// two happens again.
class Recurrence {
 public:
  Recurrence(std::vector<Frequency> clocks, std::vector<const MemorySpec*> memories);

  /// Adds the end of the next step; returns the repetition that it completes, if it does.
  std::optional<Repetition> add(StepMark mark);

  /// A step ended that is not examined; only before the first add().
  void pass() { ++dropped_; }

 private:
  /// The longest period that is searched for.
  static constexpr std::size_t most_marks = 1024;

  [[nodiscard]] bool same_phase(const StepMark& a, const StepMark& b) const;

  std::vector<Frequency> clocks_;
  std::vector<const MemorySpec*> memories_;
  std::vector<StepMark> marks_;
  std::uint32_t dropped_ = 0;  ///< marks before the first of marks_
};

/// True if a channel's law behaves the same `cycles` cycles of `clock` later.
[[nodiscard]] bool same_after(const MemorySpec& memory, std::uint64_t cycles, Frequency clock);

/// Inserts the skipped steps into a list of step ends.
void insert_steps(std::vector<std::uint64_t>& ends, const Repetition& r,
                  std::uint64_t period_cycles);

}  // namespace tritsim
