// SPDX-License-Identifier: Apache-2.0
#include "models/memory/stream_law.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace tritsim {
namespace {

constexpr Time never{std::numeric_limits<double>::infinity()};

/// Whether the next request of `a` is served before that of `b`.
template <class Stream>
bool comes_before(const Stream& a, const Stream& b) {
  if (is_earlier(a.next_issue, b.next_issue)) return true;
  if (is_earlier(b.next_issue, a.next_issue)) return false;
  if (is_earlier(a.request.start, b.request.start)) return true;
  if (is_earlier(b.request.start, a.request.start)) return false;
  return a.number < b.number;
}

/// Whether several streams are not done.
template <class Streams>
bool several(const Streams& streams) {
  return std::count_if(streams.begin(), streams.end(),
                       [](const auto& s) { return s.live && !s.done(); }) > 1;
}

/// Of a tag, the bits below hold a request's number and those above its stream's place.
constexpr unsigned tag_shift = 40;

/// The unit of a held stream takes what has come, from its `unit_done` on.
template <class Stream>
void take_arrivals(Stream& s) {
  s.hold_limit = 0;
  for (std::size_t n = 0; n < s.arrived.size(); ++n) {
    s.pass_unit(s.arrived[n], n);
    s.consumed.push(s.unit_done);
  }
  s.arrived.clear();
}

}  // namespace

