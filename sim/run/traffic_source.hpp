// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <random>
#include <vector>

#include "models/memory/memory_law.hpp"
#include "sim/run/memory_bench.hpp"

namespace tritsim {

/// A request that waits for its turn.
struct WaitingRequest {
  std::size_t source = 0;
  std::uint64_t order = 0;  ///< of several at a time, the sources in turn
  Time issue;
  std::uint64_t address = 0;
  bool write = false;
};

/// A sequence of requests of one requester, with its own port: a stream of a pattern, with a
/// bounded number in flight, or the requests of a file, each at its time.
class TrafficSource {
 public:
  /// Stream `number` of the traffic, with requests of `request_bytes`.
  TrafficSource(const MemorySpec& memory, const MemoryTraffic& traffic, std::uint64_t request_bytes,
                std::uint32_t number);

  /// The requests of a file, in order of arrival; they outlive the source.
  explicit TrafficSource(const std::vector<TimedRequest>& file);

  [[nodiscard]] std::size_t memory() const { return memory_; }

  [[nodiscard]] std::uint32_t port() const { return port_; }

  [[nodiscard]] bool write() const { return write_; }

  [[nodiscard]] std::uint64_t base() const { return base_; }

  [[nodiscard]] std::uint64_t requests() const { return count_; }

  [[nodiscard]] bool of_file() const { return file_ != nullptr; }

  [[nodiscard]] Time end() const { return end_; }  ///< of the last answer

  /// All requests are made.
  [[nodiscard]] bool exhausted() const { return made_ == count_; }

  /// Whether another request may be made before an answer comes.
  [[nodiscard]] bool may_issue() const {
    return !exhausted() && (of_file() || made_ - answered_ < answers_.size());
  }

  /// When the next request is issued: when an answer frees its place, or as its file says.
  [[nodiscard]] Time next_issue() const;

  /// Place of the next request among those of `sources` sources that are issued at one time; this
  /// one is the `own`-th of them.
  [[nodiscard]] std::uint64_t order(std::size_t own, std::size_t sources) const {
    return made_ * sources + own;
  }

  /// Makes the next request.
  WaitingRequest next(std::size_t own, std::size_t sources);

  /// Takes an answer, whose data pass the source's port; returns when the last of them have.
  /// `reordered`: answers come in another order than their requests were made.
  Time take(Access access, bool reordered);

 private:
  /// An answer frees a place for the request that is as many behind as there are places; from a
  /// controller that reorders, the earliest answer frees the next.
  void free_place(Time answer, bool reordered);

  const std::vector<TimedRequest>* file_ = nullptr;
  std::size_t memory_ = 0;
  std::uint32_t port_ = 0;
  bool write_ = false;
  std::uint64_t base_ = 0;
  std::uint64_t count_ = 0;
  std::uint64_t request_bytes_ = 0;
  std::uint64_t step_ = 0;    ///< 0: random
  std::uint64_t region_ = 0;  ///< requests that have an address of their own
  std::uint64_t offset_ = 0;  ///< of the next request in the region, unless random
  std::uint64_t made_ = 0;
  std::uint64_t answered_ = 0;
  std::vector<Time> answers_;  ///< of the last `outstanding` requests
  double beats_ = 1;           ///< of the port, for a request
  Time beat_;                  ///< none: no port
  Time issue_;                 ///< of the last request
  Time end_;
  Time port_free_;
  std::mt19937_64 random_;
};

}  // namespace tritsim
