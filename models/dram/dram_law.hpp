// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "arch/hardware/memory.hpp"
#include "models/base/longest_run.hpp"
#include "models/dram/fr_fcfs_law.hpp"
#include "models/dram/port_law.hpp"

namespace tritsim {

/// A request to a controller that reorders.
struct DramRequest {
  Time issue;
  std::uint64_t address = 0;
  std::uint64_t bytes = 0;
  bool write = false;
  std::uint64_t tag = 0;   ///< the caller's
  std::uint32_t port = 0;  ///< of the requester, where it has one
};

struct DramAnswer {
  std::uint64_t tag = 0;
  Time issue;
  Access access;
  Time sent;  ///< the command with which it was complete
};

/// A DRAM behind its controller: channels that share the addresses
/// (models/dram/dram_channel_law.hpp), the controller's ports (models/dram/port_law.hpp), the
/// front-end latency. Requests must come in order of their issue time.
///
/// A request is cut at the interleave of the channels, and each channel works on its own. Its
/// transactions on the ports reach an `in_order` controller in the order in which they were cut:
/// one that waits for a place in flight holds back those behind it, of the other ports too.
class DramLaw {
 public:
  explicit DramLaw(const DramSpec& spec);

  /// Serves `bytes` at `address`, issued at `issue` on the requester's side; the front-end latency
  /// is added on the way back. `port` is the requester's, where it has one.
  Access serve(Time issue, std::uint64_t address, std::uint64_t bytes, bool write,
               std::uint32_t port = 0);

  /// Requests of `bytes` each, one behind the other from `address` on.
  struct Requests {
    std::uint64_t address = 0;
    std::uint64_t bytes = 0;
    std::uint64_t count = 0;
    bool write = false;
  };

  /// Serves requests, the n-th of which is issued at issue(n), with the result of as many serve()
  /// calls; `served` takes the access of each. Nothing else may come between them.
  template <class Issue, class Served>
  void serve_all(const Requests& requests, Issue&& issue, Served&& served);

  /// Bound on the latency of a read of `bytes` that finds the channel at rest: no refresh due, no
  /// command and no data in its way, its bank ready for whatever it needs. None behind ports or
  /// where an idle channel powers down.
  [[nodiscard]] Time calm_latency(std::uint64_t bytes) const {
    if (ports_ || powers_down_) return Time{std::numeric_limits<double>::infinity()};
    return at(channels_.front().rest_latency((bytes >> burst_shift_) + 1) + 1) + front_end_;
  }

  /// Serves up to `count` consecutive reads of `bytes` each, the n-th issued at issue(n), in a few
  /// steps per block of open rows: as many as find the channel at rest and lie before the next
  /// refresh. The result is that of as many serve() calls. Returns their number. Issues must be
  /// calm_latency(bytes) apart or more.
  template <class Issue>
  std::uint64_t serve_calm(std::uint64_t address, std::uint64_t bytes, std::uint64_t count,
                           Issue&& issue);

  /// Reads of the same size that hit open rows and go when they arrive, one behind the other.
  struct Hits {
    Time clock;
    Time turn;                ///< issues must be so far apart
    Time first;               ///< bound on the time from issue to the first data ...
    Time last;                ///< ... and to the last
    std::int64_t length = 0;  ///< clocks from the first column command to the last
    std::uint64_t kept = 0;   ///< so many leave nothing behind of the ones before them
  };

  /// Those of `bytes` each, wherever they begin; none if the part has more than a channel, ports or
  /// an idle power-down, or its bursts are stepped.
  [[nodiscard]] std::optional<Hits> hits(std::uint64_t bytes) const;

  /// How many of `requests`, reads that hits() describes, hit rows that are known to be open before
  /// the next refresh. Their issues, at issue(n), must be Hits::turn apart.
  template <class Issue>
  [[nodiscard]] std::uint64_t hits_ahead(const Requests& requests, const Hits& hits,
                                         Issue&& issue) const;

  /// Counts reads that hit, as hits_ahead() knows of at least Hits::kept more.
  void skip_hits(std::uint64_t bytes, std::uint64_t count);

