// SPDX-License-Identifier: Apache-2.0
#include "sim/run/memory_bench.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <tuple>

#include "models/energy/memory_energy_law.hpp"
#include "sim/result/traffic_series.hpp"
#include "sim/run/latency_histogram.hpp"

namespace tritsim {
namespace {

/// A sequence of requests of one requester, with its own port.
struct Source {
  std::size_t memory = 0;
  std::uint32_t port = 0;
  bool write = false;
  std::uint64_t base = 0;
  std::uint64_t count = 0;
  std::uint64_t step = 0;  ///< 0: random
  std::uint64_t region = 0;
  std::uint64_t next = 0;
  std::uint64_t offset = 0;  ///< of the next request in the region, unless random
  std::uint64_t answered = 0;
  std::vector<Time> answers;  ///< of the last `outstanding` requests
  Time issue;                 ///< of the last request
  Time end;                   ///< of the last answer
  Time port_free;
  std::mt19937_64 random;
};

/// A request that waits for its turn.
struct Waiting {
  std::size_t source = 0;
  std::uint64_t order = 0;
  Time issue;
  std::uint64_t address = 0;
  bool write = false;
};

class MemoryBench {
 public:
  MemoryBench(const MemorySpec& memory, const MemoryTraffic& traffic)
      : spec_(memory),
        traffic_(traffic),
        laws_(traffic.channels, make_memory_law(memory, Frequency{1e9})) {
    std::uint64_t burst = 64;
    if (memory.dram) burst = static_cast<std::uint64_t>(memory.dram->burst().si());
    const bool scattered = traffic.pattern == MemoryPattern::random ||
                           traffic.pattern == MemoryPattern::strided || !traffic.requests.empty();
    request_bytes_ = traffic.request_bytes > 0 ? traffic.request_bytes : scattered ? burst : 65536;
    if (traffic.port_width > Bytes{}) {
      beats_ = std::ceil(static_cast<double>(request_bytes_) / traffic.port_width.si());
      beat_ = 1.0 / traffic.port_clock;
    }
  }

  void record(std::vector<std::vector<DramCommand>>& commands) {
    auto& first = std::get<DramLaw>(laws_.front());
    commands.resize(std::size_t{first.channels()} * laws_.size());
    for (std::size_t m = 0; m < laws_.size(); ++m) {
      for (std::uint32_t c = 0; c < first.channels(); ++c) {
        std::get<DramLaw>(laws_[m]).record(c, &commands[m * first.channels() + c]);
      }
    }
  }

  void run(const MemoryProgress& progress) {
    if (traffic_.requests.empty()) {
      make_sources();
    } else {
      timed();
    }
    progress_ = progress;
    all_ = left_;
    reordered_ = reorders();
    if (reordered_) {
      for (std::size_t m = 0; m < laws_.size(); ++m) run_reordered(m);
    } else {
      run_in_order();
    }
  }

  [[nodiscard]] MemoryRun result() {
    MemoryRun r;
    r.memory = spec_;
    r.channels = traffic_.channels;
    r.requests = served_;
    r.elapsed = end_;
    for (MemoryLaw& law : laws_) {
      std::visit([&](auto& l) { l.settle(end_); }, law);
      const MemoryActivity a =
          std::visit([](const auto& l) { return MemoryActivity{l.activity()}; }, law);
      price_memory(r.energy.terms, "memory", {spec_, a, end_});
      accumulate(r.activity, a);
    }
    merge(r.energy.terms);
    const double bytes = static_cast<double>(r.activity.bytes_read + r.activity.bytes_written);
    if (end_ > Time{}) r.bandwidth = Bytes{bytes} / end_;
    r.peak = peak_bandwidth(spec_) * traffic_.channels;
    r.latency = latencies_.summary();
    for (const Source& s : sources_) {
      if (s.answers.empty()) continue;  // requests of a file
      StreamRun stream{{}, s.write, s.base, s.count * request_bytes_, s.end};
      if (user_ports(spec_) > 0) stream.port = s.port;
      r.streams.push_back(stream);
    }
    return r;
  }

