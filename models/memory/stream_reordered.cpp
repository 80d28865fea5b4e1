// SPDX-License-Identifier: Apache-2.0
// Streams on a controller that reorders, or on a memory outside: requests wait for their answers,
// and are booked in the order of their stream.
#include <algorithm>

#include "models/memory/stream_law.hpp"

namespace tritsim {
namespace {

/// Of a tag, the bits below hold a request's number and those above its stream's place.
constexpr unsigned tag_shift = 40;

}  // namespace

std::optional<DramRequest> StreamScheduler::State::make_request(Stream& s) {
  if (held_too_long(s)) return {};
  const StreamRequest& r = s.request;
  const std::uint64_t bytes = std::min(r.request_bytes, r.bytes - s.offset);
  const auto place = static_cast<std::uint64_t>(&s - streams.data());
  const DramRequest made{s.next_issue,
                         r.address + s.offset,
                         bytes,
                         r.write,
                         place << tag_shift | (s.count + s.pending.size()),
                         r.port};
  s.pending.push_back({s.next_issue, bytes, {}});
  s.offset += bytes;
  last_issue = s.last_issue = s.next_issue;
  s.next_issue = next_issue(s);
  if (s.requested()) follow_up(s);
  return made;
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
  if (s.done() && s.hold_limit > 0 && s.unit_done < never) s.take_arrivals();
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
      if (!s.requested() && (first == nullptr || s.comes_before(*first))) first = &s;
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
      if (const auto made = make_request(*first)) dram.enqueue(*made);
    }
  }
}

Time StreamScheduler::next_issue() const {
  Time next = never;
  for (const Stream& s : state().streams) {
    if (s.live && !s.requested()) next = std::min(next, s.next_issue);
  }
  return next;
}

std::optional<DramRequest> StreamScheduler::next_request(Time until) {
  for (;;) {
    Stream* first = nullptr;
    for (Stream& s : state().streams) {
      if (!s.live || s.requested()) continue;
      if (first == nullptr || s.comes_before(*first)) first = &s;
    }
    if (first == nullptr || !is_earlier(first->next_issue, until)) return {};
    if (const auto made = state().make_request(*first)) {
      std::get<OutsideLaw>(state().memory).count(made->bytes, made->write);
      return made;
    }
  }
}

void StreamScheduler::answer(std::uint64_t tag, const Access& access) {
  state().take({tag, {}, access, {}});
}

}  // namespace tritsim
