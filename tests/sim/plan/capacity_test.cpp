// SPDX-License-Identifier: Apache-2.0
// What lies in the memories of a run, and whether they hold it.
#include "sim/plan/capacity.hpp"

#include <gtest/gtest.h>

#include "sim/result/run_fit.hpp"
#include "sim/run/run.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

using test::board;
using test::tiny_model;

ModelSpec cached() {
  ModelSpec m = test::model("transformer_370m_int8");
  m.set("layers", 2);
  m.set("vocabulary", 1024);
  return m;
}

double used(const BoardSpec& b, const ModelSpec& m, const Workload& w) {
  const Result r = run_model(b, m, w);
  EXPECT_EQ(r.capacity.size(), 1U);
  return r.capacity.at(0).need.value;
}

/// Bytes of keys and values of one sequence with `positions`, of all layers.
double cache_bytes(const ModelSpec& m, std::uint32_t positions) {
  double bytes = 0;
  const Trace t = expand(m, positions);
  for (const Op& op : t.ops) bytes += t.cache_bytes(op).si();
  return bytes;
}

TEST(Capacity, HoldsTheWeightsAndTheCacheOfTheLongestContext) {
  const BoardSpec b = board("k26_dense");
  const ModelSpec m = cached();
  const double few = used(b, m, {0, 1, 1});
  const double many = used(b, m, {0, 1, 1, {}, 4000});
  EXPECT_NEAR(many - few, cache_bytes(m, 4001), 0.1 * cache_bytes(m, 4001));
  EXPECT_NEAR(used(b, m, {0, 4, 1, {}, 3997}), many, 64 * 4096);
}

TEST(Capacity, LanesEachHaveACacheAndWeightsAreShared) {
  BoardSpec b = board("k26_dense");
  const ModelSpec m = cached();
  b.cores[0].lanes = 4;
  const double one = used(b, m, {0, 1, 1, {}, 4000});
  const double four = used(b, m, {0, 1, 4, {}, 4000});
  EXPECT_NEAR(four - one, 3 * cache_bytes(m, 4001), 0.05 * cache_bytes(m, 4001));
}

TEST(Capacity, HeadlineSequencesThatWaitForTheirRoundHoldTheirContext) {
  const BoardSpec b = board("k26_dense");
  const ModelSpec m = cached();
  const double one = used(b, m, {0, 1, 1, {}, 4000});
  const double three = used(b, m, {0, 1, 3, {}, 4000});
  EXPECT_NEAR(three - one, 2 * cache_bytes(m, 4000), 0.05 * cache_bytes(m, 4000));
  // Without a context a round's caches make room for the next one's.
  EXPECT_EQ(used(b, m, {0, 4, 1}), used(b, m, {0, 4, 3}));
}

TEST(Capacity, HeadlineCachesOfAllSequencesInFlightMustFit) {
  BoardSpec b = board("k26_dense");
  const ModelSpec m = cached();
  const Workload w{0, 1, 64, {}, 4000};
  b.memories[0].memory.capacity = Bytes{1e9};
  EXPECT_TRUE(fit_of(run_model(b, m, {0, 1, 1, {}, 4000})).fits());
  try {
    static_cast<void>(run_model(b, m, w));
    FAIL() << "64 caches of " << cache_bytes(m, 4000);
  } catch (const DoesNotFit& e) {
    EXPECT_FALSE(e.fit().fits());
    EXPECT_NE(e.fit().text().find("% of memory 'ddr'"), std::string::npos) << e.fit().text();
    EXPECT_NE(std::string(e.what()).find("fewer sequences"), std::string::npos) << e.what();
  }
}

TEST(Capacity, KernelsOnOneChannelShareTheWeightsAlone) {
  BoardSpec b = board("u250_mmfree_48");
  b.cores.resize(1);
  b.cores[0].channels = {0};
  b.cores[0].lanes = 4;
  const ModelSpec m = tiny_model();
  const double one = used(b, m, {0, 1, 0});
  b.cores[0].lanes = 8;
  const double wide = used(b, m, {0, 1, 0});
  b.cores[0].lanes = 4;
  b.cores[0].channels = {0, 0};
  EXPECT_NEAR(used(b, m, {0, 1, 0}), wide, 0.01 * wide);
  EXPECT_GT(wide, one);
}

TEST(Capacity, StagesOfAPipelineHoldTheStatesOfAllGroups) {
  BoardSpec b = board("u250_mmfree_24_tensor");
  b.mapping.parallel = ParallelSpec{};
  b.mapping.parallel->pipeline = 2;
  const std::uint32_t lanes = b.cores[0].lanes;
  const Result few = run_model(b, tiny_model(4), {0, 2, lanes});
  const Result all = run_model(b, tiny_model(4), {0, 2, 2 * lanes});
  ASSERT_EQ(few.parallel->sequence_groups, 1U);
  ASSERT_EQ(all.parallel->sequence_groups, 2U);
  EXPECT_GT(all.capacity.at(0).need.value, few.capacity.at(0).need.value);
}

TEST(Capacity, ASampleOfLayersTakesTheRoomOfAll) {
  const BoardSpec b = board("u250_mmfree_24");
  const double whole = used(b, tiny_model(6), {0, 1, 0});
  EXPECT_NEAR(used(b, tiny_model(6), {0, 1, 0, 3}), whole, 0.01 * whole);
}

TEST(Capacity, APromptInLanesFillsTheCachesOfAllSequences) {
  BoardSpec b = board("k26_dense");
  b.cores[0].lanes = 4;
  b.mapping.prompt = PromptTokens::in_lanes;
  const ModelSpec m = cached();
  const double one = used(b, m, {512, 0, 4});
  const double more = used(b, m, {512, 0, 12});
  EXPECT_NEAR(more - one, 8 * cache_bytes(m, 512), 0.1 * cache_bytes(m, 512));
  EXPECT_NEAR(used(b, m, {512, 2, 12}), more, 0.1 * more);
}

}  // namespace
}  // namespace tritsim
