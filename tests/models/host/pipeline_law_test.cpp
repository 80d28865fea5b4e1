// SPDX-License-Identifier: Apache-2.0
#include "models/host/pipeline_law.hpp"

#include <algorithm>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

namespace tritsim {
namespace {

Pipeline equal(std::size_t stages, std::size_t steps, double time, double hop,
               std::uint32_t sequence_groups, std::uint32_t known = 1) {
  return {std::vector<std::vector<Time>>(stages, std::vector<Time>(steps, Time{time})),
          std::vector<Time>(stages, Time{hop}), sequence_groups, known};
}

double end(const Pipeline& pipeline) {
  return step_ends(pipeline).back().back().si();
}

TEST(PipelineLaw, OneStageIsNoPipeline) {
  const StepEnds ends = step_ends(equal(1, 3, 2, 0, 1));
  ASSERT_EQ(ends.size(), 1U);
  EXPECT_EQ(ends[0], (std::vector{Time{2}, Time{4}, Time{6}}));
}

TEST(PipelineLaw, OneGroupTakesTheSumOfStagesAndHopsForAStep) {
  // Three steps of four stages; the last step does not go back.
  EXPECT_DOUBLE_EQ(end(equal(4, 3, 2, 0.5, 1)), 3 * (4 * 2 + 4 * 0.5) - 0.5);
}

TEST(PipelineLaw, AFullPipeOfEqualStagesFinishesAGroupEachStageTime) {
  // Filling takes three stages; then every stage time one of 4 sequence_groups x 10 steps is done.
  EXPECT_DOUBLE_EQ(end(equal(4, 10, 2, 0, 4)), (3 + 4 * 10) * 2.0);
}

TEST(PipelineLaw, AFullPipeRunsAtThePaceOfItsSlowestStage) {
  Pipeline pipeline = equal(3, 100, 1, 0, 8);
  pipeline.stages[1].assign(100, Time{5});
  EXPECT_DOUBLE_EQ(end(pipeline), 1 + 5 * 8 * 100.0 + 1);
}

TEST(PipelineLaw, APromptOfOneSequenceFillsThePipe) {
  EXPECT_DOUBLE_EQ(end(equal(4, 10, 2, 0, 1, 10)), (3 + 10) * 2.0);
}

TEST(PipelineLaw, NoWorkEndsAtOnce) {
  EXPECT_DOUBLE_EQ(end(equal(4, 10, 0, 0, 2)), 0);
  EXPECT_TRUE(step_ends({}).empty());
}

TEST(PipelineLaw, AFirstStageWithAStepMoreEndsTheRun) {
  Pipeline pipeline = equal(2, 1, 3, 0, 1);
  pipeline.stages[0] = {Time{1}, Time{2}};
  const StepEnds ends = step_ends(pipeline);
  EXPECT_EQ(ends[0], (std::vector{Time{1}, Time{6}}));
  EXPECT_EQ(ends[1], std::vector{Time{4}});
}

/// The longest path by events: each work begins when what it needs is over.
double by_events(const Pipeline& p) {
  const std::size_t stages = p.stages.size();
  const std::size_t steps = p.stages[0].size();

  struct Work {
    double begin = 0, end = -1;
  };

  std::vector<Work> all(stages * p.sequence_groups * steps);
  const auto at = [&](std::size_t s, std::size_t g, std::size_t t) -> Work& {
    return all[(t * p.sequence_groups + g) * stages + s];
  };
  // Relaxes until nothing moves: an order of its own, unlike that of the law.
  for (bool moved = true; moved;) {
    moved = false;
    for (std::size_t t = steps; t-- > 0;) {
      for (std::size_t g = p.sequence_groups; g-- > 0;) {
        for (std::size_t s = stages; s-- > 0;) {
          double begin = 0;
          if (s > 0) begin = std::max(begin, at(s - 1, g, t).end + p.hops[s - 1].si());
          if (s == 0 && t >= p.known) {
            begin = std::max(begin, at(stages - 1, g, t - 1).end + p.hops.back().si());
          }
          if (g > 0) begin = std::max(begin, at(s, g - 1, t).end);
          if (g == 0 && t > 0) begin = std::max(begin, at(s, p.sequence_groups - 1, t - 1).end);
          const double finish = begin + p.stages[s][t].si();
          if (finish != at(s, g, t).end) {
            at(s, g, t) = {begin, finish};
            moved = true;
          }
        }
      }
    }
  }
  return at(stages - 1, p.sequence_groups - 1, steps - 1).end;
}

TEST(PipelineLaw, IsTheLongestPathOfRandomPipes) {
  std::mt19937 random(5);
  std::uniform_int_distribution<std::uint32_t> few(1, 5);
  std::uniform_real_distribution<double> time(0, 3);
  for (int n = 0; n < 200; ++n) {
    Pipeline p = equal(few(random), few(random), 0, 0, few(random), few(random));
    for (auto& stage : p.stages) {
      for (Time& t : stage) t = Time{time(random)};
    }
    for (Time& hop : p.hops) hop = Time{time(random)};
    EXPECT_NEAR(end(p), by_events(p), 1e-9) << n;
  }
}

}  // namespace
}  // namespace tritsim
