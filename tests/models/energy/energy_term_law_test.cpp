// SPDX-License-Identifier: Apache-2.0
#include "models/energy/energy_term_law.hpp"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "models/energy/energy_law.hpp"

namespace tritsim {
namespace {

EnergyTerm term(double count, std::vector<EnergyFactor> factors) {
  return {"part", "events", false, count, std::move(factors)};
}

EnergyFactor factor(const std::string& name, const Ends& ends, const std::string& common = "") {
  return {name, ends, "test", Confidence::assumed, common};
}

Range<Energy> range(const std::vector<EnergyTerm>& terms) {
  std::vector<const EnergyTerm*> all;
  for (const EnergyTerm& t : terms) all.push_back(&t);
  return energy_range(all);
}

void expect(const Range<Energy>& r, double low, double value, double high) {
  EXPECT_NEAR(r.low.si(), low, 1e-12);
  EXPECT_NEAR(r.value.si(), value, 1e-12);
  EXPECT_NEAR(r.high.si(), high, 1e-12);
}

TEST(EnergyRange, OfATermThatFallsAsItsCoefficientRises) {
  expect(term(3, {factor("a", {4, 2, 1})}).energy(), 3, 6, 12);
  const Range<double> each = term(3, {factor("a", {4, 2, 1})}).each();
  EXPECT_EQ(each.low, 1);
  EXPECT_EQ(each.value, 2);
  EXPECT_EQ(each.high, 4);
}

TEST(EnergyRange, OfATermThatIsSubtracted) {
  expect(term(-1, {factor("a", {1, 2, 4})}).energy(), -4, -2, -1);
}

TEST(EnergyRange, IndependentFactorsAddInQuadrature) {
  expect(range({term(1, {factor("a", {7, 10, 13})}), term(1, {factor("b", {6, 10, 14})})}), 15, 20,
         25);
  // Of a product too, and a term by itself has the range that it has in a sum.
  const EnergyTerm product = term(1, {factor("a", {7, 10, 13}), factor("b", {0.6, 1, 1.4})});
  expect(product.energy(), 5, 10, 15);
  expect(range({product}), 5, 10, 15);
}

TEST(EnergyRange, FactorsOfOneNameOrSourceMoveTogether) {
  expect(range({term(1, {factor("a", {7, 10, 13})}), term(2, {factor("a", {7, 10, 13})})}), 21, 30,
         39);
  expect(range({term(1, {factor("a", {9, 10, 11}, "table")}),
                term(1, {factor("b", {8, 10, 14}, "table")})}),
         17, 20, 25);
  // For two factors of one source the product is that of their ends, not linearised.
  expect(term(1, {factor("a", {0.5, 1, 2}, "table"), factor("b", {0.5, 1, 2}, "table")}).energy(),
         0.25, 1, 4);
  // A factor that falls reduces the effect of one that rises.
  expect(range({term(1, {factor("a", {7, 10, 13})}), term(1, {factor("a", {13, 10, 7})})}), 20, 20,
         20);
}

TEST(EnergyRange, TheSameAddedAndSubtractedHasNone) {
  const EnergyFactor growth = factor("doubling", {9, 3, 2});
  expect(range({term(1, {factor("idle", {20, 30, 40})}), term(1, {growth}), term(-1, {growth})}),
         20, 30, 40);
}

TEST(HeadlineRange, OfWideProductsNeverBelowZero) {
  const Ends wide{0.1, 1, 3};
  const EnergyTerm t = term(1, {factor("a", wide), factor("b", wide), factor("c", wide)});
  // Quadrature alone would say 1 - 0.9 sqrt(3).
  EXPECT_NEAR(t.energy().low.si(), 0.001, 1e-12);
  EXPECT_NEAR(t.energy().high.si(), 1 + 2 * std::sqrt(3), 1e-12);
}

TEST(HeadlineRange, HoldsItsValueWhateverTheSigns) {
  std::mt19937_64 random(19);
  std::uniform_real_distribution<double> any(0, 1);
  const auto ends = [&] {
    const double value = any(random) < 0.1 ? 0 : any(random);
    const double less = value * any(random);
    const double more = value + 3 * any(random);
    return any(random) < 0.5 ? Ends{less, value, more} : Ends{more, value, less};
  };
  for (int i = 0; i < 20'000; ++i) {
    std::vector<EnergyTerm> terms;
    const int n = 1 + static_cast<int>(5 * any(random));
    for (int t = 0; t < n; ++t) {
      std::vector<EnergyFactor> factors;
      for (int f = 0; f <= static_cast<int>(3 * any(random)); ++f) {
        const auto name = std::to_string(static_cast<int>(4 * any(random)));
        factors.push_back(factor(name, ends(), any(random) < 0.3 ? "common" : ""));
      }
      const double sign = any(random) < 0.2 ? -1 : 1;
      terms.push_back(term(sign * 1e6 * any(random), std::move(factors)));
    }
    const Range<Energy> r = range(terms);
    ASSERT_LE(r.low, r.value) << i;
    ASSERT_LE(r.value, r.high) << i;
    if (r.value >= Energy{}) {
      ASSERT_GE(r.low, Energy{}) << i;
    }
    for (const EnergyTerm& t : terms) {
      const Range<Energy> alone = range({t});
      const Range<double> each = t.each();
      ASSERT_EQ(alone.low, t.energy().low);
      ASSERT_EQ(alone.high, t.energy().high);
      ASSERT_LE(each.low, each.value);
      ASSERT_LE(each.value, each.high);
      ASSERT_GE(each.low, 0);
    }
  }
}

TEST(HeadlineRange, OfStaticPowerIsInOrderAboveAndBelowItsTemperature) {
  DeviceSpec device;
  device.leakage.emplace();
  device.leakage->power = {4.0_W, 2.0_W, 8.0_W, "leak", Confidence::scaled};
  device.leakage->junction = 60;
  device.leakage->doubling = {40, 25, 60, "leak", Confidence::assumed};
  BoardPower power;
  power.idle = {30.0_W, 20.0_W, 40.0_W, "test", Confidence::assumed};
  for (const double junction : {-40, 20, 59, 60, 61, 95, 125}) {
    power.junction = junction;
    std::vector<EnergyTerm> terms;
    price_board(terms, power, device, 1.0_s);
    for (const EnergyTerm& t : terms) {
      EXPECT_LE(t.energy().low, t.energy().value) << junction << " " << t.component;
      EXPECT_LE(t.energy().value, t.energy().high) << junction << " " << t.component;
    }
    const Range<Energy> all = range(terms);
    EXPECT_GT(all.low, Energy{}) << junction;
    EXPECT_LT(all.low, all.value) << junction;
    EXPECT_LT(all.value, all.high) << junction;
  }
}

}  // namespace
}  // namespace tritsim
