// SPDX-License-Identifier: Apache-2.0
// A run that leaves out the steps that repeat others gives what a run of every step gives.
#include "sim/run/steady.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "sim/run/run.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

using test::board;
using test::tiny_model;

/// Counts must be equal, times to one part in 10^12.
void expect_equal(const Tally::Values& a, const Tally::Values& b, const std::string& what) {
  EXPECT_EQ(a.counts, b.counts) << what;
  ASSERT_EQ(a.times.size(), b.times.size()) << what;
  for (std::size_t i = 0; i < a.times.size(); ++i) {
    EXPECT_NEAR(a.times[i].si(), b.times[i].si(), 1e-12 * b.times[i].si())
        << what << ", time " << i;
  }
}

/// The time without weights is a sum of many small differences between points of time, each of
/// which is rounded: that of a long run is good to about one part in 10^10.
void expect_equal_starved(Result& a, Result& b, const std::string& what) {
  for (std::size_t k = 0; k < b.kernels.size(); ++k) {
    Time& x = a.kernels[k].activity.starved;
    Time& y = b.kernels[k].activity.starved;
    EXPECT_NEAR(x.si(), y.si(), 1e-10 * y.si()) << what;
    x = y = Time{};
  }
}

Tally::Values values_of(Result& r) {
  Tally tally;
  for (KernelResult& k : r.kernels) {
    tally.add(k.activity);
    tally.add(k.shares);
    tally.add(k.ops);
  }
  for (MemoryResult& m : r.memories) tally.add(m.activity);
  tally.add(r.link);
  tally.add(r.host);
  tally.add(r.elapsed);
  tally.add(r.first_token);
  return tally.values();
}

/// Runs both ways; returns the steps of the first kernel that were simulated.
std::uint32_t compare(const BoardSpec& b, const Workload& w,
                      const ModelSpec& model = tiny_model()) {
  Result fast = run_model(b, model, w);
  Result full = run_model(b, model, w, {{}, Stepping::every_step});
  const std::string what =
      b.name + ", " + std::to_string(w.prompt) + " + " + std::to_string(w.generate) + " tokens";
  EXPECT_EQ(fast.kernels.size(), full.kernels.size());
  expect_equal_starved(fast, full, what);
  expect_equal(values_of(fast), values_of(full), what);
  for (std::size_t k = 0; k < full.kernels.size(); ++k) {
    EXPECT_EQ(fast.kernels[k].step_ends, full.kernels[k].step_ends) << what;
    EXPECT_FALSE(full.kernels[k].steady) << what;
  }
  if (fast.kernels.empty() || !fast.kernels[0].steady) return fast.steps;
  return fast.kernels[0].steady->simulated;
}

TEST(Steady, LongDecodesOfTheU250) {
  for (const char* name :
       {"u250_mmfree_24", "u250_mmfree_30", "u250_mmfree_33", "u250_mmfree_48"}) {
    EXPECT_LT(compare(board(name), {0, 40, 0}), 20U) << name;
  }
}

TEST(Steady, EveryLengthAndEveryPrompt) {
  const BoardSpec b = board("u250_mmfree_48");
  for (std::uint32_t n = 1; n < 14; ++n) compare(b, {0, n, 0});
  for (const std::uint32_t prompt : {1U, 2U, 5U, 17U, 30U}) compare(b, {prompt, 9, 0});
}

TEST(Steady, TwoRoundsAndPartlyFilledKernels) {
  compare(board("u250_mmfree_48"), {0, 15, 20});
  compare(board("u250_mmfree_48"), {3, 15, 96});
}

TEST(Steady, TheByteWiseCoreOfTheD5005) {
  BoardSpec b = board("d5005_mmfree");
  b.cores[0].core.vector_length = 192;
  EXPECT_LT(compare(b, {2, 20, 0}, tiny_model(1, 64)), 22U);
}

TEST(Steady, HostInTheLoop) {
  compare(board("k26_mmfree"), {0, 12, 0}, tiny_model(1, 256));
  BoardSpec b = board("u250_mmfree_48");
  b.mapping.lm_head = Target::host;
  compare(b, {5, 40, 0}, tiny_model(1));
}

TEST(Steady, OddClocks) {
  for (const double mhz : {299.0, 312.5, 333.333, 287.123456}) {
    BoardSpec b = board("u250_mmfree_24");
    for (CoreGroup& g : b.cores) g.core.clock = Frequency{mhz * 1e6};
    compare(b, {0, 25, 0}, tiny_model(1));
  }
}

TEST(Steady, KernelsThatShareAChannel) {
  BoardSpec b = board("u250_mmfree_24");
  b.cores[0].channels = {0, 0};
  compare(b, {0, 12, 0});
}

