// SPDX-License-Identifier: Apache-2.0
#include "sim/run/steady.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace tritsim {
namespace {

/// A frequency in whole hertz; zero if it is none.
std::uint64_t whole_hertz(Frequency f) {
  const double hertz = std::round(f.si());
  return std::abs(hertz - f.si()) <= 1e-12 * hertz ? static_cast<std::uint64_t>(hertz) : 0;
}

}  // namespace

Tally::Values Tally::values() const {
  Values v{{}, {}, count_keys_, time_keys_};
  v.counts.reserve(counts_.size());
  v.times.reserve(times_.size());
  for (const std::uint64_t* c : counts_) v.counts.push_back(*c);
  for (const Time* t : times_) v.times.push_back(*t);
  return v;
}

void Tally::add_difference(const Values& from, const Values& to, std::uint64_t times) {
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    Accumulator(times).add(*counts_[i], to.counts[i] - from.counts[i]);
  }
  for (std::size_t i = 0; i < times_.size(); ++i) {
    *times_[i] += (to.times[i] - from.times[i]) * static_cast<double>(times);
  }
}

void Tally::Sums::add(const Values& from, const Values& to, std::uint64_t n) {
  for (std::size_t i = 0; i < to.counts.size(); ++i) {
    Accumulator(n).add(counts[to.count_keys[i]], to.counts[i]);
  }
  for (std::size_t i = 0; i < from.counts.size(); ++i) {
    counts[from.count_keys[i]] -= from.counts[i] * n;  // at most what was added
  }
  const auto fold = static_cast<double>(n);
  for (std::size_t i = 0; i < to.times.size(); ++i) times[to.time_keys[i]] += to.times[i] * fold;
  for (std::size_t i = 0; i < from.times.size(); ++i) {
    times[from.time_keys[i]] -= from.times[i] * fold;
  }
}

void Tally::Sums::add(const Sums& from, const Sums& to, std::uint64_t n) {
  for (const auto& [key, count] : to.counts) Accumulator(n).add(counts[key], count);
  for (const auto& [key, count] : from.counts) counts[key] -= count * n;
  for (const auto& [key, time] : to.times) times[key] += time * static_cast<double>(n);
  for (const auto& [key, time] : from.times) times[key] -= time * static_cast<double>(n);
}

void Tally::add(const Sums& sums) {
  std::size_t left = sums.counts.size() + sums.times.size();
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    if (const auto it = sums.counts.find(count_keys_[i]); it != sums.counts.end()) {
      Accumulator(1).add(*counts_[i], it->second);
      --left;
    }
  }
  for (std::size_t i = 0; i < times_.size(); ++i) {
    if (const auto it = sums.times.find(time_keys_[i]); it != sums.times.end()) {
      *times_[i] += it->second;
      --left;
    }
  }
  if (left != 0) throw std::logic_error("a sum of layers matches no figure, or two");
}

bool same_after(const MemorySpec& memory, std::uint64_t cycles, Frequency clock) {
  if (!memory.dram) return true;  // depends on no time but that of its requests
  const DramClocks t = memory.dram->clocks();
  if (t.per_bank) return false;  // their order depends on use: all are never refreshed at once
  const std::uint64_t own = whole_hertz(memory.dram->clock);
  const std::uint64_t core = whole_hertz(clock);
  if (own == 0 || core == 0) return false;
  const std::uint64_t interval = core * static_cast<std::uint64_t>(t.trefi);
  return cycles % (interval / std::gcd(interval, own)) == 0;
}

Recurrence::Recurrence(std::vector<Frequency> clocks, std::vector<const MemorySpec*> memories)
    : clocks_(std::move(clocks)), memories_(std::move(memories)) {}

bool Recurrence::same_phase(const StepMark& a, const StepMark& b) const {
  const std::uint64_t cycles = b.ends[0] - a.ends[0];
  const std::uint64_t first = whole_hertz(clocks_[0]);
  for (std::size_t k = 1; k < clocks_.size(); ++k) {
    const std::uint64_t other = whole_hertz(clocks_[k]);
    if (first == 0 || other == 0) return false;
    const std::uint64_t common = std::gcd(first, other);
    if (cycles % (first / common) != 0 ||
        cycles / (first / common) * (other / common) != b.ends[k] - a.ends[k]) {
      return false;
    }
  }
  return std::all_of(memories_.begin(), memories_.end(),
                     [&](const MemorySpec* m) { return same_after(*m, cycles, clocks_[0]); });
}

std::optional<Repetition> Recurrence::add(StepMark mark) {
  const std::size_t n = marks_.size();
  for (std::size_t m = n; mark.renewed && m-- > 0;) {
    const StepMark& before = marks_[m];
    if (!before.renewed || before.digest != mark.digest || before.ends[0] == mark.ends[0] ||
        !same_phase(before, mark)) {
      continue;
    }
    return Repetition{static_cast<std::uint32_t>(dropped_ + m + 1),
                      static_cast<std::uint32_t>(n - m), 0, before, std::move(mark)};
  }
  if (n == most_marks) {
    marks_.erase(marks_.begin());
    ++dropped_;
  }
  marks_.push_back(std::move(mark));
  return {};
}

void insert_steps(std::vector<std::uint64_t>& ends, const Repetition& r,
                  std::uint64_t period_cycles) {
  std::vector<std::uint64_t> all(ends.begin(), ends.begin() + r.first + r.period);
  all.reserve(ends.size() + r.steps());
  for (std::uint32_t i = 0; i < r.steps(); ++i) {
    all.push_back(all[all.size() - r.period] + period_cycles);
  }
  for (std::size_t i = r.first + r.period; i < ends.size(); ++i) {
    all.push_back(ends[i] + checked_product(period_cycles, r.times));
  }
  ends = std::move(all);
}

}  // namespace tritsim
