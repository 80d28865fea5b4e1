// SPDX-License-Identifier: Apache-2.0
// The unit of a stream: when it takes or makes the data of a request, and when it can issue the
// next one.
#include <algorithm>
#include <cmath>

#include "models/memory/stream_law.hpp"

namespace tritsim {

bool StreamScheduler::Stream::comes_before(const Stream& other) const {
  if (is_earlier(next_issue, other.next_issue)) return true;
  if (is_earlier(other.next_issue, next_issue)) return false;
  if (is_earlier(request.start, other.request.start)) return true;
  if (is_earlier(other.request.start, request.start)) return false;
  return number < other.number;
}

void StreamScheduler::Stream::begin(Time start) {
  unit_done = unit_since = rows_since = start;
  if (request.rows.beat_bytes > 0) rows.emplace(request.rows);
}

void StreamScheduler::Stream::pass_rows(const Access& access, std::uint64_t bytes) {
  const auto cycle = [&](Time t) { return (t - rows_since) / request.beat; };
  const double words = std::ceil(static_cast<double>(bytes) / request.beat_bytes);
  const double first = cycle(access.first);
  const double step = words > 1 ? (cycle(access.last) - first) / (words - 1) : 0;
  result.starved +=
      request.beat * static_cast<double>(rows->take({first, step, request.beat_bytes, bytes}));
  // What is left at the end may be no whole beat.
  const Time done = rows_since + request.beat * static_cast<double>(rows->done());
  unit_done = unit_since = std::max(done, access.last);
  unit_run = 0;
  result.finish = unit_done;
}

void StreamScheduler::Stream::pass_unit(Served& served, std::uint64_t n) {
  auto& [issue, bytes, access] = served;
  if (rows) return pass_rows(access, bytes);
  const bool whole = bytes == request.request_bytes;
  if (!request.write && access.first > unit_done) {
    // The unit waits for the first byte of a request; the wait for the first byte of the stream
    // does not count.
    if (n > 0) result.starved += access.first - unit_done;
    unit_done = unit_since = access.first;
    unit_run = 0;
  }
  unit_done =
      whole ? unit_done_after(1) : unit_done + request.unit_per_byte * static_cast<double>(bytes);
  ++unit_run;
  if (request.write) {
    // The unit has produced this request's bytes by then; the answer cannot come before.
    access.last = std::max(access.last, unit_done);
    const double words = std::ceil(static_cast<double>(bytes) / request.beat_bytes);
    handed_over = std::max(unit_done, std::max(handed_over, issue) + request.beat * words);
    const Time held = request.beat * (static_cast<double>(request.held_bytes) / request.beat_bytes);
    // Not before the cycle after its last request, which the way does not hold.
    result.finish = request.posted ? std::max({unit_done, handed_over - held, issue + request.beat})
                                   : access.last;
    return;
  }
  const Time last = access.last + request.last_beat;
  if (last > unit_done) {  // bytes come slower than the unit takes them
    if (pace > Time{}) result.starved += last - unit_done;
    unit_done = unit_since = last;
    unit_run = 0;
  }
  result.finish = unit_done;
}

void StreamScheduler::Stream::follow(const Stream& before) {
  after = no_stream;
  if (!before.pending.empty()) {
    behind = before.number;
    pending_before = before.pending.size() + before.pending_before;
  }
  last_issue = before.last_issue;
  port_free = before.port_free;
  if (before.request.outstanding == request.outstanding && before.answered.size() > 0) {
    answered = before.answered;
    continues = true;
  }
  next_issue = State::next_issue(*this);
}

void StreamScheduler::Stream::take_arrivals() {
  hold_limit = 0;
  for (std::size_t n = 0; n < arrived.size(); ++n) {
    pass_unit(arrived[n], n);
    consumed.push(unit_done);
  }
  arrived.clear();
}

Time StreamScheduler::State::book(Stream& s, Served served) {
  const StreamRequest& r = s.request;
  auto& [issue, bytes, access] = served;
  const bool whole = bytes == r.request_bytes;
  if (mark) note(access.first, access.last);

  const double beats = whole ? s.beats : std::ceil(static_cast<double>(bytes) / r.beat_bytes);
  access.first = std::max(access.first, s.port_free);
  access.last = std::max(access.last, access.first + r.beat * (beats - 1));
  s.port_free = access.last + r.beat;

  if (s.hold_limit > 0) {
    s.arrived.push_back(served);
  } else {
    s.pass_unit(served, s.count);
  }
  ++s.count;
  s.answered.push(access.last);
  if (s.hold_limit == 0) s.consumed.push(s.unit_done);
  return access.last;
}

Time StreamScheduler::State::next_issue(const Stream& s) {
  const StreamRequest& r = s.request;
  const std::size_t pending = s.pending.size();
  const std::uint64_t number = s.count + pending;
  if (s.hold_limit > 0 && number >= s.hold_limit) return s.unit_done;
  Time next = std::max(s.last_issue, r.start + r.setup + r.turnaround);
  if (s.continues ? s.answered.size() > 0 : s.answered.full(number)) {
    const std::size_t before = pending + s.pending_before;
    if (before >= s.answered.size()) return never;
    next = std::max(next, s.answered.at(before) + r.turnaround);
  }
  if (r.write) {
    next = std::max(next, pending > 0 ? s.unit_done_after(pending) : s.unit_done);
  } else if (s.hold_limit == 0 && s.consumed.full(number)) {
    if (pending >= s.consumed.size()) return never;
    next = std::max(next, s.consumed.at(pending));
  }
  return next;
}

}  // namespace tritsim
