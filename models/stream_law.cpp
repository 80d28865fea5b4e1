// SPDX-License-Identifier: Apache-2.0
#include "models/stream_law.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace tritsim {
namespace {

void count(MemoryActivity& a, std::uint64_t bytes, bool write) {
  (write ? a.writes : a.reads) += 1;
  (write ? a.bytes_written : a.bytes_read) += bytes;
}

}  // namespace

Access SramLaw::serve(Time issue, std::uint64_t /*address*/, std::uint64_t bytes, bool write) {
  count(activity_, bytes, write);
  const double beats = std::ceil(static_cast<double>(bytes) / spec_.width.si());
  const Time start = std::max(issue, free_);
  const Time occupied = cycles_to_time(beats, spec_.clock);
  free_ = start + occupied;
  activity_.busy += occupied;
  const Time first = start + cycles_to_time(spec_.latency, spec_.clock);
  return {first, first + cycles_to_time(beats - 1, spec_.clock)};
}

Access FixedLatencyLaw::serve(Time issue, std::uint64_t /*address*/, std::uint64_t bytes,
                              bool write) {
  count(activity_, bytes, write);
  return {issue + latency_, issue + latency_};
}

MemoryLaw make_memory_law(const MemorySpec& spec, Frequency requester) {
  if (spec.dram) return DramLaw(*spec.dram);
  if (spec.sram) return SramLaw(*spec.sram);
  return FixedLatencyLaw(*spec.fixed, requester);
}

StreamScheduler::Id StreamScheduler::submit(const StreamRequest& request) {
  if (request.bytes == 0 || request.request_bytes == 0 || request.outstanding == 0) {
    throw std::logic_error("a stream needs bytes, a request size and a request in flight");
  }
  ahead_.reset();
  auto& streams = state_.streams;
  auto place =
      std::find_if(streams.begin(), streams.end(), [](const Stream& s) { return !s.live; });
  if (place == streams.end()) place = streams.insert(streams.end(), Stream{});
  Stream& s = *place;
  s = Stream{};
  s.request = request;
  s.live = true;
  const std::uint64_t requests =
      (request.bytes + request.request_bytes - 1) / request.request_bytes;
  if (request.outstanding < requests) s.answered.resize(request.outstanding);
  const std::uint64_t slots = request.fifo_bytes / request.request_bytes;
  if (slots > 0 && slots < requests) s.consumed.resize(slots);
  s.beats = std::ceil(static_cast<double>(request.request_bytes) / request.beat_bytes);
  s.next_issue = request.start + request.turnaround;
  s.unit_done = request.start;
  return static_cast<Id>(place - streams.begin());
}

StreamScheduler::Stream* StreamScheduler::State::next_stream() {
  Stream* best = nullptr;
  for (Stream& s : streams) {
    if (s.live && !s.done() && (best == nullptr || s.next_issue < best->next_issue)) best = &s;
  }
  return best;
}

void StreamScheduler::State::serve_one(Stream& s) {
  const StreamRequest& r = s.request;
  const std::uint64_t bytes = std::min(r.request_bytes, r.bytes - s.offset);
  const std::uint64_t address = r.address + s.offset;
  Access access = std::visit(
      [&](auto& memory) { return memory.serve(s.next_issue, address, bytes, r.write); }, memory);

  const double beats =
      bytes == r.request_bytes ? s.beats : std::ceil(static_cast<double>(bytes) / r.beat_bytes);
  access.first = std::max(access.first, s.port_free);
  access.last = std::max(access.last, access.first + r.beat * (beats - 1));
  s.port_free = access.last + r.beat;

  const Time unit_time = r.unit_per_byte * static_cast<double>(bytes);
  if (r.write) {
    // The unit has produced this request's bytes by then; the answer cannot come before.
    s.unit_done += unit_time;
    access.last = std::max(access.last, s.unit_done);
    s.result.finish = access.last;
  } else {
    if (s.count > 0 && access.first > s.unit_done) s.result.starved += access.first - s.unit_done;
    s.unit_done = std::max(access.last, std::max(access.first, s.unit_done) + unit_time);
    s.result.finish = s.unit_done;
  }
  s.offset += bytes;
  ++s.count;
  s.answered.push(access.last);
  s.consumed.push(s.unit_done);

  Time next = r.start + r.turnaround;
  if (s.answered.full(s.count)) next = std::max(next, s.answered.oldest() + r.turnaround);
  if (r.write) {
    next = std::max(next, s.unit_done);
  } else if (s.consumed.full(s.count)) {
    next = std::max(next, s.consumed.oldest());
  }
  s.next_issue = std::max(next, s.next_issue);
}

void StreamScheduler::advance(Time until) {
  if (ahead_ && ahead_last_ < until) {
    state_ = std::move(*ahead_);
    ahead_.reset();
  }
  for (Stream* s = state_.next_stream(); s != nullptr && s->next_issue < until;
       s = state_.next_stream()) {
    state_.serve_one(*s);
  }
}

Time StreamScheduler::predict(Id id) {
  ahead_ = state_;
  while (!ahead_->streams[id].done()) {
    Stream* s = ahead_->next_stream();
    ahead_last_ = s->next_issue;
    ahead_->serve_one(*s);
  }
  return ahead_->streams[id].result.finish;
}

StreamResult StreamScheduler::take(Id id) {
  Stream& s = state_.streams[id];
  if (!s.live || !s.done()) throw std::logic_error("stream is not finished");
  s.live = false;
  if (ahead_) ahead_->streams[id].live = false;
  return s.result;
}

void StreamScheduler::settle(Time end) {
  ahead_.reset();
  for (Stream* s = state_.next_stream(); s != nullptr; s = state_.next_stream()) {
    state_.serve_one(*s);
  }
  std::visit([&](auto& memory) { memory.settle(end); }, state_.memory);
}

MemoryActivity StreamScheduler::activity() const {
  return std::visit([](const auto& memory) -> MemoryActivity { return memory.activity(); },
                    state_.memory);
}

}  // namespace tritsim
