// SPDX-License-Identifier: Apache-2.0
// Prompts whose tokens are taken in lanes.
#include <gtest/gtest.h>

#include "sim/plan/plan_system.hpp"
#include "sim/run/run.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

BoardSpec u250(PromptTokens prompt) {
  BoardSpec b = test::board("u250_mmfree_48");
  b.mapping.prompt = prompt;
  return b;
}

BoardSpec dense(std::uint32_t lanes) {
  BoardSpec b = test::board("u250_dense");
  b.mapping.prompt = PromptTokens::in_lanes;
  b.cores[0].lanes = lanes;
  b.cores[0].channels = {0};
  return b;
}

std::uint64_t reads(const Result& r) {
  std::uint64_t bytes = 0;
  for (const MemoryResult& m : r.memories) bytes += m.activity.bytes_read * m.replicas;
  return bytes;
}

TEST(Prompt, IsLaidOverTheKernelsThatTakeTheFewestSteps) {
  const BoardSpec b = u250(PromptTokens::in_lanes);  // kernels of 14, 14, 14 and 6 lanes
  EXPECT_EQ(lay_out_prompt(b, 1, 140), (PromptLayout{1, 14, 10, 1}));
  EXPECT_EQ(lay_out_prompt(b, 3, 141), (PromptLayout{3, 14, 11, 1}));
  EXPECT_EQ(lay_out_prompt(b, 4, 140), (PromptLayout{2, 14, 10, 2}));  // 4 x 6 lanes: 24 steps
  EXPECT_EQ(lay_out_prompt(b, 4, 6), (PromptLayout{4, 6, 1, 1}));
}

TEST(Prompt, IsLaidOverTheKernelsOfAllCards) {
  BoardSpec b = test::board("u250_dense_4_cards");
  b.mapping.parallel.reset();
  b.mapping.prompt = PromptTokens::in_lanes;
  const PromptLayout layout = lay_out_prompt(b, 100, 28);
  EXPECT_EQ(layout.kernels, b.cores[0].kernels() * 4);
  ModelSpec model = test::model("transformer_370m_int8");
  model.set("layers", 1);
  std::uint32_t kernels = 0;
  for (const KernelResult& k : run_model(b, model, {28, 0, 100}).kernels) kernels += k.replicas;
  EXPECT_EQ(kernels, layout.kernels);
}

TEST(Prompt, InLanesComesInEarlierButNotByMoreThanTheLanes) {
  const ModelSpec model = test::tiny_model();
  const Workload workload{141, 3, 1};
  const Result one = run_model(u250(PromptTokens::one_by_one), model, workload);
  const Result lanes = run_model(u250(PromptTokens::in_lanes), model, workload);
  EXPECT_LT(lanes.first_token, one.first_token);
  EXPECT_GT(lanes.first_token * 14.0, one.first_token);
  ASSERT_TRUE(lanes.prompt);
  EXPECT_EQ(lanes.prompt->tokens, 140U);
  EXPECT_EQ(lanes.prompt->tokens_at_once, 14U);
  EXPECT_EQ(lanes.prompt->steps, 10U);
  EXPECT_LT(lanes.prompt->energy_low, lanes.prompt->energy);
  EXPECT_EQ(lanes.workload, workload);
}

TEST(Prompt, TheGenerationIsThatBehindOneToken) {
  const ModelSpec model = test::tiny_model();
  const Result whole = run_model(u250(PromptTokens::in_lanes), model, {50, 5, 2});
  const Result behind = run_model(u250(PromptTokens::one_by_one), model, {1, 5, 2});
  EXPECT_EQ(whole.elapsed, behind.elapsed);
  EXPECT_EQ(whole.kernels, behind.kernels);
  EXPECT_EQ(whole.first_token, whole.prompt.value().elapsed + behind.first_token);
}

