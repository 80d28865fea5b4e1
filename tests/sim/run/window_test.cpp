// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "sim/run/run.hpp"
#include "sim/run/short_run.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

/// Six blocks of a small Gemma: five keep 24 positions, one all of them.
ModelSpec small_gemma() {
  ModelSpec m = test::model("gemma3_1b");
  m.set("layers", 6);
  m.set("hidden", 128);
  m.set("intermediate", 256);
  m.set("vocabulary", 500);
  m.set("heads", 4);
  m.set("head_width", 32);
  m.set("window", 24);
  return m;
}

BoardSpec one_lane() {
  BoardSpec b = test::board("u250_dense");
  b.cores[0].channels = {0};
  b.cores[0].lanes = 1;
  return b;
}

Result run(std::uint32_t context, std::uint32_t steps, const BoardSpec& board) {
  Workload w{0, steps, 1};
  w.context = context;
  return run_model(board, small_gemma(), w);
}

std::uint64_t cache_read(const Result& r) {
  return r.kernels[0].activity.attention.value().bytes_read;
}

TEST(Windows, TheCacheReadIsThatOfEveryStep) {
  std::uint64_t bytes = 0;
  for (std::uint64_t c = 19; c < 19 + 12; ++c) {
    bytes += 2 * 32 * 2 * (5 * std::min<std::uint64_t>(c, 24) + c);
  }
  EXPECT_EQ(cache_read(run(18, 12, one_lane())), bytes);
}

TEST(Windows, StepsAreWhatSingleStepsAtTheirContextsAre) {
  const BoardSpec b = test::with_fixed_memory(one_lane(), 20);
  const Result all = run(18, 12, b);
  std::uint64_t end = 0;
  std::uint64_t read = 0;
  for (std::uint32_t step = 0; step < 12; ++step) {
    const Result one = run(18 + step, 1, b);
    end += one.kernels[0].step_ends[0];
    read += cache_read(one);
    EXPECT_NEAR(double(all.kernels[0].step_ends[step]), double(end), 64.0 * (step + 1)) << step;
  }
  EXPECT_EQ(cache_read(all), read);
}

// Windows fill up after 20 steps: where all positions counted, the step in the middle would stand
// for the mean; here one before it does.
TEST(Windows, AShortRunStandsForTheMeanOfAllSteps) {
  const BoardSpec b = test::with_fixed_memory(one_lane(), 20);
  for (const std::uint32_t steps : {8U, 60U}) {
    const Result all = run(4, steps, b);
    const ShortRun sample = short_run(all, RunSample::layers);
    const double mean = double(cache_read(all)) / steps;
    const double here = double(cache_read(sample.base)) / sample.base.steps;
    const double position = 6 * 2 * 32 * 2;  // bytes of one more position in all blocks
    EXPECT_NEAR(here, mean, position) << steps;
    EXPECT_NEAR(step_time(sample.base) / step_time(all), 1, 0.01) << steps;
  }
}

}  // namespace
}  // namespace tritsim
