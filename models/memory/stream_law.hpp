// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <limits>
#include <optional>
#include <vector>

#include <boost/container/small_vector.hpp>

#include "models/memory/memory_law.hpp"
#include "models/memory/row_pace_law.hpp"

namespace tritsim {

/// Whether `a` lies before `b`. Times that differ by less than a tenth of a picosecond are one
/// clock edge that was reached by different sums: which of them is the least in its last bits
/// depends on when the simulation began.
constexpr bool is_earlier(Time a, Time b) {
  return a + Time{1e-13} < b;
}

/// A run of consecutive bytes that a unit moves: cut into requests, a bounded number in flight,
/// through a port of limited width and a FIFO that the unit empties (or fills) at its own pace.
struct StreamRequest {
  Time start;
  std::uint64_t address = 0;
  std::uint64_t bytes = 0;
  std::uint64_t request_bytes = 0;
  std::uint32_t outstanding = 1;
  Time turnaround;               ///< from an answer to the next request; also before the first
  Time setup;                    ///< before the first, besides
  Time beat;                     ///< time of one port beat
  double beat_bytes = 1;         ///< bytes of one port beat
  Time unit_per_byte;            ///< pace of the unit; zero: as fast as the port
  std::uint64_t fifo_bytes = 0;  ///< 0: as much as the stream
  bool write = false;
  std::uint64_t prefetch_bytes = 0;  ///< room for bytes that come before the unit may take them
  std::uint32_t port = 0;            ///< of the memory, where requesters have one
  bool posted = false;               ///< a write that nobody waits for once it is handed over
  std::uint64_t held_bytes = 0;      ///< of a posted write, not through the port when it ends
  Time last_beat;                    ///< the unit's time for what comes with a read's last beat
  /// A unit that takes a read row by row, in cycles of a beat; unit_per_byte is its mean pace then.
  RowPaceSpec rows{};

  bool operator==(const StreamRequest&) const = default;
};

/// Outcome of a stream.
struct StreamResult {
  /// Reads: the unit has consumed the last byte. Writes: the last is acknowledged; if posted: it
  /// has gone through the port.
  Time finish;
  Time starved;  ///< reads: time the unit stood still between its first byte and its last
};

/// Several streams on one memory channel: requests are served in the order of their issue
/// (first come, first served; ties go to the stream with the earlier start, then to the one that
/// was submitted earlier).
///
/// Where several streams meet on a DRAM whose controller reorders (models/dram/fr_fcfs_law.hpp),
/// requests enter its queue in that order, and their bursts are served as it chooses. The answers
/// of a stream come in the order of its requests. A stream that is alone is served in order, with
/// what it has requested: of consecutive bursts the oldest is the first that is ready, but for a
/// few where rows change.
///
/// The law of one stream, for request k with issue i(k), data first(k)..last(k), unit done u(k):
///   i(k) = max(start + setup + turnaround, last(k - outstanding) + turnaround,
///              u(k - fifo / request))
///   u(k) = max(last(k), max(first(k), u(k-1)) + bytes(k) x unit_per_byte)
/// u(k) of a unit that works in rows: RowPace. A write has its data when the unit has produced
/// them, and ends with its acknowledgement, unless it is posted.
class StreamScheduler {
 public:
  using Id = std::size_t;

  explicit StreamScheduler(const MemoryLaw& memory)
      : states_{State{memory, {}, {}, {}, 0}, State{memory, {}, {}, {}, 0}} {}

  /// Adds a stream, at any time up to its start. The start must not lie before the time of the last
  /// advance().
  Id submit(const StreamRequest& request);

  /// Adds a read whose unit may not take anything until release(): up to `prefetch_bytes` of it are
  /// requested after the last request of stream `after`, as if it were that stream's continuation:
  /// its answers count against `outstanding`, its data against the port. To be called at any time
  /// before the streams of `after` is taken.
  Id hold(const StreamRequest& request, Id after);

  /// The unit takes the bytes of a held stream from `start` on, which must not lie before the time
  /// of the last advance(); what was not requested yet is limited by the FIFO.
  void release(Id id, Time start);

  /// Serves every request that is issued before `until`.
  void advance(Time until);

  /// When the stream will finish if no other is submitted. The look-ahead is kept: an advance()
  /// that reaches as far adopts it instead of repeating the work.
  [[nodiscard]] Time predict(Id id);