 private:
  void make_sources() {
    const MemoryPattern p = traffic_.pattern;
    const std::uint32_t reads = traffic_.reads_of_a_set();
    const std::uint32_t writes = traffic_.writes_of_a_set();
    const std::uint32_t count = traffic_.all_streams();
    const std::uint64_t each = std::max<std::uint64_t>(1, traffic_.bytes / count / request_bytes_);
    const auto capacity = static_cast<std::uint64_t>(spec_.capacity.si());
    std::uint64_t row = 4096;
    if (spec_.dram)
      row = static_cast<std::uint64_t>(spec_.dram->page.si()) * spec_.dram->bank_groups;
    for (std::uint32_t s = 0; s < count; ++s) {
      Source source;
      source.memory = s % traffic_.channels;
      source.port = port_of(s);
      source.write = s % (reads + writes) >= reads;
      // Each has an equal part of the addresses, which begins with a request.
      source.region = std::max(capacity / count / request_bytes_, std::uint64_t{1});
      source.base = s * source.region * request_bytes_;
      if (!traffic_.base.empty()) {
        source.base = traffic_.base.at(s);
        source.region = std::max((capacity - source.base) / request_bytes_, std::uint64_t{1});
      }
      source.count = each;
      source.step = p == MemoryPattern::random    ? 0
                    : p == MemoryPattern::strided ? (traffic_.stride > 0 ? traffic_.stride : row)
                                                  : request_bytes_;
      source.answers.assign(traffic_.outstanding, Time{});
      source.random.seed(traffic_.seed + s);
      left_ += each;
      sources_.push_back(std::move(source));
    }
  }

  [[nodiscard]] std::uint32_t port_of(std::uint32_t stream) const {
    if (!traffic_.ports.empty()) return traffic_.ports.at(stream);
    return stream / traffic_.channels % std::max(user_ports(spec_), std::uint32_t{1});
  }

  /// The requests of a file, in order of arrival.
  void timed() {
    std::stable_sort(
        traffic_.requests.begin(), traffic_.requests.end(),
        [](const TimedRequest& a, const TimedRequest& b) { return a.arrival < b.arrival; });
    sources_.emplace_back();
    sources_.front().count = left_ = traffic_.requests.size();
  }

  /// Whether the controller has something to reorder: bursts of one sequential stream it has not.
  [[nodiscard]] bool reorders() const {
    const auto* dram = std::get_if<DramLaw>(&laws_.front());
    if (dram == nullptr || !dram->reorders()) return false;
    const bool sequential =
        traffic_.requests.empty() && traffic_.pattern == MemoryPattern::sequential;
    return !sequential || sources_.size() > laws_.size() || dram->has_ports();
  }

  void run_in_order() {
    std::vector<Waiting> waiting;  // one request of each source, by order of issue
    const auto issue = [&](std::size_t s) {
      if (sources_[s].next == sources_[s].count) return;
      const Waiting w = next_request(s);
      const auto before = [](const Waiting& a, const Waiting& b) {
        return std::tie(a.issue, a.order) < std::tie(b.issue, b.order);
      };
      waiting.insert(std::upper_bound(waiting.begin(), waiting.end(), w, before), w);
    };
    for (std::size_t s = 0; s < sources_.size(); ++s) issue(s);
    while (!waiting.empty()) {
      const Waiting w = waiting.front();
      waiting.erase(waiting.begin());
      book(w.source, w.issue, serve(w));
      issue(w.source);
    }
  }

  Access serve(const Waiting& w) {
    const Source& source = sources_[w.source];
    MemoryLaw& law = laws_[source.memory];
    if (auto* dram = std::get_if<DramLaw>(&law)) {
      return dram->serve(w.issue, w.address, request_bytes_, w.write, source.port);
    }
    return std::visit(
        [&](auto& other) { return other.serve(w.issue, w.address, request_bytes_, w.write); }, law);
  }

  /// Serves the requests of the sources of one memory, whose controller reorders them.
  void run_reordered(std::size_t memory) {
    auto& law = std::get<DramLaw>(laws_[memory]);
    std::vector<std::size_t> own;
    for (std::size_t s = 0; s < sources_.size(); ++s) {
      if (sources_[s].memory == memory) own.push_back(s);
    }
    for (;;) {
      // The source whose next request is issued first, of those that may have another one.
      std::optional<std::pair<Time, std::uint64_t>> first;
      std::size_t source = 0;
      for (const std::size_t s : own) {
        if (!may_issue(sources_[s])) continue;
        const std::pair key{next_issue(sources_[s]), sources_[s].next * sources_.size() + s};
        if (!first || key < *first) {
          first = key;
          source = s;
        }
      }
      if (const auto a = law.answer(first ? first->first : never)) {
        book(a->tag, a->issue, a->access);
      } else if (first) {
        const Waiting w = next_request(source);
        law.enqueue({w.issue, w.address, request_bytes_, w.write, source, sources_[source].port});
      } else {
        return;
      }
    }
  }

