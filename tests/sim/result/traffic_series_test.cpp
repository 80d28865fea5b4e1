// SPDX-License-Identifier: Apache-2.0
#include "sim/result/traffic_series.hpp"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "sim/result/kernel_name.hpp"
#include "sim/run/run.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

using test::board;

/// Bins of the whole run against what the channels moved, to one part in 10^12.
void expect_exact(const Result& r) {
  for (const std::size_t bins : {1U, 7U, 100U, 3001U}) {
    const TrafficSeries s = traffic_over_time(r, Time{}, r.elapsed, bins);
    for (const TrafficSeries::Memory& m : s.memories) {
      double moved = 0;
      for (const MemoryResult& c : r.memories) {
        if (c.group != m.name) continue;
        const MemorySpec& memory = r.board.memory(c.group)->memory;
        const double bursts =
            static_cast<double>(c.activity.bursts_read + c.activity.bursts_written);
        const double asked = static_cast<double>(c.activity.bytes_read + c.activity.bytes_written);
        const double bytes = memory.dram ? bursts * memory.dram->burst().si() : asked;
        EXPECT_GE(bytes, asked);
        moved += bytes * c.replicas * r.rounds;
      }
      EXPECT_GT(moved, 0) << m.name;
      EXPECT_NEAR(std::accumulate(m.bytes.begin(), m.bytes.end(), 0.0), moved, 1e-12 * moved)
          << m.name << ", " << bins;
    }
  }
}

TEST(TrafficSeries, BinsSumToTheBytesMoved) {
  expect_exact(run_model(board("u250_mmfree_48"), test::tiny_model(), {0, 5, 0}));
  expect_exact(run_model(board("u250_mmfree_48"), test::tiny_model(), {2, 3, 150}));
  expect_exact(run_model(board("k26_mmfree"), test::tiny_model(), {0, 2, 1}));
  ModelSpec cached = test::model("llama2_7b_w4_kv8");
  cached.set("layers", 2);
  cached.set("vocabulary", 1000);
  expect_exact(run_model(board("kv260_llama"), cached, {0, 2, 1}));
}

TEST(KernelName, SaysItsGroupWhereOneNameBeginsAnother) {
  BoardSpec b;
  b.cores.resize(3);
  b.cores[0].name = "pe";
  b.cores[1].name = "pe_wide";
  b.cores[2].name = "pe_1";
  for (const CoreGroup& g : b.cores) {
    KernelResult k;
    k.name = kernel_name(g, 12);
    EXPECT_EQ(group_of(b, k), &g) << k.name;
  }
  EXPECT_EQ(group_of(b, KernelResult{}), nullptr);
}

TEST(TrafficSeries, NoBinIsAboveThePeak) {
  BoardSpec b = board("u250_mmfree_48");
  // A posted store's bytes count in the cycles of its op, although some pass behind them.
  for (CoreGroup& g : b.cores) {
    g.core.load_store.posted = false;
    if (g.core.store) g.core.store->posted = false;
  }
  const Result r = run_model(b, test::tiny_model(), {0, 5, 0});
  const TrafficSeries s = traffic_over_time(r, Time{}, r.elapsed, 500);
  ASSERT_EQ(s.memories.size(), 1U);
  EXPECT_NEAR(s.memories[0].peak.si(), 4 * r.board.memories[0].memory.dram->peak().si(), 1);
  for (std::size_t i = 0; i < s.bins(); ++i) EXPECT_LE(s.rate(0, i), s.memories[0].peak) << i;
}

TEST(TrafficSeries, AWindowIsAPartOfTheRun) {
  const Result r = run_model(board("u250_mmfree_48"), test::tiny_model(), {0, 4, 0});
  const TrafficSeries whole = traffic_over_time(r, Time{}, r.elapsed, 40);
  const TrafficSeries half = traffic_over_time(r, Time{}, r.elapsed / 2.0, 20);
  for (std::size_t i = 0; i < half.bins(); ++i) {
    EXPECT_NEAR(half.rate(0, i).si() / whole.rate(0, i).si(), 1, 1e-9) << i;
  }
}

}  // namespace
}  // namespace tritsim
