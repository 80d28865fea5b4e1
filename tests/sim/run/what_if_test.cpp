// SPDX-License-Identifier: Apache-2.0
// "Bound by" is a claim: what is named has to help, and nothing else may help more. Here it is held
// to that on every shipped board with every shipped model that it takes, by simulations of all
// blocks, not of the sample that the claim was made from.
#include "sim/run/what_if.hpp"

#include <algorithm>
#include <filesystem>

#include <gtest/gtest.h>

#include "arch/base/reader.hpp"
#include "sim/result/floors.hpp"
#include "sim/run/relieve.hpp"
#include "sim/run/run.hpp"
#include "tests/sim/shipped.hpp"
#include "tests/support/files.hpp"

namespace tritsim {
namespace {

std::string name_of_file(const testing::TestParamInfo<std::string>& file) {
  return test::test_name(std::filesystem::path(file.param).stem().string());
}

constexpr Workload work{0, 1, 0};

/// A run of the model on the board, if the board takes it.
std::optional<Result> run_if_it_can(const BoardSpec& board, const ModelSpec& model) {
  try {
    return run_model(board, model, work);
  } catch (const ConfigError&) {
    return {};
  }
}

/// Kernels that meet at the ports of one controller, and those with an attachment, are simulated
/// request by request.
bool is_slow(const BoardSpec& board) {
  const MemorySpec& memory = board.memories[0].memory;
  const bool ports = memory.dram && memory.dram->controller.port && board.cores[0].kernels() > 1;
  return ports || board.cores[0].core.attachment;
}

double speedup(const Result& base, const ModelSpec& model, const BoardSpec& board) {
  return base.elapsed / run_model(board, model, work).elapsed;
}

/// Of every resource twice as fast, with all blocks simulated.
std::vector<Relief> reliefs_of_all_blocks(const Result& base, const ModelSpec& model) {
  std::vector<Relief> out;
  for (const ResourceText& text : resource_texts) {
    const BoardSpec board = relieve(base.board, text.resource);
    out.push_back({text.resource, speedup(base, model, board), 1});
  }
  return out;
}

/// The share of a step for which the busiest of the named resources is at work.
double busy_share(const Result& base, const std::vector<Resource>& named) {
  const double step = base.elapsed.si() / base.rounds / base.steps;
  double share = 0;
  for (const Floor& floor : floors_of(base)) {
    EXPECT_LE(floor.time.si(), step * (1 + 1e-9))
        << text_of(floor.resource).name << " of " << floor.where << ": more than the time taken";
    if (std::find(named.begin(), named.end(), floor.resource) != named.end()) {
      share = std::max(share, floor.time.si() / step);
    }
  }
  return share;
}

/// Nothing helps more than the bound, and a bound that is at work most of the time helps.
void expect_bound(const Result& base, const WhatIf& found, const std::vector<Relief>& reliefs,
                  double bound) {
  for (const Relief& other : reliefs) {
    // A refresh may fall otherwise: a thousandth or two of a single token. Kernels that meet at one
    // controller may meet in other banks.
    const double least = is_slow(base.board) ? 0.95 : 0.997;
    EXPECT_GE(other.speedup, least) << text_of(other.resource).name << ": faster, and slower";
    if (other.resource == Resource::weight_bits) continue;  // a remedy, no resource
    EXPECT_LE(other.speedup, bound * 1.01) << text_of(other.resource).name;
  }
  const double busy = busy_share(base, found.bound);
  EXPECT_TRUE(busy < 0.8 || bound >= 1.1) << bound << ", at work for " << busy;
}

/// Every shipped board, with every shipped model that it takes. What a board of several cards or a
/// model of billions of weights says is checked on the sample that it is made from: all blocks
/// would take minutes.
class HeadlineBound : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Board, HeadlineBound,
                         testing::ValuesIn(test::files_below("configs/boards", ".yaml")),
                         name_of_file);

TEST_P(HeadlineBound, NothingHelpsMoreThanTheBound) {
  const auto board = load<BoardSpec>(test::source_dir() + GetParam());
  int runs = 0;
  for (const std::string& file : test::files_below("configs/models", ".yaml")) {
    auto model = load<ModelSpec>(test::source_dir() + file);
    if (is_slow(board)) {
      model.set("layers", 2);
      model.set("vocabulary", std::min<std::uint64_t>(model.size("vocabulary"), 4096));
    }
    if (is_slow(board) && runs > 0) break;  // one model stands for the others
    const std::optional<Result> base = run_if_it_can(board, model);
    if (!base || base->kernels.empty()) continue;
    ++runs;
    SCOPED_TRACE(board.name + ", " + model.name);
    const WhatIf found = what_if(base->board, short_run(*base, RunSample::layers));
    ASSERT_FALSE(found.bound.empty());
    expect_bound(*base, found, found.reliefs, found.bound_speedup);
    const bool is_quick =
        !has_attention(expand(model)) || model.size("hidden") * model.size("layers") < 30'000;
    if (!is_quick || board.cards) continue;
    const std::vector<Relief> all = reliefs_of_all_blocks(*base, model);
    for (const Relief& relief : found.reliefs) {
      const auto same = std::find_if(
          all.begin(), all.end(), [&](const Relief& r) { return r.resource == relief.resource; });
      EXPECT_NEAR(relief.speedup / same->speedup, 1, 0.015) << text_of(relief.resource).name;
    }
    BoardSpec relieved = base->board;
    for (const Resource r : found.bound) relieved = relieve(std::move(relieved), r);
    expect_bound(*base, found, all, speedup(*base, model, relieved));
  }
}

TEST(HeadlineBoundOf, Llama7BOnTheKV260IsItsMemoryNotItsMultipliers) {
  const BoardSpec board = test::board("kv260_llama");
  const ModelSpec model = test::model("llama2_7b_w4_kv8");
  const Result base = run_model(board, model, {0, 2, 0, {}, 512});
  const WhatIf found = what_if(base.board, short_run(base, RunSample::layers));
  EXPECT_EQ(found.bound, (std::vector{Resource::memory, Resource::port}));
  // Twice the rows of the array, as its user would try it.
  BoardSpec wider = board;
  wider.cores[0].core.mac->rows *= 2;
  const Result more = run_model(wider, model, {0, 2, 0, {}, 512});
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
  const WhatIf found = what_if(board, {product(board), product});
  EXPECT_EQ(found.steps, 1U);
  EXPECT_FALSE(found.bound.empty());
}

TEST(WhatIf, StepsThatDifferAreTakenFromTheMiddle) {
  const Result r =
      run_model(test::board("kv260_llama"), test::model("llama2_7b_w4_kv8"), {0, 6, 0, {}, 100});
  const WhatIf found = what_if(r.board, short_run(r, RunSample::layers));
  EXPECT_EQ(found.steps, 2U);
  EXPECT_EQ(found.context, 102U);
}

}  // namespace
}  // namespace tritsim
