// SPDX-License-Identifier: Apache-2.0
#include "sim/run/job_runs.hpp"

#include <gtest/gtest.h>

#include "arch/board/device_fit.hpp"
#include "sim/result/cost.hpp"
#include "sim/run/run.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

Cost cost(const Result& r) {
  return cost_of(r, price(r));
}

TEST(HeadlineJobRuns, TheGenerationAloneIsWhatFollowsTheFirstToken) {
  struct Case {
    const char* board;
    const char* model;
    Workload workload;
  };

  for (const Case& c : {Case{"u250_mmfree_48", "mmfreelm_370m", {5, 4, 8, 2}},
                        Case{"u250_dense", "transformer_370m_int4", {5, 4, 8, 2, 20}},
                        Case{"k26_dense", "transformer_370m_int4", {3, 3, 1, 2}},
                        Case{"kv260_llama", "llama2_7b_int4", {3, 3, 1, 2, 7}}}) {
    const Result job = run_model(test::board(c.board), test::model(c.model), c.workload);
    const auto generation = run_generation({job, {}});
    ASSERT_TRUE(generation) << c.board;
    EXPECT_EQ(generation->steps, c.workload.generate - 1);
    const double behind = (job.elapsed - job.first_token).si();
    EXPECT_NEAR(generation->elapsed.si() / behind, 1, 0.01) << c.board;
    // And so the prompt is what else the job costs.
    const auto prompt = run_model(test::board(c.board), test::model(c.model),
                                  {c.workload.prompt, 1, c.workload.batch, 2, c.workload.context});
    EXPECT_NEAR((cost(*generation).job_energy().value + cost(prompt).job_energy().value) /
                    cost(job).job_energy().value,
                1, 0.01)
        << c.board;
  }
}

TEST(HeadlineJobRuns, WithoutAPromptTheGenerationIsTheJob) {
  const Result job = run_model(test::board("u250_mmfree_48"), test::tiny_model(), {0, 4, 3});
  EXPECT_EQ(*run_generation({job, {}}), job);
  const Result one = run_model(test::board("u250_mmfree_48"), test::tiny_model(), {4, 1, 3});
  EXPECT_FALSE(run_generation({one, {}}));
}

TEST(HeadlineJobRuns, TheLanesOfABoardAreItsBestBatch) {
  struct Case {
    const char* board;
    const char* model;
    std::optional<std::uint32_t> blocks = 2;  ///< to simulate
  };

  for (const Case& c :
       {Case{"u250_mmfree_48", "mmfreelm_370m"}, Case{"u250_mmfree_24", "mmfreelm_1.3b"},
        Case{"u250_dense", "transformer_370m_int8"},
        Case{"u250_mmfree_24_tensor", "mmfreelm_370m", {}},
        Case{"k26_dense", "transformer_370m_int4"}}) {
    const BoardSpec board = test::board(c.board);
    const ModelSpec model = test::model(c.model);
    const std::uint32_t lanes = board.lanes();
    const auto rate = [&](std::uint32_t batch) {
      return cost(run_model(board, model, {0, 2, batch, c.blocks})).tokens_per_second();
    };
    const Result one = run_model(board, model, {0, 2, 1, c.blocks});
    const auto best = run_best_batch({one, {}});
    ASSERT_TRUE(best) << c.board;
    EXPECT_EQ(best->workload.batch, lanes);
    for (const std::uint32_t batch : {1U, (lanes + 1) / 2, lanes, lanes + 1, 2 * lanes}) {
      EXPECT_LE(rate(batch), cost(*best).tokens_per_second() * (1 + 1e-9)) << c.board << batch;
    }
    // Rounds do not make it better: a job of two of them has the same best batch.
    const Result two = run_model(board, model, {0, 2, 2 * lanes, c.blocks});
    EXPECT_EQ(run_best_batch({two, {}})->workload.batch, lanes);
  }
}

TEST(HeadlineJobRuns, ABoardWhoseMemoriesHoldFewerCachesHasASmallerBestBatch) {
  BoardSpec board = test::board("u250_dense");
  board.memories[0].memory.capacity = Bytes{5e8};  // 0.2 GB of weights, 0.05 GB a sequence
  const ModelSpec model = test::model("transformer_370m_int4");
  const auto run = [&](std::uint32_t batch) {
    return run_model(board, model, {0, 1, batch, 2, 1000});
  };
  const auto best = run_best_batch({run(1), {}});
  ASSERT_TRUE(best);
  const std::uint32_t batch = best->workload.batch;
  EXPECT_GT(batch, 1U);
  EXPECT_LT(batch, board.lanes());
  EXPECT_NO_THROW(static_cast<void>(run(batch)));
  EXPECT_THROW(static_cast<void>(run(batch + 1)), DoesNotFit);
}

}  // namespace
}  // namespace tritsim