  [[nodiscard]] bool may_issue(const Source& s) const {
    return s.next < s.count && (s.answers.empty() || s.next - s.answered < s.answers.size());
  }

  /// When the next request of a source is issued: when an answer frees its place, or as its file
  /// says.
  [[nodiscard]] Time next_issue(const Source& s) const {
    if (s.answers.empty()) return traffic_.requests[s.next].arrival;
    return std::max(s.issue, s.answers[s.next % s.answers.size()]);
  }

  Waiting next_request(std::size_t s) {
    Source& source = sources_[s];
    Waiting w;
    w.source = s;
    w.order = source.next * sources_.size() + s;  // of several at a time, the streams in turn
    w.issue = source.issue = next_issue(source);
    if (source.answers.empty()) {
      w.address = traffic_.requests[source.next].address;
      w.write = traffic_.requests[source.next].write;
    } else {
      w.write = source.write;
      w.address = source.base + (source.step == 0 ? source.random() % source.region * request_bytes_
                                                  : source.offset);
      source.offset = (source.offset + source.step) % (source.region * request_bytes_);
    }
    ++source.next;
    return w;
  }

  void book(std::size_t s, Time issue, Access access) {
    Source& source = sources_[s];
    if (beat_ > Time{}) {
      access.first = std::max(access.first, source.port_free);
      access.last = std::max(access.last, access.first + beat_ * (beats_ - 1));
      source.port_free = access.last + beat_;
    }
    latencies_.add(access.last - issue);
    source.end = std::max(source.end, access.last);
    end_ = std::max(end_, access.last);
    if (!source.answers.empty()) free_place(source, access.last);
    ++source.answered;
    ++served_;
    --left_;
    if (progress_ && (left_ & 0xffff) == 0) progress_(all_ - left_, all_);
  }

  /// An answer frees a place for the request that is as many behind as there are places; from a
  /// controller that reorders, the earliest answer frees the next.
  void free_place(Source& source, Time answer) {
    const std::size_t places = source.answers.size();
    std::uint64_t at = source.answered;
    source.answers[at % places] = answer;
    for (; reordered_ && at > 0 && at + places > source.next; --at) {
      Time& before = source.answers[(at - 1) % places];
      if (before <= source.answers[at % places]) return;
      std::swap(before, source.answers[at % places]);
    }
  }

  static constexpr Time never{std::numeric_limits<double>::infinity()};

  MemorySpec spec_;
  MemoryTraffic traffic_;
  std::vector<MemoryLaw> laws_;
  std::uint64_t request_bytes_ = 0;
  double beats_ = 1;
  Time beat_;
  bool reordered_ = false;  ///< the requests of this run
  std::vector<Source> sources_;
  MemoryProgress progress_;
  std::uint64_t all_ = 0;  ///< requests
  std::uint64_t left_ = 0;
  std::uint64_t served_ = 0;
  LatencyHistogram latencies_;
  Time end_;
};

}  // namespace

MemoryTraffic traffic_of(const MemoryTrafficSpec& spec) {
  const auto whole = [](const std::optional<Bytes>& size) {
    return size ? static_cast<std::uint64_t>(size->si()) : std::uint64_t{0};
  };
  MemoryTraffic t;
  t.pattern = spec.pattern;
  t.bytes = whole(spec.bytes);
  t.request_bytes = whole(spec.request);
  t.stride = whole(spec.stride);
  t.streams = spec.streams;
  t.outstanding = spec.outstanding;
  t.channels = spec.channels;
  for (const Bytes& base : spec.base) t.base.push_back(static_cast<std::uint64_t>(base.si()));
  t.ports = spec.ports;
  if (spec.port_width) {
    t.port_width = *spec.port_width;
    t.port_clock = *spec.port_clock;
  }
  return t;
}

MemoryRun run_memory(const MemorySpec& memory, const MemoryTraffic& traffic,
                     std::vector<std::vector<DramCommand>>* commands,
                     const MemoryProgress& progress) {
  MemoryBench bench(memory, traffic);
  if (commands != nullptr && memory.dram) bench.record(*commands);
  bench.run(progress);
  return bench.result();
}

}  // namespace tritsim
