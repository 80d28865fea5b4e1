// SPDX-License-Identifier: Apache-2.0
#include "models/dram/dram_law.hpp"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "tests/models/support/specs.hpp"

namespace tritsim::test {
namespace {

using Ticks = DramChannelLaw::Ticks;
using Span = DramChannelLaw::Span;

/// A DramLaw that is asked, and answers, in clock cycles without the front end.
class InTicks {
 public:
  explicit InTicks(const DramSpec& spec) : spec_(spec), law_(spec) {}

  Span serve(Ticks issue, std::uint64_t address, std::uint64_t bytes, bool write = false) {
    const Access a =
        law_.serve(cycles_to_time(static_cast<double>(issue), spec_.clock), address, bytes, write);
    return {ticks(a.first - spec_.controller.front_end.value),
            ticks(a.last - spec_.controller.front_end.value)};
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

// A block is 4 pages of 8 KiB, one in each group; the fifth block lies in the banks of the first.
INSTANTIATE_TEST_SUITE_P(DramLaw, IdleLatency,
                         testing::Values(Idle{"hit", 256, false, 17 + 4},
                                         Idle{"hit_write", 256, true, 12 + 4},
                                         Idle{"hit_end_of_row", 32 * 1024 - 256, false, 17 + 4},
                                         Idle{"closed_other_group", 64, false, 17 + 17 + 4},
                                         Idle{"closed", 32 * 1024, false, 17 + 17 + 4},
                                         Idle{"closed_write", 32 * 1024, true, 17 + 12 + 4},
                                         Idle{"miss", 128 * 1024, false, 17 + 17 + 17 + 4},
                                         Idle{"miss_write", 128 * 1024, true, 17 + 17 + 12 + 4}),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(DramLaw, FrontEndIsAddedOnce) {
  DramSpec spec = ddr4_2400();
  spec.controller.front_end = exactly(1.0_us);
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
constexpr std::uint64_t other_bank = 32 * 1024;  ///< of the same group
constexpr std::uint64_t same_group = 256;        ///< and row
INSTANTIATE_TEST_SUITE_P(
    DramLaw, Gates,
    testing::Values(
        // (tRCD shows in the idle latencies: behind the first burst the bus hides it.)
        // Activate at 100, precharge from 139 although the read would allow it from 126.
        Gate{"tRAS", 139, 17 + 17 + 17 + 4, {{100, 0, false}}, other_row, false},
        // Write data 129 .. 133, then tWR.
        Gate{"tWR", 151, 17 + 17 + 17 + 4, {{100, 0, true}}, other_row, false},
        // Write data 129 .. 133, then tWTR to the read command.
        Gate{"tWTR_L", 142, 17 + 4, {{100, 0, true}}, same_group, false},
        Gate{"tWTR_S", 236, 17 + 4, {{100, 64, false}, {200, 0, true}}, 64, false},
        // Read data 217 .. 221 of an open row; two cycles later the bus takes write data.
        Gate{"turnaround", 211, 12 + 4, {{100, 0, false}, {200, 256, false}}, 512, true},
        // Late read command at 200: precharge from 209.
        Gate{"tRTP", 209, 17 + 17 + 17 + 4, {{100, 0, false}, {200, 256, false}}, other_row, false},
        // Activates at 100: banks of their own, the data bus is free until 134.
        Gate{"tRRD_L", 106, 17 + 17 + 4, {{100, 0, false}}, other_bank, false},
        Gate{"tRRD_S", 104, 17 + 17 + 4, {{100, 0, false}}, 64, false},
        // Activates at 100, 104, 108, 112: the next from 126 on.
        Gate{"tFAW",
             126,
             17 + 17 + 4,
             {{100, 0, false}, {100, 64, false}, {100, 128, false}, {100, 192, false}},
             other_bank,
             false},
        Gate{"tCCD_L", 206, 17 + 4, {{100, 0, false}, {200, 256, false}}, 512, false},
        Gate{"tCCD_S",
             204,
             17 + 4,
             {{100, 0, false}, {100, 64, false}, {200, 256, false}},
             64,
             false}),
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
  // The column command has to go before the refresh is due, or all of it waits.
  InTicks before(ddr4_2400());
  EXPECT_EQ(before.latency(9342, 0), 17 + 17 + 4);
  InTicks behind(ddr4_2400());
  EXPECT_EQ(behind.latency(9343, 0), 17 + 420 + 17 + 17 + 4);
}

TEST(DramLaw, RefreshClosesOpenRowsFirst) {
  InTicks law(ddr4_2400());
  law.serve(0, 0, 64);
  EXPECT_EQ(law.latency(9360, 0), 17 + 420 + 17 + 17 + 4);
  EXPECT_EQ(law.activity().page_misses, 2U);
  EXPECT_EQ(law.activity().page_conflicts, 0U);
}

class Refreshes : public testing::TestWithParam<double> {};

TEST_P(Refreshes, AreElapsedOverTrefi) {
  const DramSpec spec = ddr4_2400();
  const double ticks = GetParam();
  const double expected = std::floor(ticks / spec.clocks().trefi);
  InTicks idle(spec);
  idle.settle(static_cast<Ticks>(ticks));
  EXPECT_EQ(static_cast<double>(idle.activity().refreshes), expected);

  InTicks late(spec);
  late.serve(static_cast<Ticks>(ticks), 0, 64);
  EXPECT_EQ(static_cast<double>(late.activity().refreshes),
            std::floor((ticks + spec.clocks().trcd) / spec.clocks().trefi));
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
  const DramClocks t = spec.clocks();
  InTicks law(spec);
  const std::uint64_t bytes = 1U << 30;
  Ticks end = 0;
  for (std::uint64_t address = 0; address < bytes; address += 1U << 20) {
    end = law.serve(0, address, 1U << 20).last;  // all asked for at once: the bus is the limit
  }
  // A refresh interval loses: the last read to precharge, precharge, refresh, activate. Row changes
  // are hidden behind the data of the block before.
  const double lost = t.trtp + t.trp + t.trfc + t.trcd;
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
  EXPECT_EQ(law.activity().page_misses, 16U);
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
    EXPECT_EQ(law.activity().page_misses, 4U) << bytes;
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
  using Field = DramDelay DramTiming::*;
  for (const Field f :
       {&DramTiming::cl, &DramTiming::cwl, &DramTiming::trcd, &DramTiming::trp, &DramTiming::tras,
        &DramTiming::trc, &DramTiming::trrd_s, &DramTiming::trrd_l, &DramTiming::tfaw,
        &DramTiming::tccd_l, &DramTiming::twr, &DramTiming::twtr_s, &DramTiming::twtr_l,
        &DramTiming::trtp}) {
    DramSpec slower = ddr4_2400();
    slower.timing.*f = (slower.timing.*f).clocks() + 8;
    EXPECT_GE(end_of_run(slower), base);
  }
  using Count = std::uint32_t DramTiming::*;
  for (const Count f : {&DramTiming::tccd_s, &DramTiming::turnaround}) {
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

// ---- the controller ----------------------------------------------------------------------------

TEST(DramLaw, APortIsALimitOfItsOwn) {
  // 64 B at 200 MHz: 12.8 GB/s of the DRAM's 19.2.
  DramSpec spec = ddr4_2400();
  spec.controller.port.emplace();
  spec.controller.port->width = 64_B;
  spec.controller.port->clock = 200.0_MHz;
  DramLaw law(spec);
  Time end;
  const std::uint64_t bytes = 16U << 20;
  for (std::uint64_t a = 0; a < bytes; a += 4096) end = law.serve(Time{}, a, 4096, false).last;
  EXPECT_NEAR(static_cast<double>(bytes) / end.si(), 12.8e9, 0.01e9);
  // A wide one changes nothing but the beats of the last burst.
  spec.controller.port->width = Bytes{4096};
  spec.controller.port->clock = 1200.0_MHz;
  DramLaw wide(spec);
  DramLaw none(ddr4_2400());
  for (std::uint64_t a = 0; a < bytes; a += 4096) {
    EXPECT_EQ(wide.serve(Time{}, a, 4096, false).last, none.serve(Time{}, a, 4096, false).last);
  }
}

/// Bytes a second of reads of 4 KiB, `outstanding` in flight.
double read_rate(const DramSpec& spec, std::size_t outstanding, std::uint64_t bytes = 4U << 20) {
  DramLaw law(spec);
  std::vector<Time> answered(outstanding);
  Time end;
  std::uint64_t n = 0;
  for (std::uint64_t a = 0; a < bytes; a += 4096, ++n) {
    Time& slot = answered[n % outstanding];
    end = slot = law.serve(slot, a, 4096, false).last;
  }
  return static_cast<double>(bytes) / end.si();
}

ControllerPort hp_port() {
  ControllerPort p;
  p.width = 16_B;
  p.clock = 250.0_MHz;
  return p;
}

TEST(DramLaw, PortsSideBySideAddUpUntilTheyShareOne) {
  DramSpec spec = ddr4_2400();
  ControllerPort p = hp_port();  // 4 GB/s
  spec.controller.port = p;
  EXPECT_NEAR(read_rate(spec, 4), 4e9, 0.01e9);
  p.count = 4;
  p.stripe = 256_B;
  spec.controller.port = p;
  EXPECT_NEAR(read_rate(spec, 8), 16e9, 0.1e9);
  // Two of the four through a port of 4 GB/s: it carries half of the bytes.
  p.shared = {{{1, 2}, 16_B, 250.0_MHz}};
  spec.controller.port = p;
  EXPECT_NEAR(read_rate(spec, 8), 8e9, 0.05e9);
  // As wide as both, it limits neither.
  p.shared = {{{1, 2}, 32_B, 250.0_MHz}};
  spec.controller.port = p;
  EXPECT_NEAR(read_rate(spec, 8), 16e9, 0.1e9);
}

TEST(DramLaw, PendingReadsBoundThePortByLittlesLaw) {
  DramSpec spec = ddr4_2400();
  spec.controller.front_end = exactly(Time{200e-9});
  spec.timing.trefi = 1 << 19;  // out of the way
  ControllerPort p = hp_port();
  p.burst = 1;
  p.outstanding = 1;
  spec.controller.port = p;
  // One beat in flight: a beat each page hit's round trip, rounded up to the DRAM clock.
  const double trip = 200e-9 + (17 + 4) / 1200e6;
  EXPECT_NEAR(read_rate(spec, 1, 65536) * trip / 16, 1, 0.01);
  // Twice as many in flight carry twice as much, until the port is full.
  double before = read_rate(spec, 1, 65536);
  for (std::uint32_t n = 2; n <= 16; n *= 2) {
    p.outstanding = n;
    spec.controller.port = p;
    const double now = read_rate(spec, 1, 65536);
    EXPECT_NEAR(now / before, 2, 0.05) << n;
    before = now;
  }
  p.turnaround = 25;  // 100 ns
  p.outstanding = 1;
  spec.controller.port = p;
  EXPECT_NEAR(read_rate(spec, 1, 65536) * (trip + 100e-9) / 16, 1, 0.01);
}

TEST(DramLaw, ShortBurstsPayTheirGaps) {
  DramSpec spec = ddr4_2400();
  ControllerPort p = hp_port();
  p.gap = 4;
  for (const std::uint32_t burst : {4, 16, 64}) {
    p.burst = burst;
    spec.controller.port = p;
    EXPECT_NEAR(read_rate(spec, 4) / 4e9, burst / (burst + 4.0), 0.01) << burst;
  }
}

TEST(DramLaw, APortWithoutLimitsChangesNothing) {
  DramSpec spec = ddr4_2400();
  ControllerPort p = hp_port();
  p.width = Bytes{8192};
  p.clock = 100.0_GHz;
  spec.controller.port = p;
  EXPECT_NEAR(read_rate(spec, 4) / read_rate(ddr4_2400(), 4), 1, 1e-4);
}

TEST(DramLaw, AnIdleChannelPowersDown) {
  DramSpec spec = ddr4_2400();
  spec.controller.power_down = PowerDown{64, 8};
  DramChannelLaw law(spec);
  EXPECT_EQ(law.serve(1000, 0, 1, false).last, 1000 + 8 + 17 + 17 + 4);   // woken, then ACT, RD
  EXPECT_EQ(law.serve(1046 + 64, 4, 1, false).last, 1046 + 64 + 17 + 4);  // just not asleep
  EXPECT_EQ(law.serve(5000, 8, 1, false).last, 5000 + 8 + 17 + 4);
  law.settle(6000);
  // With rows closed from 64 on; with a row open from 64 clocks after the data of the others.
  EXPECT_EQ(law.down_closed(), 1000 - 64);
  EXPECT_EQ(law.down_open(), (5000 - (1131 + 64)) + (6000 - (5029 + 64)));
}

TEST(DramLaw, ALongSleepIsCountedRefreshByRefresh) {
  for (const bool bank_by_bank : {false, true}) {
    DramSpec spec = bank_by_bank ? lpddr4_3200(true) : ddr4_2400();
    spec.controller.power_down = PowerDown{64, 12};
    DramChannelLaw law(spec);
    const DramClocks t = spec.clocks();
    const DramChannelLaw::Ticks interval = bank_by_bank ? t.per_bank->interval : t.trefi;
    const DramChannelLaw::Ticks duration = bank_by_bank ? t.per_bank->duration : t.trfc;
    law.settle(10'000 * interval);
    // Before the first refresh, and behind each but the last, which is due at the end.
    EXPECT_EQ(law.down_closed(), (interval - 64 - 12) + 9'999 * (interval - duration - 64 - 12));
    EXPECT_EQ(law.down_open(), 0);
  }
}

TEST(DramLaw, ChannelsWorkSideBySide) {
  for (const char* address : {"row bank column group channel", "row bank column channel group",
                              "row bank channel column group", "channel row bank column group"}) {
    DramSpec spec = ddr4_2400();
    spec.channels = 4;
    spec.address = address;
    DramLaw law(spec);
    DramLaw alone(ddr4_2400());
    const std::uint64_t bytes = 4U << 20;
    const bool shared = std::string(address).front() != 'c';
    const Time together = law.serve(Time{}, 0, shared ? 4 * bytes : bytes, false).last;
    EXPECT_EQ(together, alone.serve(Time{}, 0, bytes, false).last) << address;
    EXPECT_EQ(law.activity().bursts_read, (shared ? 4 : 1) * alone.activity().bursts_read);
  }
}

TEST(DramLaw, TheFirstBytesOfARequestComeFromTheirOwnChannel) {
  DramSpec spec = ddr4_2400();
  spec.channels = 2;
  spec.address = "row bank column group channel";
  DramLaw law(spec);
  const Access warm = law.serve(Time{}, 64, 64, false);  // opens a row of the second channel
  const Access a = law.serve(1.0_us, 64, 128, false);    // hit there, closed in the first one
  EXPECT_LT(a.first - 1.0_us, warm.first);
  EXPECT_GT(a.last, a.first);
}

TEST(DramLaw, AClosedPageCostsAnActivateForEachRequest) {
  DramSpec spec = ddr4_2400();
  spec.controller.page_policy = PagePolicy::closed;
  InTicks law(spec);
  for (Ticks n = 0; n < 8; ++n) {
    EXPECT_EQ(law.latency(n * 1000, static_cast<std::uint64_t>(n) * 256), 17 + 17 + 4);
  }
  law.settle(8000);
  EXPECT_EQ(law.activity().page_misses, 8U);
  // Open from each ACT to its internal precharge after tRAS.
  EXPECT_EQ(law.ticks(law.activity().active), 8 * 39);
}

// ---- large times -------------------------------------------------------------------------------

TEST(DramLaw, LatenciesHoldAfterManyHours) {
  for (const Ticks start :
       {Ticks{0}, Ticks{1'000'000'007}, Ticks{4'320'000'000'000}, Ticks{104'000'000'000'000}}) {
    InTicks law(ddr4_2400());
    const Ticks calm = start / 9360 * 9360 + 1000;
    for (Ticks n = 0; n < 500; ++n) {
      const Ticks at = calm + n * 13;  // stays inside the refresh interval
      const Ticks expected = n == 0 ? 38 : n == 1 ? 31 : n == 2 ? 24 : 21;
      ASSERT_EQ(law.latency(at, 0), expected) << start << " + " << n;
    }
  }
}

}  // namespace
}  // namespace tritsim::test
