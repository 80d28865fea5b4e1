// SPDX-License-Identifier: Apache-2.0
#include "models/dram_law.hpp"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "tests/models/support/dram_reference.hpp"
#include "tests/models/support/specs.hpp"

namespace tritsim::test {
namespace {

using Ticks = DramReference::Ticks;

/// A DramLaw that is asked, and answers, in clock cycles without the front end.
class InTicks {
 public:
  explicit InTicks(const DramSpec& spec) : spec_(spec), law_(spec) {}

  DramReference::Served serve(Ticks issue, std::uint64_t address, std::uint64_t bytes,
                              bool write = false) {
    const Access a =
        law_.serve(cycles_to_time(static_cast<double>(issue), spec_.clock), address, bytes, write);
    return {ticks(a.first - spec_.front_end.value), ticks(a.last - spec_.front_end.value)};
  }

  /// Cycles from the issue of one burst to its end.
  Ticks latency(Ticks issue, std::uint64_t address, bool write = false) {
    return serve(issue, address, 64, write).last - issue;
  }

  void settle(Ticks end) { law_.settle(cycles_to_time(static_cast<double>(end), spec_.clock)); }

  [[nodiscard]] MemoryActivity activity() const { return law_.activity(); }

  [[nodiscard]] Ticks ticks(Time t) const {
    const double exact = t * spec_.clock;
    EXPECT_NEAR(exact, std::round(exact), 0.1);
    return static_cast<Ticks>(std::llround(exact));
  }

 private:
  DramSpec spec_;
  DramLaw law_;
};

void expect_same_counts(const MemoryActivity& law, const MemoryActivity& reference) {
  MemoryActivity counts = law;
  counts.busy = counts.active = Time{};
  EXPECT_EQ(counts.reads, reference.reads);
  EXPECT_EQ(counts.writes, reference.writes);
  EXPECT_EQ(counts.bursts_read, reference.bursts_read);
  EXPECT_EQ(counts.bursts_written, reference.bursts_written);
  EXPECT_EQ(counts.activates, reference.activates);
  EXPECT_EQ(counts.row_hits, reference.row_hits);
  EXPECT_EQ(counts.row_closed, reference.row_closed);
  EXPECT_EQ(counts.row_misses, reference.row_misses);
  EXPECT_EQ(counts.refreshes, reference.refreshes);
  EXPECT_EQ(counts, reference);
}

// ---- against the reference ---------------------------------------------------------------------

/// What a random run is made of.
struct Mix {
  const char* name;
  bool interleave;
  double writes;          ///< share of writes
  std::uint64_t longest;  ///< bytes of a request
  std::uint64_t region;   ///< addresses lie below
  Ticks longest_gap;      ///< idle time between requests
  double sequential;      ///< share of requests that follow the one before
  std::uint32_t trefi = 9360;

