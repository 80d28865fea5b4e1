// SPDX-License-Identifier: Apache-2.0
#include "sim/memory_bench.hpp"

#include <gtest/gtest.h>

#include "arch/reader.hpp"
#include "tests/models/support/dram_checker.hpp"
#include "tests/support/files.hpp"

namespace tritsim {
namespace {

MemorySpec memory(const std::string& name, const std::vector<Override>& set = {}) {
  return load<MemorySpec>(test::source_dir() + "configs/memories/" + name + ".yaml", set);
}

MemoryTraffic traffic(MemoryPattern pattern, std::uint64_t bytes) {
  MemoryTraffic t;
  t.pattern = pattern;
  t.bytes = bytes;
  return t;
}

double gigabytes(const MemoryRun& r) {
  return r.bandwidth.si() / 1e9;
}

TEST(MemoryBench, NothingIsFasterThanPeakOrPort) {
  for (const char* name : {"ddr4_2400_u280", "ddr3_800_arty", "lpddr4_3200_x16",
                           "lpddr4_3200_x16_refpb", "hbm2_u280", "hbm2_u55c", "ddr4_2400_k26"}) {
    for (const auto& [pattern, text] : EnumNames<MemoryPattern>::names) {
      auto t = traffic(pattern, 4 << 20);
      const MemoryRun free = run_memory(memory(name), t);
      EXPECT_LE(free.bandwidth.si(), free.peak.si()) << name << " " << text;
      EXPECT_GE(free.activity.bytes_read + free.activity.bytes_written, (4U << 20) - 3 * 65536);
      t.port_width = 8_B;
      t.port_clock = 50.0_MHz;
      const MemoryRun narrow = run_memory(memory(name), t);
      const double ports = pattern == MemoryPattern::triad  ? 3
                           : pattern == MemoryPattern::copy ? 2
                                                            : 1;
      EXPECT_LE(narrow.bandwidth.si(), ports * 8 * 50e6) << name << " " << text;
      EXPECT_LE(narrow.bandwidth.si(), free.bandwidth.si() * 1.001) << name << " " << text;
    }
  }
}

TEST(MemoryBench, ReadsAndWritesAreOfTheirStreams) {
  const MemoryRun copy =
      run_memory(memory("ddr4_2400_u280"), traffic(MemoryPattern::copy, 8 << 20));
  EXPECT_EQ(copy.activity.bytes_read, 4U << 20);
  EXPECT_EQ(copy.activity.bytes_written, 4U << 20);
  const MemoryRun triad =
      run_memory(memory("ddr4_2400_u280"), traffic(MemoryPattern::triad, 6 * 65536 * 8));
  EXPECT_EQ(triad.activity.bytes_read, 2 * triad.activity.bytes_written);
}

TEST(MemoryBench, ChannelsOfTheirOwnDoubleTheBandwidth) {
  auto t = traffic(MemoryPattern::sequential, 32 << 20);
  const double one = gigabytes(run_memory(memory("hbm2_u280"), t));
  t.channels = t.streams = 2;
  EXPECT_NEAR(gigabytes(run_memory(memory("hbm2_u280"), t)) / one, 2, 0.01);
}

TEST(MemoryBench, MoreInFlightIsNeverSlower) {
  double before = 0;
  for (const std::uint32_t outstanding : {1, 2, 4, 16, 64}) {
    auto t = traffic(MemoryPattern::random, 1 << 20);
    t.outstanding = outstanding;
    const double now = gigabytes(
        run_memory(memory("ddr4_2400_u280", {{"dram.controller.scheduling", "in_order"}}), t));
    EXPECT_GE(now, before * 0.999) << outstanding;
    before = now;
  }
}

TEST(MemoryBench, ReorderingHelpsWhereStreamsInterleave) {
  auto t = traffic(MemoryPattern::triad, 8 << 20);
  t.request_bytes = 256;
  const auto with = [&](const char* scheduling) {
    return gigabytes(
        run_memory(memory("ddr4_2400_u280", {{"dram.controller.scheduling", scheduling}}), t));
  };
  EXPECT_GT(with("fr_fcfs"), 1.3 * with("in_order"));
  // A single stream has nothing to reorder.
  t = traffic(MemoryPattern::sequential, 8 << 20);
  EXPECT_EQ(with("fr_fcfs"), with("in_order"));
}

TEST(MemoryBench, ReorderedCommandsBreakNoRule) {
  for (const auto& [pattern, text] : EnumNames<MemoryPattern>::names) {
    for (const char* name : {"ddr4_2400_u280", "hbm2_u280", "lpddr4_3200_x16_refpb"}) {
      const MemorySpec m = memory(name, {{"dram.controller.scheduling", "fr_fcfs"}});
      auto t = traffic(pattern, 1 << 20);
      t.request_bytes = 512;
      t.streams = 2;
      std::vector<std::vector<DramCommand>> commands;
      const MemoryRun recorded = run_memory(m, t, &commands);
      ASSERT_EQ(commands.size(), 1U);
      for (const std::string& broken : test::DramChecker(*m.dram).check(commands.front())) {
        ADD_FAILURE() << name << " " << text << " " << broken;
        break;
      }
      const MemoryRun stepped_over = run_memory(m, t);
      EXPECT_EQ(recorded.elapsed, stepped_over.elapsed) << name << " " << text;
      EXPECT_EQ(recorded.activity, stepped_over.activity) << name << " " << text;
    }
  }
}

TEST(MemoryBench, RequestsOfAFileComeInTheOrderOfTheirArrival) {
  MemoryTraffic t;
  t.requests = {{2.0_us, 128, true}, {1.0_us, 0, false}};
  const MemoryRun r = run_memory(memory("ddr4_2400_u250"), t);
  EXPECT_EQ(r.requests, 2U);
  EXPECT_EQ(r.activity.bursts_read, 1U);
  EXPECT_EQ(r.activity.bursts_written, 1U);
  EXPECT_GT(r.elapsed, 2.0_us);
  EXPECT_LT(r.latency.max, 0.2_us);
  EXPECT_GE(r.latency.max, r.latency.p99);
  EXPECT_GE(r.latency.p99, r.latency.p50);
  EXPECT_GE(r.latency.p50, r.latency.min);
}

TEST(MemoryBench, PercentilesOfOneLatencyAreThatLatency) {
  auto t = traffic(MemoryPattern::sequential, 1 << 20);
  t.outstanding = 1;
  t.request_bytes = 64;
  MemorySpec fixed = memory("ddr4_2400_u250");
  fixed.dram.reset();
  fixed.fixed = FixedLatencySpec{100};
  const MemoryRun r = run_memory(fixed, t);
  for (const Time& l : {r.latency.p50, r.latency.p95, r.latency.p99, r.latency.mean}) {
    EXPECT_NEAR(l.si(), 100e-9, 1e-12);
  }
}

}  // namespace
}  // namespace tritsim