TEST(Steady, SomeOfTheLayers) {
  compare(board("u250_mmfree_48"), {0, 30, 0, 3}, tiny_model(6));
  compare(board("u250_mmfree_48"), {4, 7, 20, 2}, tiny_model(6));
  compare(board("k26_mmfree"), {0, 12, 0, 3}, tiny_model(6, 256));
  BoardSpec b = board("u250_mmfree_48");
  b.mapping.lm_head = Target::host;
  compare(b, {5, 40, 0, 2}, tiny_model(5));
  // The host between the layers, and steps that repeat themselves.
  b = test::with_fixed_memory(board("k26_mmfree"), 100);
  b.mapping = load<MappingSpec>(test::config("mappings/offload_matmul.yaml"));
  EXPECT_LT(compare(b, {9, 90, 1, 3}, tiny_model(6, 256)), 90U);
  const Result some = run_model(b, tiny_model(6, 256), {9, 90, 1, 3});
  const Result all = run_model(b, tiny_model(6, 256), {9, 90, 1});
  EXPECT_NEAR(some.elapsed / all.elapsed, 1, 1e-6);
  EXPECT_NEAR(some.first_token / all.first_token, 1, 1e-6);
}

TEST(Steady, OtherMemories) {
  compare(test::with_fixed_memory(board("u250_mmfree_24"), 20), {0, 12, 0});
  BoardSpec b = board("u250_mmfree_24");
  b.mapping.vectors_in = "uram";
  MemoryGroup scratch = b.memories[0];
  scratch.name = "uram";
  scratch.memory = load<MemorySpec>(test::config("memories/uram_weights.yaml"));
  scratch.memory.capacity = Bytes{64.0 * 1024 * 1024};
  b.memories.push_back(scratch);
  compare(b, {0, 20, 0});
  b.memories[0].memory = load<MemorySpec>(test::config("memories/lpddr4_3200_x16_refpb.yaml"));
  compare(b, {0, 8, 0});
}

TEST(Steady, AThousandTokensCostAFew) {
  const Result r = run_model(board("u250_mmfree_48"), tiny_model(), {0, 1000, 0});
  ASSERT_TRUE(r.kernels[0].steady);
  EXPECT_EQ(r.kernels[0].step_ends.size(), 1000U);
  EXPECT_LT(r.kernels[0].steady->simulated, 40U);
}

TEST(Steady, ProgressReachesTheEnd) {
  std::vector<std::uint32_t> seen;
  const auto progress = [&](std::uint32_t done, std::uint32_t total) {
    EXPECT_EQ(total, 100U);
    seen.push_back(done);
  };
  static_cast<void>(run_model(board("u250_mmfree_24"), tiny_model(), {0, 100, 0}, {progress}));
  EXPECT_LT(seen.size(), 50U);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  EXPECT_EQ(seen.back(), 100U);
}

TEST(Recurrence, NeedsEqualStepsWholeRefreshIntervalsAndARefresh) {
  const MemorySpec ddr = board("u250_mmfree_24").memories[0].memory;  // 7.8 us: 2340 cycles
  const auto found = [&](std::uint64_t end, std::uint64_t digest, bool renewed) {
    Recurrence r({Frequency{300e6}}, {&ddr});
    EXPECT_FALSE(r.add({{1000}, {7}, true, {}}));
    const auto repetition = r.add({{end}, {digest}, renewed, {}});
    if (repetition) {
      EXPECT_EQ(repetition->first, 1U);
      EXPECT_EQ(repetition->period, 1U);
    }
    return repetition.has_value();
  };
  EXPECT_TRUE(found(1000 + 2340, 7, true));
  EXPECT_TRUE(found(1000 + 2340 * 17, 7, true));
  EXPECT_FALSE(found(1000 + 2341, 7, true));
  EXPECT_FALSE(found(1000 + 2340, 8, true));
  EXPECT_FALSE(found(1000 + 2340, 7, false));
}

TEST(Recurrence, ClocksThatDoNotDivideTheIntervalNeedMoreOfThem) {
  const MemorySpec ddr = board("u250_mmfree_24").memories[0].memory;
  // 2597.4 cycles of 333 MHz: five intervals are the first whole number.
  EXPECT_FALSE(same_after(ddr, 2597, Frequency{333e6}));
  EXPECT_TRUE(same_after(ddr, 12987, Frequency{333e6}));
  EXPECT_FALSE(same_after(ddr, 12988, Frequency{333e6}));
  EXPECT_FALSE(same_after(ddr, 12987, Frequency{333e6 + 0.25}));
}

TEST(Recurrence, InsertsTheStepsLeftOut) {
  // Steps of 10, then of 20 and 30 in turn; two turns are left out.
  std::vector<std::uint64_t> ends{10, 30, 60, 80, 110};
  insert_steps(ends, {1, 2, 2, {}, {}}, 50);
  EXPECT_EQ(ends, (std::vector<std::uint64_t>{10, 30, 60, 80, 110, 130, 160, 180, 210}));
}

}  // namespace
}  // namespace tritsim