StreamScheduler::Id StreamScheduler::submit(const StreamRequest& request) {
  if (request.bytes == 0 || request.request_bytes == 0 || request.outstanding == 0) {
    throw std::logic_error("a stream needs bytes, a request size and a request in flight");
  }
  const std::uint64_t slots = request.fifo_bytes / request.request_bytes;
  if (request.fifo_bytes > 0 && slots == 0) {
    throw std::logic_error("a FIFO needs room for a request");
  }
  looked_ahead_ = false;
  auto& streams = state().streams;
  auto place =
      std::find_if(streams.begin(), streams.end(), [](const Stream& s) { return !s.live; });
  if (place == streams.end()) place = streams.insert(streams.end(), Stream{});
  Stream& s = *place;
  s = Stream{};
  s.request = request;
  s.number = submitted_++;
  s.live = true;
  const std::uint64_t requests =
      (request.bytes + request.request_bytes - 1) / request.request_bytes;
  if (request.outstanding < requests) s.answered.resize(request.outstanding);
  if (slots > 0 && slots < requests) s.consumed.resize(slots);
  s.beats = std::ceil(static_cast<double>(request.request_bytes) / request.beat_bytes);
  s.pace = request.unit_per_byte * static_cast<double>(request.request_bytes);
  s.next_issue = request.start + request.setup + request.turnaround;
  s.begin(request.start);
  if (const auto* dram = std::get_if<DramLaw>(&state().memory);
      dram != nullptr && !request.write && s.consumed.size() >= 2) {
    const Time latency = std::max(dram->calm_latency(request.request_bytes),
                                  dram->calm_latency(1) + request.beat * (s.beats - 1));
    s.slow = latency + request.last_beat + std::max(request.turnaround, request.beat) <= s.pace;
    if (!s.slow) s.hits = dram->hits(request.request_bytes);
    if (s.hits && s.pace < s.hits->turn) s.hits.reset();
  }
  return static_cast<Id>(place - streams.begin());
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

StreamScheduler::Id StreamScheduler::hold(const StreamRequest& request, Id after) {
  const Id id = submit(request);
  const Stream& before = state().streams[after];
  Stream& s = state().streams[id];
  s.hold_limit = request.prefetch_bytes / request.request_bytes;
  if (request.write || s.hold_limit == 0) {
    throw std::logic_error("only a read with room for a request can be held");
  }
  s.slow = false;
  s.hits.reset();
  s.unit_done = never;
  if (before.requested()) {
    s.follow(before);
  } else {
    s.after = before.number;
    s.next_issue = never;
  }
  return id;
}

void StreamScheduler::release(Id id, Time start) {
  looked_ahead_ = false;
  Stream& s = state().streams[id];
  s.begin(start);
  if (s.done()) {
    take_arrivals(s);
  } else if (s.count >= s.hold_limit) {
    s.next_issue = start;
  }
}

bool StreamScheduler::State::held_too_long(Stream& s) {
  if (s.hold_limit == 0 || is_earlier(s.next_issue, s.unit_done)) return false;
  take_arrivals(s);
  const Time next = next_issue(s);
  if (next <= s.next_issue) return false;
  s.next_issue = next;
  return true;
}

void StreamScheduler::State::follow_up(const Stream& done) {
  for (Stream& next : streams) {
    if (next.live && next.after == done.number) next.follow(done);
  }
}

void StreamScheduler::State::serve_one(Stream& s) {
  const StreamRequest& r = s.request;
  if (held_too_long(s)) return;
  const bool whole = r.bytes - s.offset >= r.request_bytes;
  const std::uint64_t bytes = whole ? r.request_bytes : r.bytes - s.offset;
  const std::uint64_t address = r.address + s.offset;
  Access access;
  if (auto* dram = std::get_if<DramLaw>(&memory)) {
    access = dram->serve(s.next_issue, address, bytes, r.write, r.port);
  } else {
    access = std::visit([&](auto& law) { return law.serve(s.next_issue, address, bytes, r.write); },
                        memory);
  }
  answer(s, access, bytes);
  if (!s.done()) return;
  if (s.hold_limit > 0 && s.unit_done < never) take_arrivals(s);
  follow_up(s);
}

void StreamScheduler::State::serve_next(Stream& s, Time until) {
  auto* dram = std::get_if<DramLaw>(&memory);
  const StreamRequest& r = s.request;
  if (dram == nullptr || dram->has_ports() || s.hold_limit > 0 || s.continues) return serve_one(s);
  // Whole requests that neither answers nor a FIFO hold back yet: reads are issued at once, writes
  // as the unit makes them.
  std::uint64_t requests = (r.bytes - s.offset) / r.request_bytes;
  for (const History* h : {&s.answered, &s.consumed}) {
    if (h->size() == 0 || (r.write && h == &s.consumed)) continue;
    requests = std::min(requests, h->size() - std::min<std::uint64_t>(s.count, h->size()));
  }
  const auto issue = [&r, first = s.next_issue, since = s.unit_since, pace = s.pace,
                      run = s.unit_run](std::uint64_t n) {
    if (!r.write || n == 0) return first;
    return std::max(first, since + pace * static_cast<double>(run + n));  // unit_done_after(n)
  };
  std::uint64_t most = requests;
  for (requests = std::min<std::uint64_t>(requests, 1); requests < most;) {
    const std::uint64_t n = (requests + most + 1) / 2;
    if (is_earlier(issue(n - 1), until)) {
      requests = n;
    } else {
      most = n - 1;
    }
  }
  if (requests < 2) return serve_one(s);
  dram->serve_all({r.address + s.offset, r.request_bytes, requests, r.write}, issue,
                  [&](const Access& access) { answer(s, access, r.request_bytes); });
  if (s.done()) follow_up(s);
}

void StreamScheduler::State::answer(Stream& s, Access access, std::uint64_t bytes) {
  last_issue = s.last_issue = s.next_issue;
  s.offset += bytes;
  book(s, {s.last_issue, bytes, access});
  s.next_issue = next_issue(s);
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

void StreamScheduler::State::note(Time a, Time b) {
  const auto whole = [&](Time t) {
    return static_cast<std::uint64_t>(static_cast<std::int64_t>((t - *mark).si() * 1e13 + 0.25));
  };
  digest = (digest ^ (whole(a) + 31 * whole(b))) * 0x9e3779b97f4a7c15U;
  digest ^= digest >> 29;
}

void StreamScheduler::State::enqueue(DramLaw& dram, Stream& s) {
  if (held_too_long(s)) return;
  const StreamRequest& r = s.request;
  const std::uint64_t bytes = std::min(r.request_bytes, r.bytes - s.offset);
  const auto place = static_cast<std::uint64_t>(&s - streams.data());
  dram.enqueue({s.next_issue, r.address + s.offset, bytes, r.write,
                place << tag_shift | (s.count + s.pending.size()), r.port});
  s.pending.push_back({s.next_issue, bytes, {}});
  s.offset += bytes;
  last_issue = s.last_issue = s.next_issue;
  s.next_issue = next_issue(s);
  if (s.requested()) follow_up(s);
}

void StreamScheduler::State::take(const DramAnswer& a) {
  Stream& s = streams[a.tag >> tag_shift];
  const std::uint64_t number = a.tag & ((std::uint64_t{1} << tag_shift) - 1);
  s.pending[number - s.count].access = a.access;
  last_issue = std::max(last_issue, a.sent);
  book_pending(s);
}

void StreamScheduler::State::pass_on(const Stream& s, Time last) {
  for (Stream& next : streams) {
    if (!next.live || next.behind != s.number || next.pending_before == 0) continue;
    --next.pending_before;
    next.port_free = s.port_free;
    if (next.continues) next.answered.push(last);
    pass_on(next, last);
  }
}

void StreamScheduler::State::book_pending(Stream& s) {
  if (s.pending_before > 0) return;
  std::size_t n = 0;
  for (; n < s.pending.size() && s.pending[n].access; ++n) {
    const Pending& p = s.pending[n];
    const Time last = book(s, {p.issue, p.bytes, *p.access});
    pass_on(s, last);
  }
  s.pending.erase(s.pending.begin(), s.pending.begin() + static_cast<std::ptrdiff_t>(n));
  s.next_issue = next_issue(s);
  if (s.done() && s.hold_limit > 0 && s.unit_done < never) take_arrivals(s);
  for (Stream& next : streams) {
    if (!next.live || next.behind != s.number) continue;
    if (next.pending_before == 0) next.behind = no_stream;
    if (!next.requested()) next.next_issue = next_issue(next);
    book_pending(next);
  }
}

void StreamScheduler::State::serve_reordered(DramLaw& dram, Time until, const Stream* last) {
  while (last == nullptr || !last->done()) {
    Stream* first = nullptr;
    std::size_t waiting = 0;
    for (Stream& s : streams) {
      if (!s.live || s.done()) continue;
      ++waiting;
      if (!s.requested() && (first == nullptr || comes_before(s, *first))) first = &s;
    }
    // What a stream that is alone has requested is served before it goes on.
    const bool alone = waiting <= 1 && !dram.has_ports();
    if (alone && !dram.waiting()) return;
    Time limit = until;
    if (alone) {
      limit = never;
    } else if (first != nullptr) {
      limit = std::min(limit, first->next_issue);
    }
    if (const auto a = dram.answer(limit)) {
      take(*a);
    } else if (first == nullptr || !is_earlier(first->next_issue, until)) {
      return;
    } else {
      enqueue(dram, *first);
    }
  }
}

void StreamScheduler::State::serve_until(Time until, const Stream* last) {
  if (auto* dram = std::get_if<DramLaw>(&memory); dram != nullptr && dram->reorders()) {
    serve_reordered(*dram, until, last);
    if (dram->waiting() || dram->has_ports() || several(streams)) return;
  }
  while (last == nullptr || !last->done()) {
    // The stream whose request is issued first, and how long it stays the first.
    Stream* first = nullptr;
    Time limit = until;
    for (Stream& s : streams) {
      if (!s.live || s.done()) continue;
      if (first == nullptr) {
        first = &s;
        continue;
      }
      const bool earlier = comes_before(s, *first);
      Stream& second = earlier ? *first : s;
      if (earlier) first = &s;
      limit = std::min(limit, second.next_issue);
    }
    if (first == nullptr || !is_earlier(first->next_issue, until)) return;
    do {
      serve_next(*first, limit);
      if (first->slow) serve_calm(*first, limit);
      if (first->hits) skip_hits(*first, limit);
    } while (!first->done() && is_earlier(first->next_issue, limit));
  }
}

void StreamScheduler::advance(Time until) {
  if (looked_ahead_ && is_earlier(ahead().last_issue, until)) {
    now_ = 1 - now_;
    looked_ahead_ = false;
  }
  state().serve_until(until, nullptr);
}

Time StreamScheduler::predict(Id id) {
  if (!looked_ahead_ || !ahead().streams[id].done()) {
    ahead() = state();
    ahead().serve_until(never, &ahead().streams[id]);
    looked_ahead_ = true;
  }
  return ahead().streams[id].result.finish;
}

StreamResult StreamScheduler::finish(Id id) {
  looked_ahead_ = false;
  state().serve_until(never, &state().streams[id]);
  return take(id);
}

StreamResult StreamScheduler::take(Id id) {
  Stream& s = state().streams[id];
  if (!s.live || !s.done()) throw std::logic_error("stream is not finished");
  s.live = false;
  if (looked_ahead_) ahead().streams[id].live = false;
  return s.result;
}

void StreamScheduler::settle(Time end) {
  looked_ahead_ = false;
  state().serve_until(never, nullptr);
  std::visit([&](auto& memory) { memory.settle(end); }, state().memory);
}

void StreamScheduler::mark(Time base) {
  looked_ahead_ = false;
  state().mark = base;
  state().digest = 0;
}

MemoryActivity StreamScheduler::activity() const {
  return std::visit([](const auto& memory) -> MemoryActivity { return memory.activity(); },
                    state().memory);
}

}  // namespace tritsim
