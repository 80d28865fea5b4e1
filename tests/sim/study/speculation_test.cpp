// SPDX-License-Identifier: Apache-2.0
#include "sim/study/speculation.hpp"

#include <gtest/gtest.h>

#include "sim/run/run.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

std::vector<PassCost> passes(const std::vector<double>& seconds) {
  std::vector<PassCost> all;
  for (std::size_t i = 0; i < seconds.size(); ++i) {
    all.push_back({static_cast<std::uint32_t>(i + 1), Time{seconds[i]}, Energy{2 * seconds[i]}});
  }
  return all;
}

TEST(Speculation, TokensKeptAreThoseUpToTheFirstThatIsNot) {
  const auto f = draft_figures(passes({1, 1, 1, 1}), {{0.8, 0.5}, {}});
  ASSERT_EQ(f.size(), 3U);
  EXPECT_NEAR(f[0].tokens, 1.8, 1e-12);
  EXPECT_NEAR(f[1].tokens, 1.8 + 0.8 * 0.5, 1e-12);
  EXPECT_NEAR(f[2].tokens, 1.8 + 0.4 + 0.2, 1e-12);  // the last acceptance stands for the rest
  EXPECT_NEAR(f[2].speedup, 2.4, 1e-12);
  EXPECT_NEAR(f[2].energy_per_token.si(), 2 / 2.4, 1e-12);
}

TEST(Speculation, ItBreaksEvenWhereTokensPayForThePassAndTheDraft) {
  const auto f = draft_figures(passes({1, 1.5}), {{0.6}, {1, Time{0.1}, Energy{}}});
  EXPECT_NEAR(f[0].break_even.value(), 0.6, 1e-9);  // 1 + a = 1.5 + 0.1
  EXPECT_NEAR(f[0].speedup, 1, 1e-9);
}

// An engine that takes one vector in a pass over the weights pays for every position.
TEST(Speculation, NoAcceptancePaysWhereEveryPositionIsAPassOfItsOwn) {
  const auto f = draft_figures(passes({1, 2.01, 3.02}), {{1}, {}});
  EXPECT_FALSE(f[0].break_even);
  EXPECT_FALSE(f[1].break_even);
  EXPECT_LT(f[1].speedup, 1);
}

TEST(Speculation, APassIsARunOfAsManySequences) {
  const BoardSpec b = test::board("u250_mmfree_48");
  const ModelSpec m = test::tiny_model();
  const std::vector<PassCost> all = pass_costs(b, m, 3, {0, 9, 0});
  ASSERT_EQ(all.size(), 3U);
  for (const PassCost& pass : all) {
    EXPECT_EQ(pass.time, run_model(b, m, {0, 1, pass.positions}).elapsed);
  }
}

TEST(Speculation, ADraftThatDoesNotFitBesideTheModelIsRefused) {
  const BoardSpec b = test::board("kv260_llama");
  const ModelSpec m = test::model("llama2_7b_w4_kv8");
  EXPECT_NO_THROW(check_both_fit(b, m, test::model("transformer_370m_int4"), {0, 1, 1}));
  EXPECT_THROW(check_both_fit(b, m, m, {0, 1, 1}), ConfigError);
}

}  // namespace
}  // namespace tritsim
