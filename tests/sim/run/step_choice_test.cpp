// SPDX-License-Identifier: Apache-2.0
// Which steps of a run with a growing cache are simulated, on times that are known.
#include "sim/run/step_choice.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include <gtest/gtest.h>

namespace tritsim {
namespace {

struct Outcome {
  std::vector<std::uint32_t> order;
  double sum = 0;    ///< of simulated steps and what they stand for
  double exact = 0;  ///< of every step
  double error = 0;  ///< as estimated, of the run

  [[nodiscard]] double off() const { return std::abs(sum / exact - 1); }
};

/// Steps of known times; each ends when the next has begun, as in a core whose units work ahead.
Outcome run(std::uint32_t steps, const std::function<double(double)>& time,
            const std::vector<std::uint32_t>& bends = {}) {
  StepChoice choice(steps, bends);
  for (bool last = false; !last;) {
    const StepChoice::Next next = choice.next();
    last = next.last;
    if (choice.order().size() > 1) choice.ended(time(*(choice.order().end() - 2)));
  }
  choice.ended(time(choice.order().back()));
  Outcome out{choice.order(), 0, 0, choice.error()};
  for (const auto& [step, fold] : choice.folds()) out.sum += time(step) * (1 + fold);
  for (std::uint32_t step = 0; step < steps; ++step) out.exact += time(step);
  return out;
}

TEST(StepChoice, WhatGrowsEvenlyIsExactFromAFewSteps) {
  for (const std::uint32_t steps : {32U, 33U, 100U, 4096U, 1'000'001U}) {
    const Outcome out = run(steps, [](double step) { return 1000 + 7 * step; });
    EXPECT_EQ(out.sum, out.exact) << steps;
    EXPECT_LE(out.order.size(), 7U) << steps;
    EXPECT_LT(out.error, 1e-12) << steps;
  }
}

TEST(StepChoice, FirstAndLastStepStandForThemselves) {
  const auto time = [](double step) { return step == 0 || step == 999 ? 5000. : 100.; };
  const Outcome out = run(1000, time);
  EXPECT_EQ(out.sum, out.exact);
  EXPECT_EQ(out.order.front(), 0U);
  EXPECT_EQ(out.order.back(), 999U);
}

TEST(StepChoice, NoStepIsSimulatedTwice) {
  const Outcome out = run(500, [](double step) { return 10 + std::sqrt(step); }, {3, 4, 250});
  EXPECT_EQ(std::set(out.order.begin(), out.order.end()).size(), out.order.size());
}

TEST(StepChoice, AWindowThatFillsUpIsExactIfItIsNamed) {
  const auto time = [](double step) { return 1000 + 5 * std::min(step, 777.); };
  const Outcome named = run(4096, time, {777});
  EXPECT_EQ(named.sum, named.exact);
  EXPECT_LE(named.order.size(), 12U);
}

// Memory and unit take turns to be what a step waits for: a bend that no one names.
TEST(StepChoice, HalvesWhereTimesBendUntilTheErrorIsSmall) {
  const auto bent = [](double step) { return std::max(1000., 3 * step); };
  const auto curved = [](double step) { return 1000 + step * step / 20'000; };
  for (const std::function<double(double)>& time :
       {std::function<double(double)>(bent), std::function<double(double)>(curved)}) {
    const Outcome out = run(4096, time);
    EXPECT_LE(out.off(), out.error);
    EXPECT_LE(out.error, StepChoice::tolerance);
    EXPECT_LT(out.order.size(), 60U);
    EXPECT_GT(out.order.size(), 7U);
  }
}

TEST(StepChoice, SumsOfStepsLieBetweenThoseSimulated) {
  const std::vector<double> sums = sums_of_steps({{0, 10}, {1, 4}, {4, 10}}, 5);
  EXPECT_EQ(sums, (std::vector<double>{10, 14, 20, 28, 38}));
}

}  // namespace
}  // namespace tritsim
