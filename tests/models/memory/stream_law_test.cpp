// SPDX-License-Identifier: Apache-2.0
#include "models/memory/stream_law.hpp"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "tests/models/support/specs.hpp"
#include "tests/models/support/stream_reference.hpp"

namespace tritsim::test {
namespace {

constexpr Frequency clock_rate{300e6};

Time cycles(double n) {
  return cycles_to_time(n, clock_rate);
}

MemoryLaw fixed(std::uint32_t latency) {
  return FixedLatencyLaw({latency}, clock_rate);
}

MemoryLaw sram(std::uint32_t latency = 3) {
  SramSpec s;
  s.clock = clock_rate;
  s.width = 64_B;
  s.latency = latency;
  return SramLaw(s, Bytes{1 << 20});
}

/// `n` requests of one port beat.
StreamRequest beats(std::uint64_t n) {
  StreamRequest r;
  r.bytes = n * 64;
  r.request_bytes = 64;
  r.beat = cycles(1);
  r.beat_bytes = 64;
  return r;
}

StreamResult run_alone(const MemoryLaw& memory, const StreamRequest& request) {
  StreamScheduler scheduler(memory);
  const auto id = scheduler.submit(request);
  scheduler.advance(Time{1e9});
  return scheduler.take(id);
}

double in_cycles(Time t) {
  return t * clock_rate;
}

// ---- closed forms ------------------------------------------------------------------------------

struct Form {
  const char* name;
  std::uint64_t n;        ///< requests of one beat
  std::uint32_t latency;  ///< L
  std::uint32_t outstanding;
  std::uint32_t turnaround;  ///< t
  double pace;               ///< cycles of the unit per request
  std::uint64_t fifo;        ///< requests; 0: no limit
  double finish;             ///< cycles
  double starved;