  /// Whether the controller reorders the bursts of requests that wait at the same time. Those are
  /// given to enqueue(); serve() takes requests of a single stream, one behind the other.
  [[nodiscard]] bool reorders() const { return scheduling_ == DramScheduling::fr_fcfs; }

  /// Gives a request to the controller's queue. It must not be issued before the time that the last
  /// answer() reached.
  void enqueue(const DramRequest& request);

  /// Sends the commands that go before `before` until a request is answered; none if that takes
  /// longer.
  [[nodiscard]] std::optional<DramAnswer> answer(Time before);

  /// Whether the users have ports, which bound what is in flight.
  [[nodiscard]] bool has_ports() const { return ports_.has_value(); }

  /// Whether a request has not been answered.
  [[nodiscard]] bool waiting() const { return unanswered_ > 0; }

  /// Performs the refreshes due by `end` and closes the books. Call once, when the run is over.
  void settle(Time end);

  [[nodiscard]] MemoryActivity activity() const;

  [[nodiscard]] std::uint32_t channels() const {
    return static_cast<std::uint32_t>(channels_.size());
  }

  /// Appends the commands of a channel to `sink` from now on; nothing is stepped over then.
  void record(std::uint32_t channel, std::vector<DramCommand>* sink) {
    channels_[channel].record(sink);
  }

 private:
  using Ticks = DramChannelLaw::Ticks;

  [[nodiscard]] Ticks ceil_ticks(Time t) const {
    // A whole number of cycles that rounding made slightly larger stays that number, even after
    // days.
    const double exact = t * clock_ * (1 - 1e-15) - 1e-6;
    const auto whole = static_cast<Ticks>(exact);
    return whole + (static_cast<double>(whole) < exact ? 1 : 0);
  }

  [[nodiscard]] Time at(Ticks t) const { return tick_ * static_cast<double>(t); }

  /// Serves a run of bytes at the DRAM; times are those of its data there.
  Access move(Time issue, std::uint64_t address, std::uint64_t bytes, bool write);

  /// Numbers of places that are free again.
  template <class T>
  struct Pool {
    std::vector<T> items;
    std::vector<std::uint32_t> free;

    std::uint32_t add(const T& item);

    void remove(std::uint32_t n) { free.push_back(n); }
  };

  /// A request, or what passes a port at once of one, whose bursts are served in any order.
  struct Transaction {
    std::uint64_t owner = 0;  ///< tag; behind ports, number of the request
    std::uint64_t left = 0;   ///< bursts
    Ticks first = 0;          ///< end of the data of the first burst
    Ticks last = 0;
    Time issue;
    std::uint64_t address = 0;
    PortLaw::Transaction part;
    bool write = false;
  };

  /// A request that is cut into transactions of ports.
  struct Cut {
    std::uint64_t tag = 0;
    Time issue;
    std::uint64_t left = 0;  ///< transactions
    std::optional<Access> access;
  };

  /// Transactions of a direction of a port, in their order.
  struct PortQueue {
    std::deque<std::uint32_t> waiting;    ///< to reach the memory
    std::deque<std::uint32_t> in_flight;  ///< and then to pass the port
  };

  /// Gives the bursts of a transaction to the channels.
  void enter(std::uint32_t transaction, Time at);
  void admit(std::size_t direction);
  void finish(std::uint32_t transaction);
  /// Passes what is served through a port.
  void pass_port(std::size_t direction);

