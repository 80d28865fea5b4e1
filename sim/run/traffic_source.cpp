// SPDX-License-Identifier: Apache-2.0
#include "sim/run/traffic_source.hpp"

#include <algorithm>
#include <cmath>

namespace tritsim {
namespace {

std::uint64_t whole(Bytes size) {
  return static_cast<std::uint64_t>(size.si());
}

/// Bytes from a request of a pattern to the next one; 0: random.
std::uint64_t step_of(const MemorySpec& memory, const MemoryTraffic& traffic,
                      std::uint64_t request_bytes) {
  if (traffic.pattern == MemoryPattern::random) return 0;
  if (traffic.pattern != MemoryPattern::strided) return request_bytes;
  if (traffic.stride) return whole(*traffic.stride);
  return memory.dram ? whole(memory.dram->page) * memory.dram->bank_groups : 4096;
}

}  // namespace

TrafficSource::TrafficSource(const MemorySpec& memory, const MemoryTraffic& traffic,
                             std::uint64_t request_bytes, std::uint32_t number)
    : memory_(number % traffic.channels),
      port_(traffic.ports.empty() ? number / traffic.channels % std::max(user_ports(memory), 1U)
                                  : traffic.ports.at(number)),
      write_(number % (traffic.reads_of_a_set() + traffic.writes_of_a_set()) >=
             traffic.reads_of_a_set()),
      count_(
          std::max<std::uint64_t>(1, whole(traffic.bytes) / traffic.all_streams() / request_bytes)),
      request_bytes_(request_bytes),
      step_(step_of(memory, traffic, request_bytes)),
      answers_(traffic.outstanding),
      random_(traffic.seed + number) {
  const std::uint64_t capacity = whole(memory.capacity);
  if (traffic.base.empty()) {
    // Each has an equal part of the addresses, which begins with a request.
    region_ = capacity / traffic.all_streams() / request_bytes;
    base_ = number * std::max<std::uint64_t>(region_, 1) * request_bytes;
  } else {
    base_ = whole(traffic.base.at(number));
    region_ = (capacity - base_) / request_bytes;
  }
  region_ = std::max<std::uint64_t>(region_, 1);
  if (traffic.port_width) {
    beats_ = std::ceil(static_cast<double>(request_bytes) / traffic.port_width->si());
    beat_ = 1.0 / *traffic.port_clock;
  }
}

TrafficSource::TrafficSource(const std::vector<TimedRequest>& file)
    : file_(&file), count_(file.size()) {}

Time TrafficSource::next_issue() const {
  if (of_file()) return (*file_)[made_].arrival;
  return std::max(issue_, answers_[made_ % answers_.size()]);
}

WaitingRequest TrafficSource::next(std::size_t own, std::size_t sources) {
  WaitingRequest w{own, order(own, sources), next_issue(), 0, write_};
  issue_ = w.issue;
  if (of_file()) {
    w.address = (*file_)[made_].address;
    w.write = (*file_)[made_].write;
  } else {
    w.address = base_ + (step_ == 0 ? random_() % region_ * request_bytes_ : offset_);
    offset_ = (offset_ + step_) % (region_ * request_bytes_);
  }
  ++made_;
  return w;
}

Time TrafficSource::take(Access access, bool reordered) {
  if (beat_ > Time{}) {
    access.first = std::max(access.first, port_free_);
    access.last = std::max(access.last, access.first + beat_ * (beats_ - 1));
    port_free_ = access.last + beat_;
  }
  end_ = std::max(end_, access.last);
  if (!of_file()) free_place(access.last, reordered);
  ++answered_;
  return access.last;
}

void TrafficSource::free_place(Time answer, bool reordered) {
  const std::size_t places = answers_.size();
  std::uint64_t at = answered_;
  answers_[at % places] = answer;
  for (; reordered && at > 0 && at + places > made_; --at) {
    Time& before = answers_[(at - 1) % places];
    if (before <= answers_[at % places]) return;
    std::swap(before, answers_[at % places]);
  }
}

}  // namespace tritsim
