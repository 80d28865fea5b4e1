// SPDX-License-Identifier: Apache-2.0
#include "models/memory/stream_law.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "models/base/longest_run.hpp"

namespace tritsim {
namespace {

/// Whether several streams are not done.
template <class Streams>
bool several(const Streams& streams) {
  return std::count_if(streams.begin(), streams.end(),
                       [](const auto& s) { return s.live && !s.done(); }) > 1;
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
  if (const auto* dram = std::get_if<DramLaw>(&state().memory)) s.plan_skips(*dram);
  return static_cast<Id>(place - streams.begin());
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
  s.hidden.reset();
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
    s.take_arrivals();
  } else if (s.count >= s.hold_limit) {
    s.next_issue = start;
  }
}

bool StreamScheduler::State::held_too_long(Stream& s) {
  if (s.hold_limit == 0 || is_earlier(s.next_issue, s.unit_done)) return false;
  s.take_arrivals();
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
  if (s.hold_limit > 0 && s.unit_done < never) s.take_arrivals();
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
  requests =
      longest_run(requests, [&](std::uint64_t n) { return is_earlier(issue(n - 1), until); });
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

void StreamScheduler::State::note(Time a, Time b) {
  const auto whole = [&](Time t) {
    return static_cast<std::uint64_t>(static_cast<std::int64_t>((t - *mark).si() * 1e13 + 0.25));
  };
  digest = (digest ^ (whole(a) + 31 * whole(b))) * 0x9e3779b97f4a7c15U;
  digest ^= digest >> 29;
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
      const bool earlier = s.comes_before(*first);
      Stream& second = earlier ? *first : s;
      if (earlier) first = &s;
      limit = std::min(limit, second.next_issue);
    }
    if (first == nullptr || !is_earlier(first->next_issue, until)) return;
    do {
      serve_next(*first, limit);
      if (first->slow) serve_calm(*first, limit);
      if (first->hidden) skip_hits(*first, limit);
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
    // Where many streams of one request each wait in a controller, one look is for all of them.
    const auto* dram = std::get_if<DramLaw>(&state().memory);
    const bool goes_on = looked_ahead_ && dram != nullptr && dram->reorders();
    if (!goes_on) ahead() = state();
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
