// SPDX-License-Identifier: Apache-2.0
#include "models/dram/dram_law.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace tritsim {

DramLaw::DramLaw(const DramSpec& spec)
    : clock_(spec.clock),
      tick_(1.0 / spec.clock),
      front_end_(spec.controller.front_end.value),
      scheduling_(spec.controller.scheduling),
      burst_shift_(
          static_cast<unsigned>(std::countr_zero(static_cast<std::uint64_t>(spec.burst().si())))),
      channels_(spec.channels, FrFcfsLaw(spec)),
      powers_down_(spec.controller.power_down.has_value()) {
  if (!spec.controller.port) return;
  ports_.emplace(*spec.controller.port);
  controller_ports_ = spec.controller.port->controller_ports();
}

Access DramLaw::serve(Time issue, std::uint64_t address, std::uint64_t bytes, bool write,
                      std::uint32_t port) {
  (write ? activity_.writes : activity_.reads) += 1;
  (write ? activity_.bytes_written : activity_.bytes_read) += bytes;
  if (!ports_) {
    const Access access = move(issue, address, bytes, write);
    return {access.first + front_end_, access.last + front_end_};
  }
  std::optional<Access> all;
  while (bytes > 0) {
    const PortLaw::Transaction t = ports_->head(address, bytes, port);
    entered_ = std::max(ports_->enter(t, issue, write), entered_);
    Access memory = move(entered_, address, t.bytes, write);
    memory.first += front_end_;
    memory.last += front_end_;
    const Access access = ports_->pass(t, memory, write);
    if (!all) all = access;
    all->first = std::min(all->first, access.first);
    all->last = std::max(all->last, access.last);
    address += t.bytes;
    bytes -= t.bytes;
  }
  return *all;
}

Access DramLaw::move(Time issue, std::uint64_t address, std::uint64_t bytes, bool write) {
  const Ticks arrival = ceil_ticks(issue);
  const std::uint64_t begin = address >> burst_shift_;
  const std::uint64_t end = ((address + bytes - 1) >> burst_shift_) + 1;
  DramChannelLaw::Span span{-1, 0};
  if (channels_.size() == 1) {
    span = channels_.front().serve(arrival, begin, end - begin, write);
  } else {
    for (std::uint32_t c = 0; c < channels_.size(); ++c) {
      const AddressMap& map = channels_[c].map();
      const std::uint64_t from = map.below(begin, c);
      const std::uint64_t to = map.below(end, c);
      if (from == to) continue;
      const auto part = channels_[c].serve(arrival, from, to - from, write);
      // The first burst is the one whose channel counts it in.
      if (map.below(begin + 1, c) > from) span.first = part.first;
      span.last = std::max(span.last, part.last);
    }
  }
  return {at(span.first), at(span.last)};
}

std::optional<DramLaw::Hits> DramLaw::hits(std::uint64_t bytes) const {
  const std::uint64_t bursts = bytes >> burst_shift_;
  if (channels_.size() != 1 || ports_ || powers_down_ || bursts == 0 ||
      bursts << burst_shift_ != bytes) {
    return {};
  }
  const auto hits = channels_.front().hits(bursts);
  if (!hits) return {};
  const Ticks latency = channels_.front().read_latency() + 1;  // it arrives within a clock
  return Hits{tick_,
              at(hits->turn),
              at(latency) + front_end_,
              at(latency + hits->length) + front_end_,
              hits->length,
              hits->kept};
}

void DramLaw::skip_hits(std::uint64_t bytes, std::uint64_t count) {
  channels_.front().skip(count, bytes >> burst_shift_);
  activity_.reads += count;
  activity_.bytes_read += count * bytes;
}

template <class T>
std::uint32_t DramLaw::Pool<T>::add(const T& item) {
  if (free.empty()) {
    items.push_back(item);
    return static_cast<std::uint32_t>(items.size() - 1);
  }
  const std::uint32_t n = free.back();
  free.pop_back();
  items[n] = item;
  return n;
}

void DramLaw::enqueue(const DramRequest& r) {
  (r.write ? activity_.writes : activity_.reads) += 1;
  (r.write ? activity_.bytes_written : activity_.bytes_read) += r.bytes;
  ++unanswered_;
  Transaction t;
  t.owner = r.tag;
  t.issue = r.issue;
  t.address = r.address;
  t.part.bytes = r.bytes;
  t.write = r.write;
  if (!ports_) {
    enter(transactions_.add(t), r.issue);
    return;
  }
  if (port_queues_.empty()) port_queues_.resize(ports_->directions());
  t.owner = cuts_.add({r.tag, r.issue, 0, {}});
  for (std::uint64_t left = r.bytes; left > 0; left -= t.part.bytes) {
    t.part = ports_->head(t.address, left, r.port);
    ++cuts_.items[t.owner].left;
    port_queues_[2 * t.part.port + (t.write ? 1 : 0)].waiting.push_back(transactions_.add(t));
    t.address += t.part.bytes;
  }
  for (std::size_t d = r.write ? 1 : 0; d < port_queues_.size(); d += 2) admit(d);
}