  Frequency clock_;
  Time tick_;  ///< one clock cycle
  Time front_end_;
  DramScheduling scheduling_;
  unsigned burst_shift_;  ///< log2 of the bytes of a burst
  std::vector<FrFcfsLaw> channels_;
  bool powers_down_;
  std::optional<PortLaw> ports_;
  std::vector<std::uint32_t> controller_ports_;  ///< of each port
  Time entered_;                                 ///< last transaction's entry, behind ports
  Pool<Transaction> transactions_;
  Pool<Cut> cuts_;
  std::vector<PortQueue> port_queues_;  ///< [port][read, write]
  std::vector<DramAnswer> answers_;     ///< not taken yet, the newest first
  std::uint64_t unanswered_ = 0;
  Time sent_;                ///< last command
  MemoryActivity activity_;  ///< requests and bytes only
};

template <class Issue, class Served>
void DramLaw::serve_all(const Requests& requests, Issue&& issue, Served&& served) {
  const auto [address, bytes, count, write] = requests;
  const std::uint64_t burst = address >> burst_shift_;
  const std::uint64_t bursts = bytes >> burst_shift_;
  const bool whole = (burst << burst_shift_) == address && (bursts << burst_shift_) == bytes;
  if (channels_.size() != 1 || ports_ || !whole) {
    for (std::uint64_t n = 0; n < count; ++n) {
      served(serve(issue(n), address + n * bytes, bytes, write));
    }
    return;
  }
  (write ? activity_.writes : activity_.reads) += count;
  (write ? activity_.bytes_written : activity_.bytes_read) += count * bytes;
  channels_.front().serve_all(
      {burst, bursts, count, write}, [&](std::uint64_t n) { return ceil_ticks(issue(n)); },
      [&](const DramChannelLaw::Span& span) {
        served(Access{at(span.first) + front_end_, at(span.last) + front_end_});
      });
}

template <class Issue>
std::uint64_t DramLaw::hits_ahead(const Requests& requests, const Hits& hits, Issue&& issue) const {
  const DramChannelLaw& channel = channels_.front();
  const std::uint64_t burst = requests.address >> burst_shift_;
  if (burst << burst_shift_ != requests.address) return 0;
  const std::uint64_t open =
      channel.open_behind(ceil_ticks(issue(0)), burst) / (requests.bytes >> burst_shift_);
  return longest_run(std::min(open, requests.count), [&](std::uint64_t n) {
    return ceil_ticks(issue(n - 1)) + hits.length < channel.next_refresh();
  });
}

template <class Issue>
std::uint64_t DramLaw::serve_calm(std::uint64_t address, std::uint64_t bytes, std::uint64_t count,
                                  Issue&& issue) {
  if (channels_.size() != 1 || ports_ || powers_down_) return 0;
  DramChannelLaw& channel = channels_.front();
  const std::uint64_t bursts = bytes >> burst_shift_;
  const std::uint64_t rotation = std::uint64_t{1} << channel.map().rotation_shift();
  const std::uint64_t block = std::uint64_t{1} << channel.map().block_shift();
  // A request lies in one block and meets all of its rows.
  if (!std::has_single_bit(bytes) || address % bytes != 0 || bursts < rotation || bursts > block) {
    return 0;
  }
  const Ticks span = channel.rest_latency(bursts);
  const auto calm = [&](std::uint64_t n) {
    const Ticks arrival = ceil_ticks(issue(n));
    return arrival >= channel.rest() && arrival + span <= channel.next_refresh();
  };
  std::uint64_t served = 0;
  while (served < count && calm(served)) {
    const std::uint64_t first = (address >> burst_shift_) + served * bursts;
    const std::uint64_t left = std::min(count - served, (block - first % block) / bursts);
    channel.serve(ceil_ticks(issue(served)), first, bursts, false);
    std::uint64_t done = 1;
    // The others find their rows open; what they leave behind, the last one overrides, or the first
    // of the next block.
    std::uint64_t last = left - 1;
    while (last > 0 && ceil_ticks(issue(served + last)) + span > channel.next_refresh()) --last;
    if (last > 0 && last == left - 1 && served + left < count && calm(served + left)) {
      channel.skip(last, bursts);
      done += last;
    } else if (last > 0) {
      channel.skip(last - 1, bursts);
      channel.serve(ceil_ticks(issue(served + last)), first + last * bursts, bursts, false);
      done += last;
    }
    activity_.reads += done;
    activity_.bytes_read += done * bytes;
    served += done;
    if (done < left) break;
  }
  return served;
}

}  // namespace tritsim