  friend void PrintTo(const Form& f, std::ostream* out) { *out << f.name; }
};

class ClosedForm : public testing::TestWithParam<Form> {};

TEST_P(ClosedForm, Holds) {
  const Form& f = GetParam();
  StreamRequest r = beats(f.n);
  r.outstanding = f.outstanding;
  r.turnaround = cycles(f.turnaround);
  r.unit_per_byte = cycles(f.pace) / 64;
  r.fifo_bytes = f.fifo * 64;
  for (const double start : {0.0, 1000.0}) {
    r.start = cycles(start);
    const StreamResult result = run_alone(fixed(f.latency), r);
    EXPECT_NEAR(in_cycles(result.finish), start + f.finish, 1e-6);
    EXPECT_NEAR(in_cycles(result.starved), f.starved, 1e-6);
  }
}

INSTANTIATE_TEST_SUITE_P(
    StreamLaw, ClosedForm,
    testing::Values(
        // One outstanding, nothing to compute: n (L + t).
        Form{"latency_bound", 100, 13, 1, 1, 0, 0, 100 * (13 + 1), 99 * (13 + 1)},
        Form{"latency_bound_no_turnaround", 64, 4, 1, 0, 0, 0, 64 * 4, 63 * 4},
        Form{"one_request", 1, 7, 1, 2, 0, 0, 7 + 2, 0},
        // The unit is the limit: first answer, then n x pace.
        Form{"compute_bound", 100, 10, 4, 1, 20, 4, 11 + 100 * 20, 0},
        Form{"compute_bound_one_outstanding", 50, 4, 1, 1, 8, 0, 5 + 50 * 8, 0},
        // Request and unit in step: an answer every L + t, as long as the unit takes for one.
        Form{"balanced", 100, 9, 1, 1, 10, 0, 10 + 100 * 10, 0},
        // Slightly too slow: the unit waits one cycle for each request but the first.
        Form{"just_starved", 100, 10, 1, 1, 10, 0, 11 + 99 * 11 + 10, 99},
        // One slot: the next request goes out when the unit is through: n (L + pace), t hidden.
        Form{"fifo_bound", 100, 10, 8, 1, 5, 1, 1 + 100 * 15, 99 * 10},
        // Two slots: a round of L + pace + wait serves two requests.
        Form{"fifo_of_two", 100, 20, 8, 0, 5, 2, 50 * (20 + 5) + 5, 49 * 15},
        // Everything in flight at once: one beat a cycle through the port.
        Form{"port_bound", 100, 10, 100, 1, 0, 0, 11 + 99, 99},
        Form{"outstanding_bound", 100, 10, 5, 0, 0, 0, 20 * 10 + 4, 99 + 19 * 5}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(StreamLaw, WritesEndWithTheirAcknowledgement) {
  for (const double pace : {0.0, 2.0, 30.0}) {
    StreamRequest r = beats(50);
    r.write = true;
    r.turnaround = cycles(1);
    r.unit_per_byte = cycles(pace) / 64;
    // One outstanding: acknowledge and turn round, or wait for the unit's next data.
    const double step = std::max(14 + 1.0, pace);
    const StreamResult result = run_alone(fixed(14), r);
    EXPECT_NEAR(in_cycles(result.finish), std::max(50 * step, 49 * step + 1 + 14), 1e-6) << pace;
    EXPECT_EQ(result.starved, Time{});
  }
}

TEST(StreamLaw, AnAcknowledgementNeverPrecedesTheData) {
  StreamRequest r = beats(1);
  r.write = true;
  r.unit_per_byte = cycles(100) / 64;
  EXPECT_NEAR(in_cycles(run_alone(fixed(5), r).finish), 100, 1e-9);
}

// Handed over is what has gone through the port since its own request, however long a controller
// that reorders keeps it waiting, and whatever is requested meanwhile.
TEST(StreamLaw, APostedWriteDoesNotWaitForAControllerThatReorders) {
  DramSpec spec = ddr4_2400();
  spec.controller.scheduling = DramScheduling::fr_fcfs;
  spec.controller.queue = 16;
  StreamRequest write = beats(256);
  write.request_bytes = 4096;
  write.outstanding = 4;
  write.write = write.posted = true;
  write.unit_per_byte = cycles(40) / 4096;  // faster than the port: requests pile up
  StreamRequest read = beats(256);
  read.address = 1 << 22;
  read.outstanding = 64;
  StreamScheduler scheduler{DramLaw(spec)};
  const auto r = scheduler.submit(read);
  const auto w = scheduler.submit(write);
  scheduler.settle(Time{1});
  EXPECT_NEAR(in_cycles(scheduler.take(w).finish), 256, 1e-6);
  EXPECT_GT(in_cycles(scheduler.take(r).finish), 256);
}

TEST(StreamLaw, APostedWriteMayEndBeforeWhatIsHeldOnTheWay) {
  StreamRequest r = beats(256);
  r.request_bytes = 4096;
  r.outstanding = 2;
  r.write = r.posted = true;
  r.setup = cycles(22);
  r.held_bytes = 18 * 64;
  for (const double pace : {0.5, 1.0, 2.0}) {  // of the unit, cycles a beat
    r.unit_per_byte = cycles(pace) / 64;
    const double through = 22 + 256.0 - 18;
    EXPECT_NEAR(in_cycles(run_alone(fixed(40), r).finish), std::max(through, 256 * pace), 1e-6);
  }
}

TEST(StreamLaw, WhatComesWithTheLastBeatTakesItsTime) {
  StreamRequest r = beats(100);
  r.outstanding = 100;
  r.unit_per_byte = cycles(0.5) / 64;
  // The last of a hundred beats is there in cycle 109.
  EXPECT_NEAR(in_cycles(run_alone(fixed(10), r).finish), 109.5, 1e-6);
  r.last_beat = cycles(1);
  EXPECT_NEAR(in_cycles(run_alone(fixed(10), r).finish), 110, 1e-6);
  r.unit_per_byte = cycles(2) / 64;  // a slower unit is not held up by it
  EXPECT_NEAR(in_cycles(run_alone(fixed(10), r).finish), 10 + 200, 1e-6);
}

TEST(StreamLaw, FinishIsFirstByteWorkAndStandstill) {
  // An account of the unit's time, for units slower and faster than port and memory.
  for (const double pace : {1.0, 20.0, 63.0, 64.0, 65.0, 200.0}) {
    StreamRequest r;
    r.bytes = 256 * 1024;
    r.request_bytes = 4096;
    r.outstanding = 2;
    r.turnaround = cycles(1);
    r.beat = cycles(1);
    r.beat_bytes = 64;
    r.fifo_bytes = 8192;
    r.unit_per_byte = cycles(pace) / 4096;
    for (const MemoryLaw& memory :
         {MemoryLaw(DramLaw(ddr4_2400())), fixed(10), MemoryLaw(sram())}) {
      StreamRequest head = r;  // its finish is the first answer plus its work
      head.bytes = 64;
      head.unit_per_byte = Time{};
      const Time first = run_alone(memory, head).finish;
      const StreamResult all = run_alone(memory, r);
      EXPECT_NEAR(in_cycles(all.finish), in_cycles(first) + 64 * pace + in_cycles(all.starved),
                  1e-6);
    }
  }
}

// ---- one channel, several streams --------------------------------------------------------------

TEST(StreamLaw, ServesInOrderOfIssue) {
  // A memory that serves one beat a cycle; the later stream finds the queue of the earlier one.
  StreamScheduler scheduler(sram(1));
  StreamRequest a = beats(10);
  a.outstanding = 10;
  StreamRequest b = a;
  b.start = cycles(3);
  const auto first = scheduler.submit(a);
  scheduler.advance(b.start);
  const auto second = scheduler.submit(b);
  scheduler.advance(cycles(1000));
  EXPECT_NEAR(in_cycles(scheduler.take(first).finish), 10, 1e-9);
  EXPECT_NEAR(in_cycles(scheduler.take(second).finish), 20, 1e-9);
}

TEST(StreamLaw, TiesGoToTheOlderStream) {
  const StreamRequest r = beats(1);
  for (const bool reuse : {false, true}) {
    StreamScheduler scheduler(sram(1));
    StreamScheduler::Id gone = 0;
    if (reuse) gone = scheduler.submit(r);
    StreamRequest late = r;
    late.start = cycles(100);
    const auto older = scheduler.submit(late);
    if (reuse) {
      scheduler.advance(cycles(50));
      (void)scheduler.take(gone);  // the younger stream gets its place
    }
    const auto younger = scheduler.submit(late);
    scheduler.advance(cycles(1000));
    EXPECT_NEAR(in_cycles(scheduler.take(older).finish), 101, 1e-9) << reuse;
    EXPECT_NEAR(in_cycles(scheduler.take(younger).finish), 102, 1e-9) << reuse;
  }
}

TEST(StreamLaw, AStreamMayBeSubmittedAheadOfItsStart) {
  // It does not get ahead of one that comes later and starts earlier, or at the same time but for
  // that started before.
  for (const double start : {0.0, 3.0, 7.0}) {
    StreamScheduler scheduler(sram(1));
    StreamRequest ahead = beats(1);
    ahead.start = cycles(7);
    StreamRequest other = beats(8);
    other.outstanding = 8;
    other.start = cycles(start);
    const auto a = scheduler.submit(ahead);
    EXPECT_NEAR(in_cycles(scheduler.predict(a)), 8, 1e-9);
    scheduler.advance(other.start);
    const auto b = scheduler.submit(other);
    scheduler.settle(Time{1});
    const bool first = start == 7;
    EXPECT_NEAR(in_cycles(scheduler.take(a).finish), first ? 8 : start + 9, 1e-9) << start;
    EXPECT_NEAR(in_cycles(scheduler.take(b).finish), start + (first ? 9 : 8), 1e-9) << start;
  }
}

TEST(StreamLaw, AChannelIsNeverIdleWhileRequestsWait) {
  // Work conserving: two streams that are asked for at once take as long as one of both lengths.
  for (const std::uint64_t n : {1U, 7U, 100U}) {
    StreamScheduler scheduler(sram());
    StreamRequest r = beats(n);
    r.outstanding = 1000;
    const auto a = scheduler.submit(r);
    const auto b = scheduler.submit(r);
    scheduler.settle(cycles(1000));
    const Time last = std::max(scheduler.take(a).finish, scheduler.take(b).finish);
    StreamRequest both = beats(2 * n);
    both.outstanding = 1000;
    EXPECT_NEAR(in_cycles(last), in_cycles(run_alone(sram(), both).finish), 1e-6);
    EXPECT_NEAR(in_cycles(scheduler.activity().busy), 2.0 * static_cast<double>(n), 1e-6);
  }
}

// ---- random sets of streams --------------------------------------------------------------------

enum class Kind { dram, dram_row_by_row, sram, fixed };

MemoryLaw law_of(Kind kind) {
  switch (kind) {
    case Kind::dram:
      return DramLaw(ddr4_2400());
    case Kind::dram_row_by_row:
      return DramLaw(ddr4_2400(false));
    case Kind::sram:
      return sram();
    case Kind::fixed:
      break;
  }
  return fixed(20);
}

/// A unit that refuses input while the result of a row leaves it. Requests are whole rows or not.
void in_rows(StreamRequest& r, std::mt19937_64& random) {
  const auto below = [&](std::uint64_t n) { return static_cast<std::uint32_t>(random() % n); };
  constexpr std::array beats{16.0, 32.0, 32.0, 64.0, 25.6};
  r.rows.beat_bytes = beats[below(beats.size())];
  r.rows.row_beats = below(2) == 0 ? 1U << below(5) : 1 + below(12);
  r.rows.stall = below(3);
  r.rows.delay = r.rows.stall + below(14);
  r.rows.first = below(8);
  const auto row = static_cast<double>(r.rows.row_beats);
  r.unit_per_byte = cycles((row + r.rows.stall) / (row * r.rows.beat_bytes));
}

/// Streams as cores make them: long weight streams at every pace, from far below the memory's to
/// far above, and short vectors; in the order of their start.
std::vector<StreamRequest> random_streams(std::mt19937_64& random, std::size_t count,
                                          double longest_gap, bool reads_only) {
  const auto below = [&](std::uint64_t n) { return random() % n; };
  const auto pick = [&](auto... values) {
    const std::array list{static_cast<double>(values)...};
    return list[below(list.size())];
  };
  std::vector<StreamRequest> streams;
  double at = static_cast<double>(below(5000));
  for (std::size_t n = 0; n < count; ++n) {
    StreamRequest r;
    const bool weights = below(2) == 0;
    r.start = cycles(std::floor(at));
    r.address = below(1U << 14) * (below(4) == 0 ? 1000 : 4096);
    r.bytes = weights ? below(200) * 1024 + 1 : (1 + below(14)) * 2048;
    r.request_bytes = static_cast<std::uint64_t>(
        weights ? pick(4096, 4096, 4096, 512, 256, 3000, 16384, 65536) : pick(2048, 64));
    r.outstanding = static_cast<std::uint32_t>(pick(1, 2, 2, 2, 5, 14));
    r.turnaround = cycles(pick(0, 1, 1, 7));
    r.beat = cycles(1);
    r.beat_bytes = 64;
    r.unit_per_byte = cycles(pick(0, 0.1, 1, 1.9, 2, 2, 2.1, 4, 17.3)) / 64;
    r.fifo_bytes =
        weights ? r.request_bytes * static_cast<std::uint64_t>(pick(0, 1, 2, 2, 2, 3, 8, 12)) : 0;
    r.write = !reads_only && !weights && below(2) == 0;
    r.posted = r.write && below(2) == 0;
    if (r.posted) r.held_bytes = std::min<std::uint64_t>(r.bytes, below(2) * below(3000));
    if (!r.write && below(4) == 0) r.last_beat = cycles(1);
    r.setup = cycles(pick(0, 0, 1));
    if (weights && below(3) == 0) in_rows(r, random);
    streams.push_back(r);
    at += static_cast<double>(below(static_cast<std::uint64_t>(longest_gap)));
  }
  return streams;
}

bool close(Time a, Time b) {
  return std::abs(a.si() - b.si()) <= 1e-12 * std::max(1e-6, std::abs(b.si()));
}

struct RandomCase {
  const char* name;
  Kind memory;
  std::size_t streams;
  double longest_gap;  ///< cycles from start to start

  friend void PrintTo(const RandomCase& c, std::ostream* out) { *out << c.name; }
};

class RandomStreams : public testing::TestWithParam<RandomCase> {
 protected:
  enum class Way { lazy, eager, to_the_end };

  /// Runs one set of streams in one way of calling and compares it with the reference.
  void check(std::uint32_t seed, const std::vector<StreamRequest>& streams, Way way) {
    const bool eager = way == Way::eager;
    std::mt19937_64 random(seed);
    const Time end{1};
    StreamReference reference(law_of(GetParam().memory));
    const auto expected = reference.run(streams, end);

    StreamScheduler scheduler(law_of(GetParam().memory));
    std::vector<std::pair<std::size_t, StreamScheduler::Id>> running;
    std::vector<StreamResult> results(streams.size());
    const auto collect = [&] {
      std::erase_if(running, [&](const auto& r) {
        if (!scheduler.finished(r.second)) return false;
        results[r.first] = scheduler.take(r.second);
        return true;
      });
    };
    Time now{};
    for (std::size_t n = 0; way == Way::to_the_end && n < streams.size(); ++n) {
      // As a core that is alone: a stream may be taken at once if its end is not behind the start
      // of the next one.
      running.emplace_back(n, scheduler.submit(streams[n]));
      const bool last = n + 1 == streams.size();
      while (!running.empty()) {
        const std::size_t which = random() % running.size();
        const auto [stream, id] = running[which];
        if (!last && expected[stream].finish > streams[n + 1].start) break;
        results[stream] = scheduler.finish(id);
        running.erase(running.begin() + static_cast<std::ptrdiff_t>(which));
      }
    }
    for (std::size_t n = 0; way != Way::to_the_end && n < streams.size(); ++n) {
      // Before a stream comes: any number of predictions and advances, in any order.
      const Time start = streams[n].start;
      for (std::uint64_t k = eager ? random() % 4 : 0; k > 0; --k) {
        if (random() % 2 == 0 && !running.empty()) {
          (void)scheduler.predict(running[random() % running.size()].second);
        } else {
          now += (start - now) * (static_cast<double>(random() % 1000) / 1000);
          scheduler.advance(now);
          if (random() % 2 == 0) collect();
        }
      }
      now = start;
      scheduler.advance(start);
      running.emplace_back(n, scheduler.submit(streams[n]));
    }
    if (eager) {
      // To the end as Memory does it: predict, advance to the prediction, until it is finished.
      while (!running.empty()) {
        scheduler.advance(scheduler.predict(running[random() % running.size()].second));
        collect();
      }
    }
    scheduler.settle(end);
    collect();
    ASSERT_TRUE(running.empty());
    for (std::size_t n = 0; n < streams.size(); ++n) {
      ASSERT_TRUE(close(results[n].finish, expected[n].finish))
          << "stream " << n << ": " << results[n].finish.si() << " for " << expected[n].finish.si();
      ASSERT_NEAR(results[n].starved.si(), expected[n].starved.si(), 1e-15) << "stream " << n;
    }
    MemoryActivity a = scheduler.activity();
    MemoryActivity b = reference.activity();
    ASSERT_TRUE(close(a.busy, b.busy));
    ASSERT_TRUE(close(a.active, b.active));
    a.busy = b.busy;
    a.active = b.active;
    ASSERT_EQ(a, b);
    ASSERT_TRUE(std::is_sorted(reference.issues.begin(), reference.issues.end(), is_earlier));
  }
};

TEST_P(RandomStreams, AgreeWithTheReferenceHoweverTheyAreCalled) {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    const auto streams =
        random_streams(random, GetParam().streams, GetParam().longest_gap, seed % 2 == 0);
    check(seed, streams, Way::lazy);
    check(seed, streams, Way::eager);
    check(seed, streams, Way::to_the_end);
    if (HasFatalFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(
    StreamLaw, RandomStreams,
    testing::Values(RandomCase{"dram_one_at_a_time", Kind::dram, 12, 60'000},
                    RandomCase{"dram_some_overlap", Kind::dram, 20, 10'000},
                    RandomCase{"dram_crowded", Kind::dram, 12, 500},
                    RandomCase{"row_by_row_one_at_a_time", Kind::dram_row_by_row, 12, 60'000},
                    RandomCase{"row_by_row_some_overlap", Kind::dram_row_by_row, 20, 10'000},
                    RandomCase{"sram_some_overlap", Kind::sram, 20, 5'000},
                    RandomCase{"fixed_some_overlap", Kind::fixed, 20, 5'000}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(StreamLaw, ASecondStreamNeverHelps) {
  // Bytes are conserved and no stream is faster than alone. Addresses apart, no refresh in sight:
  // where rows and refreshes are shared, a neighbour can leave a row open, or move a refresh.
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    std::mt19937_64 random(seed);
    auto streams = random_streams(random, 2, 3000, false);
    DramSpec spec = ddr4_2400();
    spec.timing.trefi = 1'000'000'000;
    streams[0].address %= 32768;
    streams[1].address = streams[1].address % 32768 + (1U << 30);
    const auto first = run_alone(DramLaw(spec), streams[0]);
    const auto second = run_alone(DramLaw(spec), streams[1]);
    StreamScheduler scheduler{DramLaw(spec)};
    const auto a = scheduler.submit(streams[0]);
    scheduler.advance(streams[1].start);
    const auto b = scheduler.submit(streams[1]);
    scheduler.settle(Time{1});
    // One bus turnaround or one page conflict less is the most that order can give back.
    const Time slack{64 / 1200e6};
    EXPECT_GE(scheduler.take(a).finish + slack, first.finish) << seed;
    EXPECT_GE(scheduler.take(b).finish + slack, second.finish) << seed;
    const MemoryActivity all = scheduler.activity();
    EXPECT_EQ(all.bytes_read + all.bytes_written, streams[0].bytes + streams[1].bytes);
  }
}

TEST(StreamLaw, PlacesAreReused) {
  StreamScheduler scheduler(fixed(5));
  StreamRequest r = beats(20);
  std::vector<StreamScheduler::Id> ids;
  for (int n = 0; n < 1000; ++n) {
    r.start = cycles(1000.0 * n);
    scheduler.advance(r.start);
    const auto id = scheduler.submit(r);
    EXPECT_LT(id, 1U);
    scheduler.advance(r.start + cycles(999));
    EXPECT_NEAR(in_cycles(scheduler.take(id).finish - r.start), 100, 1e-3);
  }
}

// ---- misuse ------------------------------------------------------------------------------------

struct Bad {
  const char* name;
  void (*spoil)(StreamRequest&);

  friend void PrintTo(const Bad& b, std::ostream* out) { *out << b.name; }
};

class BadRequest : public testing::TestWithParam<Bad> {};

TEST_P(BadRequest, IsRefused) {
  StreamScheduler scheduler(fixed(1));
  StreamRequest r = beats(4);
  EXPECT_NO_THROW((void)scheduler.submit(r));
  GetParam().spoil(r);
  EXPECT_THROW((void)scheduler.submit(r), std::logic_error);
}

INSTANTIATE_TEST_SUITE_P(
    StreamLaw, BadRequest,
    testing::Values(Bad{"no_bytes", [](StreamRequest& r) { r.bytes = 0; }},
                    Bad{"no_request_size", [](StreamRequest& r) { r.request_bytes = 0; }},
                    Bad{"none_outstanding", [](StreamRequest& r) { r.outstanding = 0; }},
                    Bad{"fifo_below_a_request", [](StreamRequest& r) { r.fifo_bytes = 63; }}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(StreamLaw, ResultsAreTakenOnceAndWhenTheyAreThere) {
  StreamScheduler scheduler(fixed(1));
  const auto id = scheduler.submit(beats(4));
  EXPECT_FALSE(scheduler.finished(id));
  EXPECT_THROW((void)scheduler.take(id), std::logic_error);
  scheduler.advance(Time{1});
  EXPECT_TRUE(scheduler.finished(id));
  (void)scheduler.take(id);
  EXPECT_THROW((void)scheduler.take(id), std::logic_error);
}

// ---- memories ----------------------------------------------------------------------------------

TEST(StreamLaw, SramTakesOneBeatACycle) {
  SramLaw law(std::get<SramLaw>(sram(3)));
  const Access a = law.serve(Time{}, 0, 256, false);
  EXPECT_NEAR(in_cycles(a.first), 3, 1e-9);
  EXPECT_NEAR(in_cycles(a.last), 6, 1e-9);
  const Access b = law.serve(Time{}, 256, 1, true);
  EXPECT_NEAR(in_cycles(b.last), 4 + 3, 1e-9);
  EXPECT_NEAR(in_cycles(law.activity().busy), 5, 1e-9);
  EXPECT_EQ(law.activity().bytes_read, 256U);
  EXPECT_EQ(law.activity().bytes_written, 1U);
}

TEST(StreamLaw, ADoubleBufferOfTilesOverlapsLoadAndCompute) {
  // Tiles through a buffer of two: max(load, compute) x (n - 1) + load + compute, each way round.
  for (const double pace : {0.25, 1.0, 4.0}) {  // of the load's
    StreamScheduler scheduler(sram(1));
    StreamRequest r;
    r.bytes = 10 * 4096;
    r.request_bytes = 4096;
    r.outstanding = 1;
    r.fifo_bytes = 2 * 4096;
    r.beat = cycles(1);
    r.beat_bytes = 64;
    r.unit_per_byte = cycles(pace / 64);
    const auto id = scheduler.submit(r);
    const double load = 64;
    const double compute = 64 * pace;
    // The unit starts on a tile with its first beat: a tile that it takes no faster than it comes
    // adds nothing to the load.
    const double first = std::max(load, compute);
    const double end = in_cycles(scheduler.predict(id));
    EXPECT_NEAR(end, first + 9 * std::max(load, compute), 10 + 9) << pace;
    EXPECT_GE(end, 10 * std::max(load, compute)) << pace;
  }
}

TEST(StreamLaw, TheLawFollowsTheSpec) {
  MemorySpec m;
  m.dram = ddr4_2400();
  EXPECT_TRUE(std::holds_alternative<DramLaw>(make_memory_law(m, clock_rate)));
  m.dram.reset();
  m.sram = SramSpec{};
  EXPECT_TRUE(std::holds_alternative<SramLaw>(make_memory_law(m, clock_rate)));
  m.sram.reset();
  m.fixed = FixedLatencySpec{7};
  MemoryLaw law = make_memory_law(m, clock_rate);
  EXPECT_NEAR(in_cycles(std::get<FixedLatencyLaw>(law).serve(Time{}, 0, 64, false).last), 7, 1e-9);
}

// ---- prefetch ----------------------------------------------------------------------------------

/// Two tiles on end: the second is released `gap` after the first has finished.
Time two_tiles(const MemoryLaw& memory, StreamRequest tile, Time gap, std::uint64_t prefetch) {
  StreamScheduler scheduler(memory);
  tile.prefetch_bytes = prefetch;
  const auto first = scheduler.submit(tile);
  StreamRequest next = tile;
  next.address = tile.address + tile.bytes;
  if (prefetch == 0) {
    next.start = scheduler.predict(first) + gap;
    const auto second = scheduler.submit(next);
    scheduler.advance(Time{1e9});
    return scheduler.take(second).finish;
  }
  const auto second = scheduler.hold(next, first);
  const Time end = scheduler.predict(first);
  scheduler.advance(end);
  EXPECT_EQ(scheduler.take(first).finish, end);  // the held stream does not disturb the first
  scheduler.release(second, end + gap);
  const Time finish = scheduler.predict(second);
  scheduler.advance(Time{1e9});
  EXPECT_EQ(scheduler.take(second).finish, finish);
  return finish;
}

TEST(Prefetch, HidesTheLatencyOfTheNextTile) {
  // Twenty cycles of latency, a unit of half the port's pace.
  StreamRequest tile = beats(64);
  tile.outstanding = 64;
  tile.fifo_bytes = 16 * 64;
  tile.unit_per_byte = cycles(2) / 64;
  const Time gap = cycles(50);
  // L + 64 x 2 for the first; the second waits for its answer again, or for that behind the beats
  // that are there, or not at all.
  EXPECT_NEAR(in_cycles(two_tiles(fixed(20), tile, gap, 0)), 20 + 128 + 50 + 20 + 128, 1e-6);
  EXPECT_NEAR(in_cycles(two_tiles(fixed(20), tile, gap, 64)), 20 + 128 + 50 + 20 + 126, 1e-6);
  EXPECT_NEAR(in_cycles(two_tiles(fixed(20), tile, gap, 16 * 64)), 20 + 128 + 50 + 128, 1e-6);
}

TEST(Prefetch, AMemoryBoundTileIsFetchedInTheGap) {
  // One request in flight: L cycles a beat, the unit takes it in no time.
  StreamRequest tile = beats(32);
  tile.outstanding = 1;
  const double fetch = 32 * 10;
  const auto took = [&](double gap, std::uint64_t slots) {
    return in_cycles(two_tiles(fixed(10), tile, cycles(gap), slots * 64)) - fetch - gap;
  };
  EXPECT_NEAR(took(1000, 0), fetch, 1e-6);
  EXPECT_NEAR(took(1000, 8), fetch - 80, 1e-6);  // as many as there is room for
  EXPECT_NEAR(took(1000, 32), 0, 1e-6);          // all of it
  EXPECT_NEAR(took(55, 32), fetch - 55, 1e-6);   // as long as there is time for
  EXPECT_NEAR(took(0, 32), fetch, 1e-6);
}

TEST(Prefetch, DeeperIsNeverSlower) {
  std::mt19937 random(11);
  const auto pick = [&](std::uint32_t lo, std::uint32_t hi) {
    return std::uniform_int_distribution<std::uint32_t>(lo, hi)(random);
  };
  for (int n = 0; n < 300; ++n) {
    StreamRequest tile = beats(pick(1, 80));
    tile.outstanding = pick(1, 12);
    tile.turnaround = cycles(pick(0, 3));
    tile.fifo_bytes = pick(0, 16) * 64ULL;
    tile.unit_per_byte = cycles(pick(0, 40)) / 640;
    const MemoryLaw memory = fixed(pick(1, 40));
    const Time gap = cycles(pick(0, 100));
    double last = in_cycles(two_tiles(memory, tile, gap, 0));
    for (std::uint64_t slots = 1; slots <= 128; slots *= 2) {
      const double now = in_cycles(two_tiles(memory, tile, gap, slots * 64));
      EXPECT_LE(now, last + 1e-6) << n << ' ' << slots;
      last = now;
    }
  }
}

TEST(Prefetch, FollowsAStreamThatIsSteppedOver) {
  // A unit so slow that its requests find the DRAM at rest.
  StreamRequest tile = beats(64);
  tile.bytes = 64 * 4096;
  tile.request_bytes = 4096;
  tile.outstanding = 2;
  tile.fifo_bytes = 8192;
  tile.unit_per_byte = cycles(1) / 8;
  const MemoryLaw memory = DramLaw(ddr4_2400());
  const Time without = two_tiles(memory, tile, cycles(300), 0);
  const Time with = two_tiles(memory, tile, cycles(300), 8192);
  const double pace = 64 * 4096 / 8.0;
  EXPECT_LT(in_cycles(with), in_cycles(without) - 10);
  EXPECT_GE(in_cycles(with), 2 * pace + 300);
}

TEST(Prefetch, OnlyReadsWithRoomCanBeHeld) {
  StreamScheduler scheduler(fixed(1));
  const auto first = scheduler.submit(beats(4));
  EXPECT_THROW((void)scheduler.hold(beats(4), first), std::logic_error);
  StreamRequest write = beats(4);
  write.write = true;
  write.prefetch_bytes = 256;
  EXPECT_THROW((void)scheduler.hold(write, first), std::logic_error);
}

}  // namespace
}  // namespace tritsim::test