TEST(Prompt, OneLaneIsOneTokenAfterTheOther) {
  BoardSpec b = u250(PromptTokens::in_lanes);
  b.cores.resize(1);
  b.cores[0].lanes = 1;
  b.cores[0].channels = {0};
  b.mapping.ops["final_norm"] = Target::excluded;  // in lanes it is left out with the projection
  const ModelSpec model = test::tiny_model();
  const Result lanes = run_model(b, model, {20, 0, 1});
  b.mapping.prompt = PromptTokens::one_by_one;
  const Result one = run_model(b, model, {20, 0, 1});
  EXPECT_EQ(lanes.elapsed, one.elapsed);
  EXPECT_EQ(lanes.tokens(), one.tokens());
}

TEST(Prompt, WeightsAreReadOnceForTheTokensInLanes) {
  const ModelSpec model = test::tiny_model();
  const Result lanes = run_model(u250(PromptTokens::in_lanes), model, {140, 0, 1});
  const Result one = run_model(u250(PromptTokens::one_by_one), model, {10, 0, 1});
  EXPECT_EQ(lanes.tokens(), 140);
  EXPECT_EQ(lanes.kernels[0].activity.weight_bytes, one.kernels[0].activity.weight_bytes);
}

TEST(Prompt, RecurrencesTakeTheirTurns) {
  const ModelSpec model = test::tiny_model(1);
  const auto recurrence = [&](const BoardSpec& b, const Workload& w) {
    std::uint64_t elements = 0;
    const Result r = run_model(b, model, w);
    for (const OpCycles& op : r.kernels[0].ops) {
      if (op.kind == "recurrence") elements += op.elements;
    }
    return elements;
  };
  EXPECT_EQ(recurrence(u250(PromptTokens::in_lanes), {14, 0, 1}),
            14 * recurrence(u250(PromptTokens::one_by_one), {1, 0, 14}));
}

TEST(Prompt, TheFinalProjectionIsForTheLastTokenAlone) {
  ModelSpec model = test::model("transformer_370m_int8");
  model.set("layers", 1);
  BoardSpec b = dense(4);
  b.mapping.lm_head = Target::core;
  const auto head = [](const Result& r) {
    std::uint64_t instructions = 0;
    for (const OpCycles& op : r.kernels[0].ops) {
      if (op.name == "lm_head" || op.name == "final_norm") instructions += op.instructions;
    }
    return instructions;
  };
  EXPECT_EQ(head(run_model(b, model, {9, 0, 1})), 0U);
  EXPECT_GT(head(run_model(b, model, {9, 1, 1})), 0U);
}

TEST(Prompt, EveryLaneAttendsToAllPositionsUpToItsStepsLast) {
  ModelSpec model = test::model("transformer_370m_int8");
  model.set("layers", 1);
  constexpr std::uint32_t lanes = 4;
  constexpr std::uint32_t context = 100;
  const Result r = run_model(dense(lanes), model, {8, 0, 1, {}, context});
  const std::uint64_t row = 2 * 1024;  // keys and values in int8
  std::uint64_t cache = 0;
  for (const std::uint64_t step : {1, 2}) cache += lanes * row * (context + step * lanes);
  const Result none = run_model(dense(lanes), model, {8, 0, 1});
  std::uint64_t cache_of_none = 0;
  for (const std::uint64_t step : {1, 2}) cache_of_none += lanes * row * step * lanes;
  EXPECT_EQ(reads(r) - reads(none), cache - cache_of_none);
  EXPECT_EQ(r.context, context);
}

TEST(Prompt, TheGenerationFindsThePromptInTheCache) {
  ModelSpec model = test::model("transformer_370m_int8");
  model.set("layers", 1);
  const Result whole = run_model(dense(4), model, {9, 2, 1, {}, 10});
  BoardSpec b = dense(4);
  b.mapping.prompt = PromptTokens::one_by_one;
  EXPECT_EQ(whole.elapsed, run_model(b, model, {1, 2, 1, {}, 18}).elapsed);
}

}  // namespace
}  // namespace tritsim
