// SPDX-License-Identifier: Apache-2.0
#include "sim/run/memory_bench.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <tuple>

#include <boost/container/small_vector.hpp>

#include "models/dram/fr_fcfs_law.hpp"
#include "models/energy/memory_energy_law.hpp"
#include "sim/result/traffic_series.hpp"
#include "sim/run/latency_histogram.hpp"

namespace tritsim {
namespace {

/// A sequence of requests of one requester, with its own port.
struct Source {
  std::size_t memory = 0;
  bool write = false;
  std::uint64_t base = 0;
  std::uint64_t count = 0;
  std::uint64_t step = 0;  ///< 0: random
  std::uint64_t region = 0;
  std::uint64_t next = 0;
  std::uint64_t offset = 0;  ///< of the next request in the region, unless random
  std::uint64_t answered = 0;
  std::vector<Time> answers;  ///< of the last `outstanding` requests
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
  std::optional<Time> entry;  ///< into the controller's queue, where it reorders
  std::uint32_t passed_by = 0;
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
    const auto* dram = std::get_if<DramLaw>(&laws_.front());
    reorders_ = dram != nullptr && dram->scheduling() == DramScheduling::fr_fcfs;
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
    const std::uint64_t all = left_;
    while (left_ > 0) {
      for (std::size_t s = 0; s < sources_.size(); ++s) refill(s);
      const std::size_t turn = choose();
      const Waiting w = waiting_[turn];
      waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(turn));
      serve(w);
      --left_;
      if (progress && (left_ & 0xffff) == 0) progress(all - left_, all);
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
    in_flight_.assign(sources_.size(), 0);
  }

  /// The requests of a file, in order of arrival.
  void timed() {
    std::stable_sort(
        traffic_.requests.begin(), traffic_.requests.end(),
        [](const TimedRequest& a, const TimedRequest& b) { return a.arrival < b.arrival; });
    sources_.emplace_back();
    sources_.front().count = left_ = traffic_.requests.size();
    in_flight_.assign(1, 0);
  }

  /// Issues what source `s` may have waiting: one request, or as many as the queue of a controller
  /// that reorders could hold.
  void refill(std::size_t s) {
    Source& source = sources_[s];
    const bool from_file = !traffic_.requests.empty();
    std::uint64_t ahead = 1;
    if (reorders_) {
      ahead = std::get<DramLaw>(laws_.front()).queue();
      if (!from_file) ahead = std::min<std::uint64_t>(ahead, traffic_.outstanding);
    }
    while (in_flight_[s] < ahead && source.next < source.count) {
      Waiting w;
      w.source = s;
      w.order = source.next * sources_.size() + s;  // of several at a time, the streams in turn
      if (from_file) {
        const TimedRequest& r = traffic_.requests[source.next];
        w.issue = r.arrival;
        w.address = r.address;
        w.write = r.write;
      } else {
        w.write = source.write;
        w.address =
            source.base +
            (source.step == 0 ? source.random() % source.region * request_bytes_ : source.offset);
        source.offset = (source.offset + source.step) % (source.region * request_bytes_);
        // The answer that frees its place.
        w.issue = source.answers[source.next % source.answers.size()];
      }
      ++source.next;
      ++in_flight_[s];
      enqueue(w);
    }
  }

  /// Puts a request in its place by order of issue.
  void enqueue(const Waiting& w) {
    const auto before = [](const Waiting& a, const Waiting& b) {
      return std::tie(a.issue, a.order) < std::tie(b.issue, b.order);
    };
    waiting_.insert(std::upper_bound(waiting_.begin(), waiting_.end(), w, before), w);
  }

  /// Whose turn it is (models/dram/fr_fcfs_law.hpp); none is passed by more often than the queue is
  /// long.
  [[nodiscard]] std::size_t choose() {
    if (!reorders_ || waiting_.size() == 1) return 0;
    Waiting& head = waiting_.front();
    const std::size_t memory = sources_[head.source].memory;
    auto& law = std::get<DramLaw>(laws_[memory]);
    const Time decision = std::max(head.issue, law.ready(head.address));
    boost::container::small_vector<std::size_t, 64> looked;
    FrFcfsChoice choice(law);
    for (std::size_t n = 0; n < waiting_.size() && choice.room(); ++n) {
      Waiting& w = waiting_[n];
      if (w.issue > decision) break;
      if (sources_[w.source].memory != memory) continue;
      if (!w.entry) w.entry = std::max(w.issue, law.room_since(w.address, choice.bursts()));
      choice.look(*w.entry, w.address, request_bytes_, w.write);
      looked.push_back(n);
    }
    const std::size_t best = looked[choice.best()];
    if (best == 0 || head.passed_by >= law.queue()) return 0;
    ++head.passed_by;
    return best;
  }

  [[nodiscard]] Access answer(const Waiting& w, MemoryLaw& law) const {
    if (auto* dram = std::get_if<DramLaw>(&law); dram != nullptr && w.entry) {
      return dram->serve_queued(*w.entry, w.address, request_bytes_, w.write);
    }
    return std::visit([&](auto& l) { return l.serve(w.issue, w.address, request_bytes_, w.write); },
                      law);
  }

  void serve(const Waiting& w) {
    Source& source = sources_[w.source];
    Access access = answer(w, laws_[source.memory]);
    if (beat_ > Time{}) {
      access.first = std::max(access.first, source.port_free);
      access.last = std::max(access.last, access.first + beat_ * (beats_ - 1));
      source.port_free = access.last + beat_;
    }
    latencies_.add(access.last - w.issue);
    end_ = std::max(end_, access.last);
    if (!source.answers.empty()) {
      source.answers[source.answered++ % source.answers.size()] = access.last;
    }
    --in_flight_[w.source];
    ++served_;
  }

  MemorySpec spec_;
  MemoryTraffic traffic_;
  std::vector<MemoryLaw> laws_;
  std::uint64_t request_bytes_ = 0;
  double beats_ = 1;
  Time beat_;
  bool reorders_ = false;
  std::vector<Source> sources_;
  std::vector<std::uint64_t> in_flight_;  ///< issued and not yet served, of each source
  std::vector<Waiting> waiting_;          ///< in order of issue
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
