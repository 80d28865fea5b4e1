// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <deque>
#include <vector>

#include "models/memory/stream_law.hpp"

namespace tritsim::test {

/// The law of StreamScheduler's header, request by request: all times of all requests are kept, and
/// nothing is looked up ahead or left out. All streams are known from the start.
class StreamReference {
 public:
  explicit StreamReference(MemoryLaw memory) : memory_(std::move(memory)) {}

  /// Streams in the order in which they are submitted.
  std::vector<StreamResult> run(const std::vector<StreamRequest>& requests, Time end) {
    std::vector<Stream> streams;
    for (const StreamRequest& r : requests)
      streams.push_back({r, {}, {}, {}, {}, r.start, 0, {}, {}, {}, r.rows.first, 0});
    for (;;) {
      Stream* first = nullptr;
      for (Stream& s : streams) {
        if (!s.done() && (first == nullptr || comes_before(s, *first))) first = &s;
      }
      if (first == nullptr) break;
      serve(*first);
    }
    std::vector<StreamResult> results;
    for (const Stream& s : streams) results.push_back(s.result);
    std::visit([&](auto& m) { m.settle(end); }, memory_);
    return results;
  }

  [[nodiscard]] MemoryActivity activity() const {
    return std::visit([](const auto& m) -> MemoryActivity { return m.activity(); }, memory_);
  }

  /// Issue time of every request, in the order of service.
  std::vector<Time> issues;

 private:
  struct Stream {
    StreamRequest r;
    std::vector<Time> issue;  ///< of each request
    std::vector<Time> last;   ///< its answer
    std::vector<Time> unit;   ///< the unit is through with it
    Time last_beat;
    Time since;                     ///< the unit has not waited since then ...
    std::size_t waited_before = 0;  ///< ... which was before this request
    StreamResult result;
    Time handed_over;                   ///< of a posted write
    std::deque<std::uint64_t> results;  ///< cycles in which a row's result leaves the unit
    std::uint64_t next_beat = 0;        ///< cycle behind the last beat
    std::uint64_t beats = 0;

    [[nodiscard]] std::size_t count() const { return issue.size(); }

    [[nodiscard]] std::size_t requests() const {
      return (r.bytes + r.request_bytes - 1) / r.request_bytes;
    }

    [[nodiscard]] bool done() const { return count() == requests(); }

    [[nodiscard]] Time next_issue() const {
      const std::size_t k = count();
      Time t = r.start + r.setup + r.turnaround;
      if (k >= r.outstanding) t = std::max(t, last[k - r.outstanding] + r.turnaround);
      const std::size_t slots = r.fifo_bytes / r.request_bytes;
      if (r.write && k > 0) t = std::max(t, unit[k - 1]);
      if (!r.write && slots > 0 && k >= slots) t = std::max(t, unit[k - slots]);
      return k > 0 ? std::max(t, issue[k - 1]) : t;
    }
  };

  /// In the order of issue, then of start, then of submission; times closer than 0.1 ps are equal.
  static bool comes_before(const Stream& a, const Stream& b) {
    const double issues = a.next_issue().si() - b.next_issue().si();
    const double starts = a.r.start.si() - b.r.start.si();
    return std::abs(issues) > 1e-13 ? issues < 0 : starts < -1e-13;
  }

  /// Beat by beat.
  static Time take_rows(Stream& s, const Access& a, std::uint64_t offset, std::uint64_t bytes) {
    const RowPaceSpec& rows = s.r.rows;
    const auto cycle = [&](Time t) { return (t - s.r.start) / s.r.beat; };
    const double words = std::ceil(static_cast<double>(bytes) / s.r.beat_bytes);
    const double step = words > 1 ? (cycle(a.last) - cycle(a.first)) / (words - 1) : 0;
    const auto start = static_cast<double>(offset);
    const double end = start + static_cast<double>(bytes);
    for (;; ++s.beats) {
      const double last_byte = static_cast<double>(s.beats + 1) * rows.beat_bytes;
      if (last_byte > end + 1e-6) break;
      const double word = std::max(std::ceil((last_byte - start) / s.r.beat_bytes - 1e-9) - 1, 0.0);
      const double there = std::ceil(std::max(cycle(a.first) + step * word, 0.0) - 1e-3);
      auto t = std::max(s.next_beat, static_cast<std::uint64_t>(there));
      if (s.beats > 0) s.result.starved += s.r.beat * static_cast<double>(t - s.next_beat);
      while (!s.results.empty() && s.results.front() <= t) {
        t = std::max(t, s.results.front() + rows.stall);
        s.results.pop_front();
      }
      s.next_beat = t + 1;
      if ((s.beats + 1) % rows.row_beats == 0) s.results.push_back(t + rows.delay);
    }
    return std::max(s.r.start + s.r.beat * static_cast<double>(s.next_beat), a.last);
  }

  void serve(Stream& s) {
    const StreamRequest& r = s.r;
    const std::size_t k = s.count();
    const std::uint64_t offset = k * r.request_bytes;
    const std::uint64_t bytes = std::min(r.request_bytes, r.bytes - offset);
    const Time issue = s.next_issue();
    issues.push_back(issue);
    Access a = std::visit(
        [&](auto& m) { return m.serve(issue, r.address + offset, bytes, r.write); }, memory_);
    const double beats = std::ceil(static_cast<double>(bytes) / r.beat_bytes);
    if (k > 0) a.first = std::max(a.first, s.last_beat + r.beat);
    a.last = std::max(a.last, a.first + r.beat * (beats - 1));
    s.last_beat = a.last;

    const Time before_rows = s.result.starved;
    const Time pace = r.unit_per_byte * static_cast<double>(bytes);
    const Time before = k > 0 ? s.unit[k - 1] : r.start;
    const auto waits_until = [&](Time t, std::size_t next) {
      s.since = t;
      s.waited_before = next;
    };
    // Stands still until the first byte comes (not counted for the very first), and again if the
    // bytes come slower than it takes them.
    if (!r.write && a.first > before) {
      if (k > 0) s.result.starved += a.first - before;
      waits_until(a.first, k);
    }
    const auto whole = static_cast<double>(k - s.waited_before);
    Time unit =
        bytes == r.request_bytes
            ? s.since + pace * (whole + 1)
            : s.since + r.unit_per_byte * static_cast<double>(r.request_bytes) * whole + pace;
    if (r.write) {
      a.last = std::max(a.last, unit);
      s.handed_over = std::max(unit, std::max(s.handed_over, issue) + r.beat * beats);
      const double held = static_cast<double>(r.held_bytes) / r.beat_bytes;
      s.result.finish =
          r.posted ? std::max({unit, s.handed_over - r.beat * held, issue + r.beat}) : a.last;
    } else if (r.rows.beat_bytes > 0) {
      s.result.starved = before_rows;
      s.result.finish = unit = take_rows(s, a, offset, bytes);
    } else {
      const Time taken = a.last + r.last_beat;
      if (taken > unit) {
        if (pace > Time{}) s.result.starved += taken - unit;
        waits_until(taken, k + 1);
        unit = taken;
      }
      s.result.finish = unit;
    }
    s.issue.push_back(issue);
    s.last.push_back(a.last);
    s.unit.push_back(unit);
  }

  MemoryLaw memory_;
};

}  // namespace tritsim::test