  friend void PrintTo(const Mix& m, std::ostream* out) { *out << m.name; }
};

class RandomRuns : public testing::TestWithParam<Mix> {};

TEST_P(RandomRuns, AgreeWithTheReference) {
  const Mix& mix = GetParam();
  for (std::uint32_t seed = 0; seed < 400; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    const auto below = [&](std::uint64_t n) { return random() % n; };
    const auto chance = [&](double p) { return static_cast<double>(below(1000)) < 1000 * p; };
    DramSpec spec = ddr4_2400(mix.interleave);
    spec.timing.trefi = mix.trefi;
    InTicks law(spec);
    DramReference reference(spec);
    Ticks issue = 0;
    std::uint64_t next = 0;
    for (int n = 0; n < 60; ++n) {
      const std::uint64_t address = chance(mix.sequential) ? next : below(mix.region);
      const std::uint64_t bytes = 1 + below(mix.longest);
      const bool write = chance(mix.writes);
      next = address + bytes;
      const auto a = law.serve(issue, address, bytes, write);
      const auto b = reference.serve(issue, address, bytes, write);
      ASSERT_EQ(a.first, b.first) << "request " << n;
      ASSERT_EQ(a.last, b.last) << "request " << n;
      if (chance(0.5))
        issue += static_cast<Ticks>(below(static_cast<std::uint64_t>(mix.longest_gap)));
      if (chance(0.2)) issue = std::max(issue, b.last);
    }
    const Ticks end = issue + static_cast<Ticks>(below(100'000));
    law.settle(end);
    reference.settle(end);
    expect_same_counts(law.activity(), reference.activity);
    EXPECT_EQ(law.ticks(law.activity().busy), reference.busy_ticks);
    EXPECT_EQ(law.ticks(law.activity().active), reference.active_ticks);
    if (testing::Test::HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(
    DramLaw, RandomRuns,
    testing::Values(Mix{"small_random", true, 0.3, 64, 1 << 22, 100, 0.2},
                    Mix{"small_random_row_by_row", false, 0.3, 64, 1 << 22, 100, 0.2},
                    Mix{"bytes_in_sequence", true, 0, 1, 1 << 16, 20, 0.98},
                    Mix{"long_reads", true, 0, 200'000, 1 << 24, 2000, 0.8},
                    Mix{"long_reads_row_by_row", false, 0, 200'000, 1 << 24, 2000, 0.8},
                    Mix{"long_writes", true, 1, 200'000, 1 << 24, 2000, 0.8},
                    Mix{"pages", true, 0.3, 4096, 1 << 20, 400, 0.7},
                    Mix{"pages_row_by_row", false, 0.3, 4096, 1 << 20, 400, 0.7},
                    Mix{"far_apart", true, 0.2, 8192, 1 << 30, 50'000, 0.3},
                    Mix{"far_apart_row_by_row", false, 0.2, 8192, 1 << 30, 50'000, 0.3},
                    Mix{"refresh_all_the_time", true, 0.4, 4096, 1 << 20, 400, 0.5, 600},
                    Mix{"refresh_all_the_time_row_by_row", false, 0.4, 4096, 1 << 20, 400, 0.5,
                        600}),
    [](const auto& test) { return std::string(test.param.name); });

// ---- idle latencies ----------------------------------------------------------------------------

struct Idle {
  const char* name;
  std::uint64_t second;  ///< address of the second access; the first opened the row of address 0
  bool write;
  Ticks expected;

  friend void PrintTo(const Idle& i, std::ostream* out) { *out << i.name; }
};

class IdleLatency : public testing::TestWithParam<Idle> {};

TEST_P(IdleLatency, FollowsFromTheTimingParameters) {
  InTicks law(ddr4_2400());
  law.serve(0, 0, 64);
  EXPECT_EQ(law.latency(1000, GetParam().second, GetParam().write), GetParam().expected);
}

// A stripe is 4 pages of 8 KiB; four of them lie in different banks, the fifth in the first again.
INSTANTIATE_TEST_SUITE_P(DramLaw, IdleLatency,
                         testing::Values(Idle{"hit", 64, false, 17 + 4},
                                         Idle{"hit_write", 64, true, 12 + 4},
                                         Idle{"hit_end_of_stripe", 32 * 1024 - 64, false, 17 + 4},
                                         Idle{"closed", 32 * 1024, false, 17 + 17 + 4},
                                         Idle{"closed_write", 32 * 1024, true, 17 + 12 + 4},
                                         Idle{"miss", 128 * 1024, false, 17 + 17 + 17 + 4},
                                         Idle{"miss_write", 128 * 1024, true, 17 + 17 + 12 + 4}),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(DramLaw, FrontEndIsAddedOnce) {
  DramSpec spec = ddr4_2400();
  spec.front_end = exactly(1.0_us);
  DramLaw law(spec);
  const Access a = law.serve(Time{}, 0, 64, false);
  EXPECT_NEAR((a.last - 1.0_us).si(), 38 / 1200e6, 1e-15);
}

// ---- gates: at t - 1 not yet, at t ready -------------------------------------------------------

/// One parameter and a run of accesses whose last one waits for it; with the last issue at
/// `ready` or later the latency is `idle`, one cycle before it one more.
struct Gate {
  const char* name;
  Ticks ready;
  Ticks idle;
  std::vector<std::tuple<Ticks, std::uint64_t, bool>> before;  ///< issue, address, write
  std::uint64_t address;
  bool write;

  friend void PrintTo(const Gate& g, std::ostream* out) { *out << g.name; }
};

class Gates : public testing::TestWithParam<Gate> {};

TEST_P(Gates, AreTight) {
  const Gate& g = GetParam();
  for (const Ticks early : {0, 1, 2, 3}) {
    InTicks law(ddr4_2400());
    for (const auto& [issue, address, write] : g.before) law.serve(issue, address, 64, write);
    EXPECT_EQ(law.latency(g.ready - early, g.address, g.write), g.idle + early) << early;
  }
  InTicks law(ddr4_2400());
  for (const auto& [issue, address, write] : g.before) law.serve(issue, address, 64, write);
  EXPECT_EQ(law.latency(g.ready + 1, g.address, g.write), g.idle);
}

constexpr std::uint64_t other_row = 128 * 1024;
constexpr std::uint64_t other_bank = 32 * 1024;
INSTANTIATE_TEST_SUITE_P(
    DramLaw, Gates,
    testing::Values(
        // (tRCD shows in the idle latencies: behind the first burst the bus hides it.)
        // Activate at 100, precharge from 139 although the read would allow it from 126.
        Gate{"tRAS", 139, 17 + 17 + 17 + 4, {{100, 0, false}}, other_row, false},
        // Write data 129 .. 133, then tWR.
        Gate{"tWR", 151, 17 + 17 + 17 + 4, {{100, 0, true}}, other_row, false},
        // Write data 129 .. 133, then tWTR to the read command.
        Gate{"tWTR", 142, 17 + 4, {{100, 0, true}}, 64, false},
        // Read data 217 .. 221 of an open row; two cycles later the bus takes write data.
        Gate{"turnaround", 211, 12 + 4, {{100, 0, false}, {200, 64, false}}, 128, true},
        // Late read command at 200: precharge from 209.
        Gate{"tRTP", 209, 17 + 17 + 17 + 4, {{100, 0, false}, {200, 64, false}}, other_row, false},
        // Activates at 100 and at 104: banks of their own, the data bus is free until 134.
        Gate{"tRRD", 104, 17 + 17 + 4, {{100, 0, false}}, other_bank, false}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(DramLaw, PrechargeTakesTrp) {
  // A miss and an access to a closed bank differ by tRP, once tRAS has passed.
  InTicks miss(ddr4_2400());
  InTicks closed(ddr4_2400());
  miss.serve(0, 0, 64);
  EXPECT_EQ(miss.latency(500, other_row) - closed.latency(500, other_row), 17);
}

// ---- refresh -----------------------------------------------------------------------------------

TEST(DramLaw, AccessDuringRefreshWaitsForItsEnd) {
  // Idle and closed: refresh at tREFI, activates from tREFI + tRFC.
  const Ticks end = 9360 + 420;
  for (const Ticks early : {420, 100, 1, 0}) {
    InTicks law(ddr4_2400());
    EXPECT_EQ(law.latency(end - early, 0), early + 17 + 17 + 4) << early;
  }
  InTicks before(ddr4_2400());
  EXPECT_EQ(before.latency(9359, 0), 17 + 17 + 4);
}

TEST(DramLaw, RefreshClosesOpenRowsFirst) {
  InTicks law(ddr4_2400());
  law.serve(0, 0, 64);
  EXPECT_EQ(law.latency(9360, 0), 17 + 420 + 17 + 17 + 4);
  EXPECT_EQ(law.activity().row_closed, 2U);
  EXPECT_EQ(law.activity().row_misses, 0U);
}

class Refreshes : public testing::TestWithParam<double> {};

TEST_P(Refreshes, AreElapsedOverTrefi) {
  const DramSpec spec = ddr4_2400();
  const double ticks = GetParam();
  const double expected = std::floor(ticks / spec.timing.trefi);
  InTicks idle(spec);
  idle.settle(static_cast<Ticks>(ticks));
  EXPECT_EQ(static_cast<double>(idle.activity().refreshes), expected);

  InTicks late(spec);
  late.serve(static_cast<Ticks>(ticks), 0, 64);
  EXPECT_EQ(static_cast<double>(late.activity().refreshes), expected);
}

INSTANTIATE_TEST_SUITE_P(DramLaw, Refreshes,
                         testing::Values(0, 1, 9359, 9360, 9361, 18719, 18720, 1e6, 12345678901.0));

TEST(DramLaw, RefreshesUnderLoadStayWithinOneOfElapsedOverTrefi) {
  InTicks law(ddr4_2400());
  Ticks end = 0;
  for (std::uint64_t address = 0; address < (64U << 20); address += 65536) {
    end = law.serve(end, address, 65536).last;
    const double due = static_cast<double>(end) / 9360;
    EXPECT_NEAR(static_cast<double>(law.activity().refreshes), due, 1.01);
  }
}

// ---- bandwidth ---------------------------------------------------------------------------------

TEST(DramLaw, SequentialReadsReachPeakLessRefresh) {
  const DramSpec spec = ddr4_2400();
  const DramTiming& t = spec.timing;
  InTicks law(spec);
  const std::uint64_t bytes = 1U << 30;
  Ticks end = 0;
  for (std::uint64_t address = 0; address < bytes; address += 1U << 20) {
    end = law.serve(0, address, 1U << 20).last;  // all asked for at once: the bus is the limit
  }
  // A refresh interval loses: the end of the last burst's read to precharge, precharge, refresh,
  // activate, column latency. Row changes are hidden behind the data of the stripe before.
  const double lost = t.trp + t.trfc + t.trcd + t.cl;
  const double bandwidth = static_cast<double>(bytes) / (static_cast<double>(end) / 1200e6);
  const double expected = spec.peak().si() * (1 - lost / t.trefi);
  EXPECT_NEAR(bandwidth / expected, 1, 1e-3);
  EXPECT_NEAR(spec.peak().si(), 19.2e9, 1);
  EXPECT_EQ(law.activity().bursts_read, bytes / 64);
  // Four rows a stripe, and again those that a refresh closes before they are read to their end.
  EXPECT_GE(law.activity().activates, bytes / 8192);
  EXPECT_LE(law.activity().activates, bytes / 8192 + 4 * law.activity().refreshes);
}

TEST(DramLaw, WithoutInterleaveTheSameGroupSpacingIsTheLimit) {
  InTicks law(ddr4_2400(false));
  const Ticks end = law.serve(0, 0, 8192).last;
  EXPECT_EQ(end, 17 + 17 + 127 * 6 + 4);
}

TEST(DramLaw, ZeroGapsWithinAndAcrossStripes) {
  InTicks law(ddr4_2400());
  // Whole 128 KiB within the first refresh interval: one start-up, then a burst every 4 cycles.
  EXPECT_EQ(law.serve(0, 0, 128 * 1024).last, 17 + 17 + 2048 * 4);
  EXPECT_EQ(law.activity().row_closed, 4U);
  EXPECT_EQ(law.activity().activates, 16U);
}

TEST(DramLaw, RequestsBackToBackAreAsFastAsOneLongOne) {
  InTicks one(ddr4_2400());
  InTicks many(ddr4_2400());
  Ticks end = 0;
  for (std::uint64_t a = 0; a < 120 * 1024; a += 512) end = many.serve(0, a, 512).last;
  EXPECT_EQ(end, one.serve(0, 0, 120 * 1024).last);
}

TEST(DramLaw, BytesAreConserved) {
  InTicks law(ddr4_2400());
  std::mt19937 random(1);
  std::uint64_t read = 0;
  std::uint64_t written = 0;
  for (int n = 0; n < 1000; ++n) {
    const std::uint64_t bytes = 1 + random() % 10'000;
    const bool write = random() % 2 == 0;
    law.serve(n * 100, random() % (1U << 28), bytes, write);
    (write ? written : read) += bytes;
  }
  const MemoryActivity a = law.activity();
  EXPECT_EQ(a.bytes_read, read);
  EXPECT_EQ(a.bytes_written, written);
  EXPECT_GE(a.bursts_read * 64, read);
  EXPECT_GE(a.bursts_written * 64, written);
  EXPECT_EQ(a.reads + a.writes, 1000U);
  EXPECT_EQ(law.ticks(a.busy), static_cast<Ticks>(a.bursts_read + a.bursts_written) * 4);
}

TEST(DramLaw, RowsAreActivatedOnceWhateverTheRequestSize) {
  for (const std::uint64_t bytes : {1, 64, 256, 512, 4096, 32768}) {
    DramSpec spec = ddr4_2400();
    spec.timing.trefi = 1'000'000'000;
    InTicks law(spec);
    for (std::uint64_t a = 0; a < 32768; a += bytes) law.serve(0, a, bytes);
    EXPECT_EQ(law.activity().activates, 4U) << bytes;
    EXPECT_EQ(law.activity().row_closed, 1U) << bytes;
  }
}

TEST(DramLaw, ALoneBurstActivatesOneRow) {
  InTicks law(ddr4_2400());
  for (std::uint64_t n = 0; n < 10; ++n) law.serve(0, n * 1'000'000, 64);
  EXPECT_EQ(law.activity().activates, 10U);
}

TEST(DramLaw, OneByteMovesAWholeBurst) {
  InTicks law(ddr4_2400());
  law.serve(0, 63, 1);
  law.serve(0, 63, 2);  // straddles two
  EXPECT_EQ(law.activity().bursts_read, 3U);
}

/// The end of a fixed, mixed run. Without refreshes: a slower access can let one pass by that a
/// faster one would have met.
Ticks end_of_run(DramSpec spec) {
  spec.timing.trefi = 1'000'000'000;
  InTicks law(spec);
  std::mt19937 random(7);
  Ticks end = 0;
  for (int n = 0; n < 300; ++n) {
    end = law.serve(end, random() % (1U << 24), 64 + random() % 20'000, random() % 4 == 0).last;
  }
  return end;
}

TEST(DramLaw, SlowerTimingIsNeverFaster) {
  const Ticks base = end_of_run(ddr4_2400());
  using Field = std::uint32_t DramTiming::*;
  for (const Field f :
       {&DramTiming::cl, &DramTiming::cwl, &DramTiming::trcd, &DramTiming::trp, &DramTiming::tras,
        &DramTiming::trrd, &DramTiming::twr, &DramTiming::twtr, &DramTiming::trtp}) {
    DramSpec slower = ddr4_2400();
    slower.timing.*f += 8;
    EXPECT_GE(end_of_run(slower), base);
  }
  EXPECT_GT(end_of_run(ddr4_2400(false)), base);
}

TEST(DramLaw, AFasterClockIsFaster) {
  DramSpec slow = ddr4_2400();
  slow.clock = Frequency{800e6};
  const double fast_end = static_cast<double>(end_of_run(ddr4_2400())) / 1200e6;
  EXPECT_LT(fast_end, static_cast<double>(end_of_run(slow)) / 800e6);
}

// ---- large times -------------------------------------------------------------------------------

TEST(DramLaw, LatenciesHoldAfterManyHours) {
  for (const Ticks start :
       {Ticks{0}, Ticks{1'000'000'007}, Ticks{4'320'000'000'000}, Ticks{104'000'000'000'000}}) {
    InTicks law(ddr4_2400());
    const Ticks calm = start / 9360 * 9360 + 1000;
    for (Ticks n = 0; n < 500; ++n) {
      const Ticks at = calm + n * 13;  // stays inside the refresh interval
      const Ticks expected = n == 0 ? 38 : n == 1 ? 29 : 21;
      ASSERT_EQ(law.latency(at, 0), expected) << start << " + " << n;
    }
  }
}

}  // namespace
}  // namespace tritsim::test
