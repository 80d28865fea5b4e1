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
  auto place = std::find_if(streams_.begin(), streams_.end(), [](const Stream& s) { return !s.live; });
  if (place == streams_.end()) place = streams_.insert(streams_.end(), Stream{});
  Stream& s = *place;
  s = Stream{};
  s.request = request;
  s.live = true;
  const std::uint64_t requests = (request.bytes + request.request_bytes - 1) / request.request_bytes;
  if (request.outstanding < requests) s.answered.resize(request.outstanding);
  const std::uint64_t slots = request.fifo_bytes / request.request_bytes;
  if (slots > 0 && slots < requests) s.consumed.resize(slots);
  s.next_issue = request.start + request.turnaround;
  s.unit_done = request.start;
  return static_cast<Id>(place - streams_.begin());
}

StreamScheduler::Stream* StreamScheduler::next_stream() {
  Stream* best = nullptr;
  for (Stream& s : streams_) {
    if (s.live && !s.done() && (best == nullptr || s.next_issue < best->next_issue)) best = &s;
  }
  return best;
}

void StreamScheduler::serve_one(Stream& s) {
  const StreamRequest& r = s.request;
  const std::uint64_t bytes = std::min(r.request_bytes, r.bytes - s.offset);
  const std::uint64_t address = r.address + s.offset;
  Access access = std::visit(
      [&](auto& memory) { return memory.serve(s.next_issue, address, bytes, r.write); }, memory_);

  const double beats = std::ceil(static_cast<double>(bytes) / r.beat_bytes);
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
  for (Stream* s = next_stream(); s != nullptr && s->next_issue < until; s = next_stream()) {
    serve_one(*s);
  }
}

Time StreamScheduler::predict(Id id) const {
  StreamScheduler ahead = *this;
  while (!ahead.streams_[id].done()) ahead.serve_one(*ahead.next_stream());
  return ahead.streams_[id].result.finish;
}

StreamResult StreamScheduler::take(Id id) {
  if (!streams_[id].live || !streams_[id].done()) throw std::logic_error("stream is not finished");
  streams_[id].live = false;
  return streams_[id].result;
}

void StreamScheduler::settle(Time end) {
  for (Stream* s = next_stream(); s != nullptr; s = next_stream()) serve_one(*s);
  std::visit([&](auto& memory) { memory.settle(end); }, memory_);
}

const MemoryActivity& StreamScheduler::activity() const {
  return std::visit([](const auto& memory) -> const MemoryActivity& { return memory.activity(); },
                    memory_);
}

}  // namespace tritsim
