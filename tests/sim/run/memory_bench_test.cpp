// SPDX-License-Identifier: Apache-2.0
#include "sim/run/memory_bench.hpp"

#include <limits>
#include <random>

#include <gtest/gtest.h>

#include "arch/base/reader.hpp"
#include "tests/models/support/dram_checker.hpp"
#include "tests/models/support/fr_fcfs_reference.hpp"
#include "tests/support/files.hpp"

namespace tritsim {
namespace {

MemorySpec memory(const std::string& name, const std::vector<Override>& set = {}) {
  return load<MemorySpec>(test::source_dir() + "configs/memories/" + name + ".yaml", set);
}

MemoryTraffic traffic(MemoryPattern pattern, std::uint64_t bytes) {
  MemoryTraffic t;
  t.pattern = pattern;
  t.bytes = Bytes{static_cast<double>(bytes)};
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

/// A request takes its bytes at the bandwidth, and the latency once; nothing else is modelled.
TEST(MemoryBench, ASimpleMemoryIsItsBandwidthLatencyAndEnergy) {
  const MemorySpec simple = memory("simple_example");
  auto t = traffic(MemoryPattern::sequential, 64 << 20);
  const MemoryRun r = run_memory(simple, t);
  EXPECT_NEAR(gigabytes(r), 15.4, 15.4e-3);
  EXPECT_NEAR(r.energy.total().value.si(), (64 << 20) * 8 * 20e-12, 1e-9);
  EXPECT_NEAR(r.energy.total().low.si(), (64 << 20) * 8 * 8e-12, 1e-9);
  t.outstanding = 1;
  t.request = 1540_B;
  const MemoryRun one = run_memory(simple, t);
  EXPECT_NEAR(one.latency.mean.si(), 220e-9, 1e-12);
  EXPECT_NEAR(gigabytes(one), 7, 7e-3);
}

/// More banks worked on at a time are never slower, one is the slowest, and as many as there are
/// banks are no limit.
TEST(MemoryBench, BankMachinesBoundTheBanksAtWork) {
  const auto rate = [](const char* machines) {
    auto t = traffic(MemoryPattern::random, 4 << 20);
    t.outstanding = 64;
    return gigabytes(
        run_memory(memory("ddr3_800_arty", {{"dram.controller.scheduling", "in_order"},
                                            {"dram.controller.bank_machines", machines}}),
                   t));
  };
  const double without = rate("0");
  double fewer = 0;
  for (const char* machines : {"1", "2", "3", "4", "8"}) {
    EXPECT_GE(rate(machines), fewer) << machines;
    fewer = rate(machines);
  }
  EXPECT_DOUBLE_EQ(rate("8"), without);
  EXPECT_LT(rate("1"), 0.9 * without);
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
  t.request = 256_B;
  const auto with = [&](const char* scheduling) {
    return gigabytes(
        run_memory(memory("ddr4_2400_u280", {{"dram.controller.scheduling", scheduling}}), t));
  };
  EXPECT_GT(with("fr_fcfs"), 1.3 * with("in_order"));
  // A single stream has nothing to reorder.
  t = traffic(MemoryPattern::sequential, 8 << 20);
  EXPECT_EQ(with("fr_fcfs"), with("in_order"));
}

// ---- FR-FCFS against a controller that is stepped clock by clock -------------------------------

using Requests = std::vector<test::FrFcfsReference::Request>;

/// A stream of bursts that all wait from the start, and how far the law may be off: with a queue of
/// 16 and more, and of 4. Row commands of random bursts hinder each other in ways that the law does
/// not follow clock by clock.
struct Waiting {
  std::string name;
  Requests requests;
  double off = 0.0025;
  double off_4 = 0.0025;
};

std::vector<Waiting> waiting_streams(const DramSpec& d) {
  const std::size_t count = 4000;
  const auto row = static_cast<std::uint64_t>(d.page / d.burst());
  const std::uint64_t all = std::uint64_t{d.rows} * d.banks() * row;
  const auto block = static_cast<std::uint64_t>(Bytes{4096} / d.burst());
  std::mt19937_64 random(1);
  Requests sequential, blocks, copy, two, scattered, mixed, strided;
  for (std::uint64_t n = 0; n < count; ++n) {
    sequential.push_back({0, n, false});
    two.push_back({0, n / 2 + (n % 2) * (all / 2), false});
    scattered.push_back({0, random() % all, false});
    mixed.push_back({0, random() % all, random() % 2 == 0});
    strided.push_back({0, n * 2 * block % all, false});
    const bool write = n / block % 2 == 1;
    copy.push_back({0, n / (2 * block) * block + n % block + (write ? all / 2 : 0), write});
  }
  while (blocks.size() < count) {
    const std::uint64_t first = random() % (all / block) * block;
    for (std::uint64_t n = 0; n < block; ++n) blocks.push_back({0, first + n, false});
  }
  return {{"sequential", sequential},        {"blocks of 4 KiB", blocks},
          {"copy of blocks", copy},          {"two streams", two, 0.01, 0.025},
          {"random", scattered, 0.02, 0.01}, {"random, mixed", mixed, 0.035, 0.02},
          {"strided 8 KiB", strided}};
}

double served(const MemorySpec& base, const Requests& requests, std::uint32_t queue,
              DramScheduling scheduling) {
  MemorySpec m = base;
  m.dram->controller.queue = queue;
  m.dram->controller.scheduling = scheduling;
  m.dram->controller.front_end.value = Time{};
  MemoryTraffic t;
  for (const auto& r : requests) {
    const auto bytes = static_cast<std::uint64_t>(m.dram->burst().si());
    t.requests.push_back({Time{}, r.burst * bytes, r.write});
  }
  return run_memory(m, t).elapsed * m.dram->clock;
}

class HeadlineFrFcfs : public testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(Memories, HeadlineFrFcfs,
                         testing::Values("ddr4_2400_u280", "hbm2_u280", "lpddr4_3200_x16"),
                         [](const auto& test) { return std::string(test.param); });

TEST_P(HeadlineFrFcfs, IsThatOfATextbookController) {
  const MemorySpec m = memory(GetParam());
  for (const Waiting& w : waiting_streams(*m.dram)) {
    for (const std::uint32_t queue : {4, 16, 32, 64}) {
      const auto expected =
          static_cast<double>(test::FrFcfsReference(*m.dram, queue).run(w.requests));
      const double law = served(m, w.requests, queue, DramScheduling::fr_fcfs);
      EXPECT_NEAR(law / expected, 1, queue == 4 ? w.off_4 : w.off) << w.name << ", " << queue;
    }
  }
}

TEST_P(HeadlineFrFcfs, IsNoSlowerThanInOrderNorWithAShorterQueue) {
  const MemorySpec m = memory(GetParam());
  for (const Waiting& w : waiting_streams(*m.dram)) {
    double shorter = std::numeric_limits<double>::infinity();
    for (const std::uint32_t queue : {4, 8, 16, 32, 64}) {
      const double now = served(m, w.requests, queue, DramScheduling::fr_fcfs);
      EXPECT_LE(now, 1.005 * shorter) << w.name << ", " << queue;
      EXPECT_LE(now, 1.005 * served(m, w.requests, queue, DramScheduling::in_order))
          << w.name << ", " << queue;
      shorter = now;
    }
  }
}

/// Streams that begin in the banks of one another, in other rows, are slower than streams apart.
TEST(MemoryBench, StreamsBeginWhereTheyAreTold) {
  auto t = traffic(MemoryPattern::sequential, 1280 << 10);
  t.streams = 4;
  t.request = 512_B;
  t.outstanding = 1;
  const auto at = [&](std::vector<Bytes> base) {
    t.base = std::move(base);
    return gigabytes(run_memory(memory("ddr4_2400_k26"), t));
  };
  // A row of both groups is 16 KiB, of all banks 64 KiB.
  EXPECT_LT(at({0_B, 128_KiB, 256_KiB, 384_KiB}), 0.8 * at({0_B, 144_KiB, 288_KiB, 432_KiB}));
}

TEST(MemoryBench, ReorderedCommandsBreakNoRule) {
  for (const auto& [pattern, text] : EnumNames<MemoryPattern>::names) {
    for (const char* name : {"ddr4_2400_u280", "hbm2_u280", "lpddr4_3200_x16_refpb"}) {
      const MemorySpec m = memory(name, {{"dram.controller.scheduling", "fr_fcfs"}});
      auto t = traffic(pattern, 1 << 20);
      t.request = 512_B;
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
  t.request = 64_B;
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
