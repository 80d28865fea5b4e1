// SPDX-License-Identifier: Apache-2.0
#include "sim/run/memory_bench.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

#include "models/energy/memory_energy_law.hpp"
#include "sim/result/traffic_series.hpp"
#include "sim/run/latency_histogram.hpp"
#include "sim/run/traffic_source.hpp"

namespace tritsim {
namespace {

class MemoryBench {
 public:
  MemoryBench(const MemorySpec& memory, const MemoryTraffic& traffic)
      : spec_(memory),
        traffic_(traffic),
        laws_(traffic.channels, make_memory_law(memory, Frequency{1e9})) {
    const bool scattered = traffic.pattern == MemoryPattern::random ||
                           traffic.pattern == MemoryPattern::strided || !traffic.requests.empty();
    const Bytes burst = memory.dram ? memory.dram->burst() : 64_B;
    const Bytes usual = scattered ? burst : 64_KiB;
    request_bytes_ = static_cast<std::uint64_t>(traffic.request.value_or(usual).si());
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
      sort_requests();
    }
    progress_ = progress;
    for (const TrafficSource& s : sources_) left_ += s.requests();
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
    for (const TrafficSource& s : sources_) {
      if (s.of_file()) continue;
      StreamRun stream{{}, s.write(), s.base(), s.requests() * request_bytes_, s.end()};
      if (user_ports(spec_) > 0) stream.port = s.port();
      r.streams.push_back(stream);
    }
    return r;
  }

 private:
  void make_sources() {
    for (std::uint32_t n = 0; n < traffic_.all_streams(); ++n) {
      sources_.emplace_back(spec_, traffic_, request_bytes_, n);
    }
  }

  /// The requests of a file, in order of arrival.
  void sort_requests() {
    std::stable_sort(
        traffic_.requests.begin(), traffic_.requests.end(),
        [](const TimedRequest& a, const TimedRequest& b) { return a.arrival < b.arrival; });
    sources_.emplace_back(traffic_.requests);
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
    std::vector<WaitingRequest> waiting;  // one request of each source, by order of issue
    const auto issue = [&](std::size_t s) {
      if (sources_[s].exhausted()) return;
      const WaitingRequest w = sources_[s].next(s, sources_.size());
      const auto before = [](const WaitingRequest& a, const WaitingRequest& b) {
        return std::tie(a.issue, a.order) < std::tie(b.issue, b.order);
      };
      waiting.insert(std::upper_bound(waiting.begin(), waiting.end(), w, before), w);
    };
    for (std::size_t s = 0; s < sources_.size(); ++s) issue(s);
    while (!waiting.empty()) {
      const WaitingRequest w = waiting.front();
      waiting.erase(waiting.begin());
      book(w.source, w.issue, serve(w));
      issue(w.source);
    }
  }

  Access serve(const WaitingRequest& w) {
    const TrafficSource& source = sources_[w.source];
    MemoryLaw& law = laws_[source.memory()];
    if (auto* dram = std::get_if<DramLaw>(&law)) {
      return dram->serve(w.issue, w.address, request_bytes_, w.write, source.port());
    }
    return std::visit(
        [&](auto& other) { return other.serve(w.issue, w.address, request_bytes_, w.write); }, law);
  }

  /// Serves the requests of the sources of one memory, whose controller reorders them.
  void run_reordered(std::size_t memory) {
    auto& law = std::get<DramLaw>(laws_[memory]);
    std::vector<std::size_t> own;
    for (std::size_t s = 0; s < sources_.size(); ++s) {
      if (sources_[s].memory() == memory) own.push_back(s);
    }
    for (;;) {
      // The source whose next request is issued first, of those that may have another one.
      std::optional<std::pair<Time, std::uint64_t>> first;
      std::size_t source = 0;
      for (const std::size_t s : own) {
        if (!sources_[s].may_issue()) continue;
        const std::pair key{sources_[s].next_issue(), sources_[s].order(s, sources_.size())};
        if (!first || key < *first) {
          first = key;
          source = s;
        }
      }
      if (const auto a = law.answer(first ? first->first : never)) {
        book(a->tag, a->issue, a->access);
      } else if (first) {
        const WaitingRequest w = sources_[source].next(source, sources_.size());
        law.enqueue({w.issue, w.address, request_bytes_, w.write, source, sources_[source].port()});
      } else {
        return;
      }
    }
  }

  void book(std::size_t source, Time issue, const Access& access) {
    const Time answered = sources_[source].take(access, reordered_);
    latencies_.add(answered - issue);
    end_ = std::max(end_, answered);
    ++served_;
    --left_;
    if (progress_ && (left_ & 0xffff) == 0) progress_(all_ - left_, all_);
  }

  static constexpr Time never{std::numeric_limits<double>::infinity()};

  MemorySpec spec_;
  MemoryTraffic traffic_;
  std::vector<MemoryLaw> laws_;
  std::uint64_t request_bytes_ = 0;
  bool reordered_ = false;  ///< the requests of this run
  std::vector<TrafficSource> sources_;
  MemoryProgress progress_;
  std::uint64_t all_ = 0;  ///< requests
  std::uint64_t left_ = 0;
  std::uint64_t served_ = 0;
  LatencyHistogram latencies_;
  Time end_;
};

}  // namespace

MemoryRun run_memory(const MemorySpec& memory, const MemoryTraffic& traffic,
                     std::vector<std::vector<DramCommand>>* commands,
                     const MemoryProgress& progress) {
  MemoryBench bench(memory, traffic);
  if (commands != nullptr && memory.dram) bench.record(*commands);
  bench.run(progress);
  return bench.result();
}

}  // namespace tritsim