  /// Serves every request up to the last one of the stream, which it takes. No stream may be
  /// submitted after that with a start before that request.
  StreamResult finish(Id id);

  [[nodiscard]] bool finished(Id id) const { return state().streams[id].done(); }

  /// Result of a finished stream; frees its place.
  StreamResult take(Id id);

  /// Of a memory outside (OutsideLaw), in place of advance(), predict() and finish(): makes the
  /// next request, which is issued before `until`; none if none is, or if that depends on answers
  /// that have not come. Requests are made in the order of their issue.
  [[nodiscard]] std::optional<DramRequest> next_request(Time until);

  /// The earliest issue of a request of a memory outside; infinite like the above.
  [[nodiscard]] Time next_issue() const;

  /// The answer to such a request, by its tag; in any order, at any time.
  void answer(std::uint64_t tag, const Access& access);

  /// Runs everything that is left and closes the memory's books at `end`.
  void settle(Time end);

  /// Begins a digest of every answer of the memory from here on, as times from `base` on.
  void mark(Time base);

  [[nodiscard]] std::uint64_t digest() const { return state().digest; }

  [[nodiscard]] MemoryActivity activity() const;

 private:
  /// Times of the last few requests of a stream, as many as a limit looks back.
  class History {  // NOLINT(bugprone-exception-escape): moving doubles does not throw
   public:
    void resize(std::size_t n) { times_.assign(n, Time{}); }

    [[nodiscard]] std::size_t size() const { return times_.size(); }

    [[nodiscard]] bool full(std::uint64_t count) const {
      return !times_.empty() && count >= times_.size();
    }

    [[nodiscard]] Time oldest() const { return times_[next_]; }

    /// The i-th, from the oldest.
    [[nodiscard]] Time at(std::size_t i) const {
      return times_[next_ + i < times_.size() ? next_ + i : next_ + i - times_.size()];
    }

    void push(Time t) {
      if (times_.empty()) return;
      times_[next_] = t;
      next_ = next_ + 1 == times_.size() ? 0 : next_ + 1;
    }

   private:
    boost::container::small_vector<Time, 16> times_;
    std::size_t next_ = 0;
  };

  static constexpr std::uint64_t no_stream = ~std::uint64_t{0};
  static constexpr Time never{std::numeric_limits<double>::infinity()};

  /// Reads of a stream that may be hidden behind its unit: see skip_hits().
  struct HiddenHits {
    DramLaw::Hits hits;
    std::uint64_t group = 1;  ///< requests of a period of the unit
    std::uint64_t kept = 1;   ///< of a run, those that are served one by one at its end
  };

  /// A request that waits in a controller that reorders.
  struct Pending {
    Time issue;
    std::uint64_t bytes = 0;
    std::optional<Access> access;  ///< once it is served
  };

  /// A request that is served.
  struct Served {
    Time issue;
    std::uint64_t bytes = 0;
    Access access;
  };

  struct Stream {  // NOLINT(bugprone-exception-escape): as History
    StreamRequest request;
    std::uint64_t number = 0;  ///< in order of submission
    bool live = false;
    bool slow = false;  ///< its unit is slower than a channel at rest: see serve_calm()
    std::optional<HiddenHits> hidden;  ///< if its unit is slower than hits of open rows
    double beats = 1;                  ///< port beats of a whole request
    Time pace;                         ///< unit's time for a whole request
    std::uint64_t offset = 0;          ///< bytes already requested
    std::uint64_t count = 0;           ///< requests already answered
    std::vector<Pending> pending;      ///< made, in their order
    std::uint64_t behind = no_stream;  ///< the stream that this one continues, ...
    std::size_t pending_before = 0;    ///< ... as long as so many of its requests are pending
    Time next_issue;
    Time unit_done;
    Time unit_since;             ///< since then the unit has not waited ...
    std::uint64_t unit_run = 0;  ///< ... for this many whole requests
    std::optional<RowPace> rows;
    Time rows_since;  ///< the start that `rows` counts from
    Time port_free;
    Time handed_over;  ///< posted writes: the last byte so far is through the port
    Time last_issue;
    std::uint64_t hold_limit = 0;     ///< requests that may be made before release(); 0: not held
    std::uint64_t after = no_stream;  ///< number of the stream whose requests come first
    bool continues = false;           ///< `answered` goes back into the stream before
    std::vector<Served> arrived;      ///< while held
    StreamResult result;
    History answered;
    History consumed;

