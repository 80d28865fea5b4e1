// SPDX-License-Identifier: Apache-2.0
#include "sim/result/power_series.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "sim/result/activity_bins.hpp"
#include "sim/run/run.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

using test::board;

/// Bins of the whole run against the account, by component, to one part in 10^9.
void expect_exact(const Result& r) {
  const EnergyAccount account = price(r);
  for (const std::size_t bins : {1U, 7U, 100U, 3001U}) {
    const PowerSeries s = power_over_time(r, account, Time{}, r.elapsed, bins);
    double all = 0;
    for (std::size_t c = 0; c < s.components.size(); ++c) {
      double sum = 0;
      for (const double e : s.energy[c]) sum += e;
      const double whole = account.component(s.components[c]).value.si();
      EXPECT_NEAR(sum, whole, 1e-9 * std::fabs(whole)) << s.components[c] << ", " << bins;
      all += sum;
    }
    EXPECT_NEAR(all, account.total().value.si(), 1e-9 * all) << bins;
  }
}

TEST(PowerSeries, BinsSumToTheEnergyOnManyKernels) {
  expect_exact(run_model(board("u250_mmfree_48"), test::tiny_model(), {0, 5, 0}));
}

TEST(PowerSeries, BinsSumToTheEnergyOverRounds) {
  expect_exact(run_model(board("u250_mmfree_48"), test::tiny_model(), {2, 3, 150}));
}

TEST(PowerSeries, BinsSumToTheEnergyWithTheHostInTheLoop) {
  expect_exact(run_model(board("k26_mmfree"), test::tiny_model(), {0, 2, 1}));
}

TEST(PowerSeries, BinsSumToTheEnergyOfAProgram) {
  std::vector<std::string> warnings;
  const std::string text = "ldv v0, X\ntmatmul v1, v0, W\nadd v2, v1, v0\nsv v2, Y\n";
  BoardSpec b = board("d5005_mmfree", {{"cores.0.core.vector_length", "128"}});
  expect_exact(run_program(b, text, "test", warnings));
}

TEST(PowerSeries, TheNameOfAMemorySaysNothingOfWhatItsEnergyFollows) {
  BoardSpec b = board("u250_mmfree_48");
  const auto series_of_memory = [&](const std::string& name) {
    for (CoreGroup& group : b.cores) group.memory = name;
    b.memories[0].name = name;
    const Result r = run_model(b, test::tiny_model(), {0, 2, 0});
    const PowerSeries s = power_over_time(r, price(r), Time{}, r.elapsed, 50);
    return s.energy[static_cast<std::size_t>(
        std::find(s.components.begin(), s.components.end(), name) - s.components.begin())];
  };
  EXPECT_EQ(series_of_memory("exchange"), series_of_memory("ddr"));
}

TEST(PowerSeries, AWindowIsAPartOfTheRun) {
  const Result r = run_model(board("u250_mmfree_48"), test::tiny_model(), {0, 4, 0});
  const EnergyAccount account = price(r);
  const PowerSeries whole = power_over_time(r, account, Time{}, r.elapsed, 40);
  const PowerSeries half = power_over_time(r, account, Time{}, r.elapsed / 2.0, 20);
  for (std::size_t i = 0; i < half.bins(); ++i) {
    EXPECT_NEAR(half.total(i) / whole.total(i), 1, 1e-9) << i;
  }
}

TEST(PowerSeries, AddersDrawNothingBeforeTheFirstProduct) {
  std::vector<std::string> warnings;
  const std::string text = "ldv v0, X\nldv v1, X\nldv v3, X\ntmatmul v2, v0, W\n";
  BoardSpec b = board("d5005_mmfree", {{"cores.0.core.vector_length", "64"}});
  const Result r = run_program(b, text, "test", warnings);
  const PowerSeries s = power_over_time(r, price(r), Time{}, r.elapsed, 200);
  ASSERT_EQ(s.components.front(), "ternary adders");
  EXPECT_EQ(s.energy.front().front(), 0);
  EXPECT_GT(s.energy.front()[150], 0);
}

TEST(PowerSeries, TheKernelWithFewLanesIsDoneFirst) {
  const Result r = run_model(board("u250_mmfree_48"), test::tiny_model(), {0, 4, 0});
  ASSERT_EQ(r.kernels.size(), 2U);
  EXPECT_LT(work_end(r, r.kernels[1]), work_end(r, r.kernels[0]));
  EXPECT_LE(work_end(r, r.kernels[0]), r.elapsed);
  const PowerSeries s = power_over_time(r, price(r), Time{}, r.elapsed, 1000);
  EXPECT_LT(s.power(999), s.power(s.peak()));
}

TEST(PowerSeries, OpsHaveAllCountsOfTheirKernel) {
  for (const char* name : {"u250_mmfree_48", "k26_mmfree"}) {
    const Result r = run_model(board(name), test::tiny_model(), {0, 3, 0});
    for (const KernelResult& k : r.kernels) {
      OpCycles sum;
      for (const OpCycles& op : k.ops) {
        sum.matrix_operations += op.matrix_operations;
        sum.elements += op.elements;
        sum.register_bytes += op.register_bytes;
        sum.memory_bytes += op.memory_bytes;
      }
      EXPECT_EQ(sum.matrix_operations, k.activity.ternaries) << name;
      EXPECT_EQ(sum.elements, k.activity.vector_elements) << name;
      EXPECT_EQ(sum.register_bytes, k.activity.register_bytes) << name;
      EXPECT_GE(sum.memory_bytes, k.activity.weight_bytes) << name;
    }
  }
}

}  // namespace
}  // namespace tritsim
