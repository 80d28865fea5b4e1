// SPDX-License-Identifier: Apache-2.0
#include "models/dram/dram_timing_law.hpp"

#include <gtest/gtest.h>

#include "models/dram/dram_law.hpp"
#include "models/energy/memory_energy_law.hpp"
#include "tests/models/support/specs.hpp"

namespace tritsim::test {
namespace {

DramSpec at_clock(double hertz) {
  DramSpec d = ddr4_2400();
  d.timing.clock = Frequency{1200e6};
  d.clock = Frequency{hertz};
  return d;
}

TEST(DramTiming, ADelayIsRoundedUpToClocksAndAnIntervalDown) {
  EXPECT_EQ(DramDelay(17).at(1200.0_MHz, 1200.0_MHz), 17U);
  EXPECT_EQ(DramDelay(17).at(2400.0_MHz, 1200.0_MHz), 34U);
  EXPECT_EQ(DramDelay(17).at(600.0_MHz, 1200.0_MHz), 9U);
  EXPECT_EQ(DramDelay(14.16_ns).at(1200.0_MHz, 1.0_MHz), 17U);  // 16.99 clocks
  EXPECT_EQ(DramDelay(Time{10e-9}).at(1200.0_MHz, 1.0_MHz), 12U);
  EXPECT_EQ(DramDelay(Time{3.9e-6}).at_most(1066.5_MHz, 1.0_MHz), 4159U);  // 4159.35
}

TEST(DramTiming, IsReadAsClocksOrAsATime) {
  DramDelay d;
  EXPECT_FALSE(d.read("17"));
  EXPECT_EQ(d, DramDelay(17));
  EXPECT_EQ(d.text(), "17");
  EXPECT_FALSE(d.read("14.16 ns"));
  EXPECT_EQ(d, DramDelay(14.16_ns));
  EXPECT_EQ(d.text(), "14.16 ns");
  for (const char* wrong : {"-3", "1.5", "ns", "0 ns", "-1 ns", "2 s", "14.16 MHz", ""}) {
    EXPECT_TRUE(d.read(wrong)) << wrong;
  }
}

TEST(HeadlineDramClock, NanosecondsStayAndABurstTakesItsClocks) {
  const DramClocks fast = at_clock(2400e6).clocks();
  EXPECT_EQ(fast.trcd, 34U);
  EXPECT_EQ(fast.trfc, 840U);
  EXPECT_EQ(fast.trefi, 18720U);
  EXPECT_EQ(fast.tccd_s, 4U);
  EXPECT_EQ(fast.tccd_l, 12U);
  EXPECT_EQ(fast.turnaround, 2U);
  const DramClocks slow = at_clock(400e6).clocks();
  EXPECT_EQ(slow.trcd, 6U);
  EXPECT_EQ(slow.tccd_l, slow.tccd_s);  // never faster than the bus
  const auto closed = [](double hertz) {
    DramLaw law(at_clock(hertz));
    return law.serve(Time{}, 0, 64, false).last;
  };
  EXPECT_NEAR((closed(1200e6) - closed(2400e6)).si(), 4 / 1200e6 - 4 / 2400e6, 1e-15);
}

TEST(HeadlineDramClock, AnEventKeepsItsEnergy) {
  MemoryActivity a;
  a.bursts_read = 1000;
  a.activates = 10;
  a.refreshes = 3;
  const auto price = [&](double hertz) {
    MemorySpec m;
    m.dram = at_clock(hertz);
    std::vector<EnergyTerm> terms;
    price_memory(terms, "memory", {m, a, Time{1e-3}});
    return terms;
  };
  const auto rated = price(1200e6);
  const auto other = price(2400e6);
  ASSERT_EQ(rated.size(), other.size());
  ASSERT_GE(rated.size(), 3U);
  for (std::size_t n = 0; n < rated.size(); ++n) {
    EXPECT_EQ(rated[n].cause, other[n].cause);
    EXPECT_DOUBLE_EQ(rated[n].energy().value.si(), other[n].energy().value.si()) << rated[n].cause;
  }
}

TEST(DramTimingTable, HoldsWhatTheListOfConstraintsSays) {
  for (const DramSpec& spec : {ddr4_2400(), lpddr4_3200(true), hbm2()}) {
    const DramTimingTable table(spec);
    for (const DramConstraint& c : dram_constraints(spec)) {
      if (c.window > 1) {
        EXPECT_EQ(c.window, 4U);
        EXPECT_EQ(table.activate_window(), c.clocks);
      } else {
        EXPECT_EQ(table.gap(c.scope, c.first, c.next), c.clocks);
      }
      EXPECT_GE(table.reach(c.first, c.next), c.clocks);
      EXPECT_GE(table.reach(c.first), c.clocks);
    }
  }
  using enum DramOp;
  const DramTimingTable ddr4(ddr4_2400());
  EXPECT_EQ(ddr4.gap(DramScope::rank, read, write), 17 + 4 + 2 - 12);
  EXPECT_EQ(ddr4.gap(DramScope::group, write, read), 12 + 4 + 9);
  EXPECT_EQ(ddr4.gap(DramScope::bank, write, precharge), 12 + 4 + 18);
  EXPECT_EQ(ddr4.gap(DramScope::bank, read, write), DramTimingTable::long_ago);
}

}  // namespace
}  // namespace tritsim::test