    [[nodiscard]] bool requested() const { return offset == request.bytes; }

    [[nodiscard]] bool done() const { return requested() && pending.empty(); }

    /// Whether the next request is served before that of `other`.
    [[nodiscard]] bool comes_before(const Stream& other) const;

    /// Finds out which requests may be stepped over: `slow`, `hidden`.
    void plan_skips(const DramLaw& dram);

    /// The unit of a held stream takes what has come, from `unit_done` on.
    void take_arrivals();

    /// The unit takes the data of the n-th request, or has made it if the stream is a write; moves
    /// the end of the access behind it.
    void pass_unit(Served& request, std::uint64_t n);

    /// The same of a unit that works in rows.
    void pass_rows(const Access& access, std::uint64_t bytes);

    /// The unit begins at `start`.
    void begin(Time start);

    /// The requests follow those of `before`, which are all made.
    void follow(const Stream& before);

    /// When the unit is through with `n` more whole requests, if it does not wait. A product, not a
    /// sum of paces: no rounding adds up, and one step of n is the same as n steps.
    [[nodiscard]] Time unit_done_after(std::uint64_t n) const {
      return unit_since + pace * static_cast<double>(unit_run + n);
    }
  };

  struct State {
    MemoryLaw memory;
    boost::container::small_vector<Stream, 4> streams;
    Time last_issue;  ///< of the requests served, or the last command of a reordering controller
    std::optional<Time> mark;
    std::uint64_t digest = 0;

    /// Serves requests issued before `until`, in order; ends early once `last` is done.
    void serve_until(Time until, const Stream* last);
    /// The same of streams whose requests are reordered. Ends early, too, when one alone is left.
    void serve_reordered(DramLaw& dram, Time until, const Stream* last);
    /// Makes the next request of `s`, which is answered later; none if its FIFO holds it back.
    std::optional<DramRequest> make_request(Stream& s);
    /// Books an answer to a request that was made.
    void take(const DramAnswer& a);
    /// Tells streams that continue `s` of its answer.
    void pass_on(const Stream& s, Time last);
    /// Books the answers of `s` that have come in their order.
    void book_pending(Stream& s);
    /// Earliest issue of the next request of `s`; `never` while that depends on pending ones.
    [[nodiscard]] static Time next_issue(const Stream& s);
    /// Whether `s` was released and its next request waits for its FIFO, not for its release.
    static bool held_too_long(Stream& s);
    /// Serves the next request of `s`.
    void serve_one(Stream& s);
    /// Serves the next request of `s`, and those behind it that are issued before `until` whatever
    /// the answers are.
    void serve_next(Stream& s, Time until);
    /// Makes the next request of `s`, whose answer is `access`.
    void answer(Stream& s, Access access, std::uint64_t bytes);
    /// Books the oldest request of `s`; returns when its last data have passed.
    Time book(Stream& s, Served served);
    /// Serves, in few steps, the next requests of a slow stream that are issued before `until` and
    /// find the channel at rest; those that do not, and the last one, are left to serve_one().
    void serve_calm(Stream& s, Time until);
    /// Steps over requests of a stream that hit open rows, are issued before `until` and bring
    /// their data before the unit wants them.
    void skip_hits(Stream& s, Time until);
    /// Whether the requests of a period, issued at issue(n), keep nothing waiting.
    template <class Issue>
    static bool hits_are_hidden(const Stream& s, Issue&& issue);
    /// Lets a stream that waits for the last request of `done` continue after it.
    void follow_up(const Stream& done);
    /// Adds two times to the digest, to 0.1 ps: far below a clock, far above rounding.
    void note(Time a, Time b);
  };

  [[nodiscard]] State& state() { return states_[now_]; }

  [[nodiscard]] const State& state() const { return states_[now_]; }

  [[nodiscard]] State& ahead() { return states_[1 - now_]; }

  std::array<State, 2> states_;  ///< the state now, and after the requests looked ahead at
  unsigned now_ = 0;
  bool looked_ahead_ = false;  ///< ahead() follows from state()
  std::uint64_t submitted_ = 0;
};

}  // namespace tritsim
