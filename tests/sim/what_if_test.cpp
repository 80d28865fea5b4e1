// SPDX-License-Identifier: Apache-2.0
// "Bound by" is a claim: what is named has to help, and nothing else may help more. Here it is held
// to that on every shipped board with every shipped model that it takes, by simulations of all
// blocks, not of the sample that the claim was made from.
#include "sim/what_if.hpp"

#include <algorithm>
#include <filesystem>

#include <gtest/gtest.h>

#include "arch/reader.hpp"
#include "sim/relieve.hpp"
#include "sim/result/floors.hpp"
#include "sim/run.hpp"
#include "tests/sim/shipped.hpp"
#include "tests/support/files.hpp"

namespace tritsim {
namespace {

std::string name_of_file(const testing::TestParamInfo<std::string>& file) {
  return test::test_name(std::filesystem::path(file.param).stem().string());
}

/// A run of the model on the board, if the board takes it.
std::optional<Result> run_if_it_can(const BoardSpec& board, const ModelSpec& model) {
  try {
    return run_model(board, model, {0, 2, 0});
  } catch (const ConfigError&) {
    return {};
  }
}

/// Every shipped board, with every shipped model that it takes.
class HeadlineBound : public testing::TestWithParam<std::string> {
 protected:
  template <class F>
  void each_run(F&& check) {
    const auto board = load<BoardSpec>(test::source_dir() + GetParam());
    for (const std::string& file : test::files_below("configs/models", ".yaml")) {
      const auto model = load<ModelSpec>(test::source_dir() + file);
      const std::optional<Result> result = run_if_it_can(board, model);
      if (!result || result->kernels.empty()) continue;
      SCOPED_TRACE(board.name + ", " + model.name);
      check(*result, model);
    }
  }
};

INSTANTIATE_TEST_SUITE_P(Board, HeadlineBound,
                         testing::ValuesIn(test::files_below("configs/boards", ".yaml")),
                         name_of_file);

double speedup(const Result& base, const ModelSpec& model, const BoardSpec& board) {
  return base.elapsed / run_model(board, model, {0, 2, 0}).elapsed;
}

TEST_P(HeadlineBound, NothingHelpsMoreThanTheBound) {
  each_run([](const Result& base, const ModelSpec& model) {
    const WhatIf found = what_if(base);
    ASSERT_FALSE(found.bound.empty());
    BoardSpec all = base.board;
    for (const Resource r : found.bound) all = relieve(all, r);
    const double bound = speedup(base, model, all);
    for (const ResourceText& text : resource_texts) {
      if (text.resource == Resource::weight_bits) continue;  // a remedy, no resource
      const double other = speedup(base, model, relieve(base.board, text.resource));
      EXPECT_LE(other, bound * 1.01) << text.name;
    }
    const double step = base.elapsed.si() / base.rounds / base.steps;
    double busy = 0;
    for (const Floor& floor : floors_of(base)) {
      const bool named =
          std::find(found.bound.begin(), found.bound.end(), floor.resource) != found.bound.end();
      if (named) busy = std::max(busy, floor.time.si() / step);
    }
    if (busy >= 0.8) {
      EXPECT_GE(bound, 1.1) << text_of(found.bound.front()).name << " is at work for " << busy;
    }
  });
}

TEST_P(HeadlineBound, TheSampleSaysWhatAllBlocksSay) {
  each_run([](const Result& base, const ModelSpec& model) {
    const WhatIf found = what_if(base);
    for (const Relief& relief : found.reliefs) {
      const double all = speedup(base, model, relieve(base.board, relief.resource));
      EXPECT_NEAR(relief.speedup / all, 1, 0.01) << text_of(relief.resource).name;
    }
  });
}

TEST_P(HeadlineBound, NoResourceNeedsMoreTimeThanTheRunTook) {
  each_run([](const Result& base, const ModelSpec&) {
    const double step = base.elapsed.si() / base.rounds / base.steps;
    for (const Floor& floor : floors_of(base)) {
      EXPECT_LE(floor.time.si(), step * (1 + 1e-9))
          << text_of(floor.resource).name << " of " << floor.where;
    }
  });
}

TEST_P(HeadlineBound, AFasterResourceNeverSlowsARun) {
  each_run([](const Result& base, const ModelSpec& model) {
    for (const ResourceText& text : resource_texts) {
      EXPECT_GE(speedup(base, model, relieve(base.board, text.resource)), 0.999) << text.name;
    }
  });
}

TEST(HeadlineBoundOf, Llama7BOnTheKV260IsItsMemoryNotItsMultipliers) {
  const BoardSpec board = test::board("kv260_llama");
  const ModelSpec model = test::model("llama2_7b_w4_kv8");
  const Result base = run_model(board, model, {0, 2, 0}, {}, 512);
  const WhatIf found = what_if(base);
  EXPECT_EQ(found.bound.front(), Resource::memory);
  // Twice the rows of the array, as its user would try it.
  BoardSpec wider = board;
  wider.cores[0].core.mac->rows *= 2;
  const Result more = run_model(wider, model, {0, 2, 0}, {}, 512);
  EXPECT_NEAR(base.elapsed / more.elapsed, 1, 0.005);
}

// ---- reliefs against closed forms

/// One product of a core that nothing but its matrix unit holds back.
Result product(const BoardSpec& board) {
  std::vector<std::string> warnings;
  return run_program(test::with_fixed_memory(board, 1), "tmatmul v1, v0, W\n", "p", warnings);
}

TEST(Relieve, ATwiceAsFastMatrixUnitTakesHalfTheTimeOfItsProducts) {
  BoardSpec board = test::board("d5005_mmfree");
  board.cores[0].core.ternary->fetch.outstanding = 64;
  const Result before = product(board);
  const Result after = product(relieve(board, Resource::matrix_unit));
  const Time working = before.kernels[0].activity.working;
  EXPECT_NEAR(after.kernels[0].activity.working / working, 0.5, 1e-9);
  EXPECT_GT(working, Time{});
}

TEST(Relieve, HalfTheWeightBitsMoveHalfTheBytes) {
  const BoardSpec board = test::board("d5005_mmfree");
  const Result before = product(board);
  const Result after = product(relieve(board, Resource::weight_bits));
  EXPECT_EQ(after.kernels[0].activity.weight_bytes * 2, before.kernels[0].activity.weight_bytes);
}

TEST(Relieve, ATwiceAsFastMemoryKeepsTheChargeOfItsEvents) {
  const BoardSpec board = relieve(test::board("u250_mmfree_48"), Resource::memory);
  const DramSpec& now = *board.memories[0].memory.dram;
  const DramSpec before = *test::board("u250_mmfree_48").memories[0].memory.dram;
  EXPECT_EQ(now.peak(), before.peak() * 2);
  ASSERT_TRUE(now.supply.measured_at);
}

TEST(Relieve, OnlyTheNamedPartIsFaster) {
  const BoardSpec board = test::board("k26_bitnet");
  for (const ResourceText& text : resource_texts) {
    EXPECT_EQ(relieve(board, text.resource).power, board.power) << text.name;
    EXPECT_EQ(relieve(board, text.resource).mapping, board.mapping) << text.name;
  }
}

TEST(WhatIf, AProgramIsRunAgainToo) {
  const BoardSpec board = test::board("d5005_mmfree");
  const WhatIf found = what_if(board, product);
  EXPECT_EQ(found.steps, 1U);
  EXPECT_FALSE(found.bound.empty());
}

TEST(WhatIf, StepsThatDifferAreTakenFromTheMiddle) {
  const Result r =
      run_model(test::board("kv260_llama"), test::model("llama2_7b_w4_kv8"), {0, 6, 0}, {}, 100);
  const WhatIf found = what_if(r);
  EXPECT_EQ(found.steps, 2U);
  EXPECT_EQ(found.context, 102U);
}

}  // namespace
}  // namespace tritsim