void DramLaw::enter(std::uint32_t number, Time time) {
  Transaction& t = transactions_.items[number];
  const Ticks arrival = ceil_ticks(time);
  const std::uint64_t begin = t.address >> burst_shift_;
  const std::uint64_t end = ((t.address + t.part.bytes - 1) >> burst_shift_) + 1;
  t.left = end - begin;
  t.last = 0;
  for (std::uint32_t c = 0; c < channels_.size(); ++c) {
    const AddressMap& map = channels_[c].map();
    const bool only = channels_.size() == 1;
    const std::uint64_t from = only ? begin : map.below(begin, c);
    const std::uint64_t to = only ? end : map.below(end, c);
    if (from == to) continue;
    const bool first = only || map.below(begin + 1, c) > from;
    const std::uint32_t port = ports_ ? controller_ports_[t.part.port] : 0;
    channels_[c].enqueue({arrival, from, to, number, t.write, first, port});
  }
}

void DramLaw::admit(std::size_t direction) {
  PortQueue& q = port_queues_[direction];
  while (!q.waiting.empty()) {
    const std::uint32_t number = q.waiting.front();
    const Transaction& t = transactions_.items[number];
    const auto time = ports_->enter(t.part, t.issue, t.write, q.in_flight.size());
    if (!time) return;
    q.waiting.pop_front();
    q.in_flight.push_back(number);
    enter(number, *time);
  }
}

std::optional<DramAnswer> DramLaw::answer(Time before) {
  const bool unbounded = before == Time{std::numeric_limits<double>::infinity()};
  const Ticks limit = unbounded ? FrFcfsLaw::never : ceil_ticks(before);
  while (answers_.empty()) {
    FrFcfsLaw* next = &channels_.front();
    Ticks first = next->next_command(limit);
    for (FrFcfsLaw& c : channels_) {
      const Ticks command = &c == &channels_.front() ? first : c.next_command(limit);
      if (command >= first) continue;
      first = command;
      next = &c;
    }
    if (first >= limit) return {};
    sent_ = at(first);
    const auto served = next->send();
    if (!served) continue;
    Transaction& t = transactions_.items[served->request];
    if (served->first) t.first = served->data_end;
    t.last = std::max(t.last, served->data_end);
    if (--t.left == 0) finish(served->request);
  }
  DramAnswer a = answers_.back();
  answers_.pop_back();
  a.sent = sent_;
  --unanswered_;
  return a;
}

void DramLaw::finish(std::uint32_t number) {
  const Transaction& t = transactions_.items[number];
  if (ports_) return pass_port(2 * t.part.port + (t.write ? 1 : 0));
  answers_.push_back({t.owner, t.issue, {at(t.first) + front_end_, at(t.last) + front_end_}, {}});
  transactions_.remove(number);
}

void DramLaw::pass_port(std::size_t direction) {
  PortQueue& q = port_queues_[direction];
  while (!q.in_flight.empty() && transactions_.items[q.in_flight.front()].left == 0) {
    const std::uint32_t number = q.in_flight.front();
    q.in_flight.pop_front();
    const Transaction& t = transactions_.items[number];
    const Access access =
        ports_->pass(t.part, {at(t.first) + front_end_, at(t.last) + front_end_}, t.write);
    Cut& cut = cuts_.items[t.owner];
    if (!cut.access) cut.access = access;
    cut.access->first = std::min(cut.access->first, access.first);
    cut.access->last = std::max(cut.access->last, access.last);
    if (--cut.left == 0) {
      answers_.insert(answers_.begin(), {cut.tag, cut.issue, *cut.access, {}});
      cuts_.remove(static_cast<std::uint32_t>(t.owner));
    }
    transactions_.remove(number);
  }
  admit(direction);
}

void DramLaw::settle(Time end) {
  for (FrFcfsLaw& c : channels_) c.settle(ceil_ticks(end));
}

MemoryActivity DramLaw::activity() const {
  MemoryActivity a = activity_;
  for (const FrFcfsLaw& c : channels_) {
    accumulate(a, c.counts());
    a.busy += at(c.busy());
    a.conflict_wait += at(c.conflict_wait());
    a.active += at(c.active());
    a.down_open += at(c.down_open());
    a.down_closed += at(c.down_closed());
  }
  return a;
}

}  // namespace tritsim
