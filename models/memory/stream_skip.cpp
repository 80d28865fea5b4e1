// SPDX-License-Identifier: Apache-2.0
// Requests that cannot matter are stepped over: the unit's times are known without the memory's.
#include <algorithm>
#include <cmath>

#include "models/memory/stream_law.hpp"

namespace tritsim {

// Why nothing is lost. Let F >= 2 be the slots of the FIFO, P the pace, L the longest latency of a
// read that finds the channel at rest, and let L + turnaround <= P, L + beat <= P. Suppose request
// k is issued when the FIFO lets it, i(k) = u(k - F), and that port and answers are through by
// then. If it finds the channel at rest, then
//   last(k) <= i(k) + L <= u(k - F) + P <= u(k - F + 1) <= u(k - 1):
// the unit does not wait, u(k) = u(k - 1) + P; and before the next issue, i(k + 1) = u(k + 1 - F)
// >= i(k) + P, the answer, its turnaround and the port are over: the supposition holds for k + 1.
// The same holds of a unit that works in rows and is in its steady state, each request of whole
// rows. So the unit's times are known without the memory's; neither `answered` nor `port_free` can
// hold a later request back, and their older, earlier entries can stay where they are.
void StreamScheduler::State::serve_calm(Stream& s, Time until) {
  const StreamRequest& r = s.request;
  if (!s.consumed.full(s.count) || s.next_issue != s.consumed.oldest() ||
      s.port_free + r.turnaround > s.next_issue) {
    return;
  }
  if (s.rows && !s.rows->steady(r.request_bytes)) return;
  const std::size_t slots = s.consumed.size();
  const auto issue = [&](std::uint64_t n) {
    return n < slots ? s.consumed.at(n) : s.unit_done_after(n - slots + 1);
  };
  std::uint64_t count = (r.bytes - s.offset) / r.request_bytes;
  if (!is_earlier(issue(count), until)) {
    const double fit = (until - s.unit_done) / s.pace + static_cast<double>(slots);
    count = std::min(count, static_cast<std::uint64_t>(std::max(fit, 0.0)));
    while (count > 0 && !is_earlier(issue(count - 1), until)) --count;
  }
  if (count == 0) return;
  count = std::get<DramLaw>(memory).serve_calm(r.address + s.offset, r.request_bytes, count, issue);
  if (count == 0) return;
  last_issue = s.last_issue = issue(count - 1);
  if (mark) note(issue(0), last_issue);
  s.next_issue = issue(count);
  for (std::uint64_t n = count - std::min<std::uint64_t>(count, slots) + 1; n <= count; ++n) {
    s.consumed.push(s.unit_done_after(n));
  }
  s.result.finish = s.unit_done = s.unit_done_after(count);
  s.unit_run += count;
  if (s.rows) s.rows->skip(count, r.request_bytes);
  s.offset += count * r.request_bytes;
  s.count += count;
  if (s.done()) follow_up(s);
}

// Hits behind one another. Let u(n) be known for the requests before the present one, k, and be
// periodic from u(k - F) on: u(n + g) = u(n) + G. Suppose that request n >= k is issued when the
// FIFO lets it, i(n) = u(n - F), and that its data are there when the unit wants them; then u goes
// on with the same period, and i with it. For one period of n, this is checked: issues are a turn
// apart (each request finds the stream of hits through and goes when it arrives, so its answer
// takes at most `answer`), the answer is there at u(n - 1), the one `outstanding` requests back has
// come a turnaround before, and the port is free when the first data come. All four then hold of
// later requests too, as long as they hit open rows and no refresh is due. The last of them are
// served one by one: they leave behind what all would have left.
template <class Issue>
bool StreamScheduler::State::hits_are_hidden(const Stream& s, Issue&& issue) {
  const StreamRequest& r = s.request;
  const auto& [hits, group, kept] = *s.hidden;
  const std::size_t slots = s.consumed.size();
  const std::size_t outstanding = s.answered.size();
  const Time period = s.pace * static_cast<double>(group);
  const Time length = std::max(hits.last - hits.first, r.beat * (s.beats - 1));
  const Time apart = std::max(hits.turn, length + r.beat + hits.clock);
  const Time answer = hits.first + length;
  if (is_earlier(issue(0) + hits.first - hits.clock, s.port_free)) return false;
  for (std::uint64_t n = 0; n < slots; ++n) {
    if (is_earlier(issue(n + 1), issue(n) + apart)) return false;
    if (n < group) continue;
    const Time repeated = issue(n - group) + period;
    if (is_earlier(issue(n), repeated) || is_earlier(repeated, issue(n))) return false;
  }
  for (std::uint64_t n = 0; n < outstanding; ++n) {
    if (is_earlier(issue(n), s.answered.at(n) + r.turnaround)) return false;
  }
  for (std::uint64_t n = 0; n < group; ++n) {
    if (is_earlier(issue(n + slots - 1), issue(n) + answer + r.last_beat)) return false;
    if (outstanding == 0) continue;
    if (is_earlier(issue(n + outstanding), issue(n) + answer + r.turnaround)) return false;
  }
  return true;
}

void StreamScheduler::Stream::plan_skips(const DramLaw& dram) {
  const StreamRequest& r = request;
  const std::size_t slots = consumed.size();
  if (r.write || slots < 2) return;
  const Time latency =
      std::max(dram.calm_latency(r.request_bytes), dram.calm_latency(1) + r.beat * (beats - 1));
  slow = latency + r.last_beat + std::max(r.turnaround, r.beat) <= pace;
  if (slow) return;
  const auto hits = dram.hits(r.request_bytes);
  const std::uint64_t group = rows ? rows->requests_of_rows(r.request_bytes) : 1;
  if (!hits || pace < hits->turn || group == 0 || group >= slots) return;
  // Answers that are stepped over are missed by a stream that continues this one, and by this one
  // if they can hold it back.
  const Time least =
      rows ? r.beat * std::floor(static_cast<double>(r.request_bytes) / r.rows.beat_bytes) : pace;
  const bool free = answered.size() > slots && r.turnaround <= least;
  hidden = {*hits, group, std::max<std::uint64_t>(hits->kept, free ? 0 : answered.size()) + 1};
}

void StreamScheduler::State::skip_hits(Stream& s, Time until) {
  const StreamRequest& r = s.request;
  const std::size_t slots = s.consumed.size();
  if (!s.consumed.full(s.count) || s.next_issue != s.consumed.oldest()) return;
  const std::uint64_t group = s.hidden->group;
  const std::uint64_t kept = s.hidden->kept;
  if (s.rows && !s.rows->steady(group * r.request_bytes)) return;
  const std::size_t outstanding = s.answered.size();
  std::uint64_t count = (r.bytes - s.offset) / r.request_bytes;
  if (count <= outstanding) return;
  count -= outstanding;
  if (count < kept + group) return;
  const Time period = s.pace * static_cast<double>(group);
  // Issue of the n-th request from here: u(k + n - F).
  const auto issue = [&](std::uint64_t n) {
    if (n < slots) return s.consumed.at(n);
    const std::uint64_t periods = (n - slots) / group + 1;
    return s.consumed.at(n - periods * group) + period * static_cast<double>(periods);
  };
  const auto& dram = std::get<DramLaw>(memory);
  const Time fit = until - issue(0);
  if (fit < s.pace * static_cast<double>(count)) {
    count = static_cast<std::uint64_t>(std::max(fit / s.pace, 0.0));
    if (count < kept + group) return;
  }
  count =
      dram.hits_ahead({r.address + s.offset, r.request_bytes, count, false}, s.hidden->hits, issue);
  if (count < kept + group || !hits_are_hidden(s, issue)) return;
  count = (count - kept) / group * group;
  while (count > 0 && !is_earlier(issue(count - 1), until)) count -= group;
  if (count == 0) return;

  last_issue = s.last_issue = issue(count - 1);
  if (mark) note(issue(0), last_issue);
  const Time next = issue(count);
  std::vector<Time> done;
  for (std::uint64_t n = 0; n < slots; ++n) done.push_back(issue(count + n));
  for (const Time t : done) s.consumed.push(t);
  s.next_issue = next;
  s.result.finish = s.unit_done = done.back();
  if (s.rows) {
    s.rows->skip(count, r.request_bytes);
    s.unit_since = s.unit_done;
  } else {
    s.unit_run += count;
  }
  s.offset += count * r.request_bytes;
  s.count += count;
  std::get<DramLaw>(memory).skip_hits(r.request_bytes, count);
}

}  // namespace tritsim
