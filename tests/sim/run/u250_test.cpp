// SPDX-License-Identifier: Apache-2.0
// Published throughput of the "ternip" design on the Alveo U250 (sifferman/ternip work log):
// MMfreeLM 370M, blocks only, sum over all lanes. Nothing in the configuration was fitted to it.
#include <gtest/gtest.h>

#include "sim/result/energy.hpp"
#include "sim/result/go_overlap.hpp"
#include "sim/run/run.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

using test::board;
using test::model;

struct Case {
  const char* board;
  double tokens_per_s;
};

class PublishedThroughput : public testing::TestWithParam<Case> {};

TEST_P(PublishedThroughput, IsPredictedWithinThreePercent) {
  const Result r = run_model(board(GetParam().board), model("mmfreelm_370m"), {0, 16, 0});
  EXPECT_NEAR(r.tokens_per_second().si(), GetParam().tokens_per_s, 0.03 * GetParam().tokens_per_s);
}

INSTANTIATE_TEST_SUITE_P(U250, PublishedThroughput,
                         testing::Values(Case{"u250_mmfree_24", 1943}, Case{"u250_mmfree_30", 2417},
                                         Case{"u250_mmfree_33", 2641},
                                         Case{"u250_mmfree_48", 3711.77}));

// The authors' own cycle model, for one lane alone: 53.6 % of the cycles only a GO, 24.3 % only
// other work, 22.1 % both. It counts a GO as D^2 / TP cycles, an eighth less than the RTL takes,
// and a sigmoid as D, twice what it takes: its GOs are shorter and its other work is longer.
TEST(U250, CycleSharesAreNearTheAuthorsModel) {
  const Result r = run_model(board("u250_mmfree_24"), model("mmfreelm_370m"), {0, 4, 0});
  const GoOverlap o = go_overlap(r.kernels[0]);
  const auto cycles = static_cast<double>(r.kernels[0].activity.cycles);
  EXPECT_NEAR(o.go_only / cycles, 0.536, 0.11);
  EXPECT_NEAR(o.other_only / cycles, 0.243, 0.07);
  EXPECT_NEAR(o.both / cycles, 0.221, 0.05);
}

TEST(U250, ThroughputPerLaneFallsAsLanesShareAChannel) {
  double before = 1e9;
  for (const std::uint32_t lanes : {1U, 6U, 9U, 14U, 28U}) {
    BoardSpec b = board("u250_mmfree_24");
    b.cores[0].lanes = lanes;
    const Result r = run_model(b, model("mmfreelm_370m"), {0, 1, 0});
    const double per_lane = r.tokens_per_second().si() / (4.0 * lanes);
    EXPECT_LT(per_lane, before);
    before = per_lane;
  }
}

// 53.35 W loaded, 40.35 W idle (card). Idle is calibrated; what work adds is predicted.
TEST(U250, LoadedPowerIsInsideItsRange) {
  const Result r = run_model(board("u250_mmfree_48"), model("mmfreelm_370m"), {0, 4, 0});
  const Range<Energy> e = price(r).total();
  EXPECT_LT((e.low / r.elapsed).si(), 53.35);
  EXPECT_GT((e.high / r.elapsed).si(), 53.35);
  EXPECT_NEAR((e.value / r.elapsed).si(), 53.35, 0.10 * 53.35);
}

}  // namespace
}  // namespace tritsim
