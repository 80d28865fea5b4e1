// SPDX-License-Identifier: Apache-2.0
#include "sim/result/monte_carlo.hpp"

#include <cmath>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "reports/run/report.hpp"
#include "tests/reports/sample.hpp"

namespace tritsim {
namespace {

EnergyTerm term(const std::string& coefficient, double count, const Ends& each) {
  return {"part", "events", false, count, {{coefficient, each, "paper", Confidence::cited}}};
}

/// 20 +- 6 J, of two terms, and 40 +- 8 J: 60 +- 10 J in quadrature.
EnergyAccount two_coefficients() {
  return {{term("a", 1, {7, 10, 13}), term("b", 4, {8, 10, 12}), term("a", 1, {7, 10, 13})}};
}

TEST(MonteCarlo, ConvergesToTheRangeInQuadrature) {
  const EnergyAccount account = two_coefficients();
  const Range<Energy> range = account.total();
  ASSERT_NEAR(range.low.si(), 50, 1e-9);
  ASSERT_NEAR(range.high.si(), 70, 1e-9);
  double error_of_few = 0;
  double error_of_many = 0;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const auto error = [&](std::uint32_t samples) {
      const MonteCarlo m = monte_carlo(account, samples, seed);
      return std::abs(m.energy[0].si() - 50) + std::abs(m.energy[4].si() - 70);
    };
    error_of_few += error(200);
    error_of_many += error(200'000);
  }
  EXPECT_LT(error_of_many / 5, 0.1);
  EXPECT_LT(error_of_many, error_of_few / 5);
  const MonteCarlo m = monte_carlo(account, 200'000, 1);
  const double quartile = 10 * 0.6744897501960817 / 1.6448536269514722;
  EXPECT_NEAR(m.energy[1].si(), 60 - quartile, 0.1);
  EXPECT_NEAR(m.energy[2].si(), 60, 0.1);
  EXPECT_NEAR(m.energy[3].si(), 60 + quartile, 0.1);
}

// The same of one source: 60 +- 14 J, the distances add.
TEST(MonteCarlo, CoefficientsOfOneSourceMoveTogether) {
  EnergyAccount account = two_coefficients();
  for (EnergyTerm& t : account.terms) t.factors[0].common_source = "a vendor's table";
  const Range<Energy> range = account.total();
  EXPECT_NEAR(range.low.si(), 46, 1e-9);
  EXPECT_NEAR(range.high.si(), 74, 1e-9);
  EXPECT_EQ(account.sensitivities().size(), 2U);
  const MonteCarlo m = monte_carlo(account, 200'000, 1);
  EXPECT_NEAR(m.energy[0].si(), 46, 0.15);
  EXPECT_NEAR(m.energy[4].si(), 74, 0.15);
}

TEST(MonteCarlo, OneCoefficientKeepsAnAsymmetricRange) {
  const MonteCarlo m = monte_carlo({{term("a", 2, {3, 4, 10})}}, 200'000, 7);
  EXPECT_NEAR(m.energy[0].si(), 6, 0.05);
  EXPECT_NEAR(m.energy[2].si(), 8, 0.05);
  EXPECT_NEAR(m.energy[4].si(), 20, 0.2);
}

TEST(MonteCarlo, FactorsOfAProductAreDrawnApartAndNeverBelowZero) {
  EnergyTerm t = term("a", 1, {0, 1, 2});
  t.factors.push_back({"b", {1, 1, 1}, "paper", Confidence::cited});
  const MonteCarlo m = monte_carlo({{t}}, 100'000, 3);
  EXPECT_GE(m.energy[0], Energy{});
  EXPECT_NEAR(m.energy[0].si(), 0, 0.02);
  EXPECT_NEAR(m.energy[4].si(), 2, 0.03);
}

// A static term of 10 J and one of work, 10 J, in a time that goes from 0.9 to 1.2: energy varies
// by the static half, power by the other.
TEST(MonteCarlo, TimesVaryStaticEnergyAndThePowerOfWork) {
  const EnergyFactor time{"latency", {0.9, 1, 1.2}, "paper", Confidence::cited, {}, true};
  EnergyTerm idle = term("idle", 1, {10, 10, 10});
  idle.is_static = true;
  idle.factors.push_back(time);
  const EnergyAccount account{{idle, term("adder", 1, {10, 10, 10})}, {time}};
  const MonteCarlo m = monte_carlo(account, 200'000, 11);
  EXPECT_NEAR(m.time[0], 0.9, 0.001);
  EXPECT_NEAR(m.time[4], 1.2, 0.002);
  EXPECT_NEAR(m.energy[0].si(), 19, 0.01);
  EXPECT_NEAR(m.energy[4].si(), 22, 0.02);
  EXPECT_NEAR(m.power[0].si(), 10 + 10 / 1.2, 0.02);
  EXPECT_NEAR(m.power[4].si(), 10 + 10 / 0.9, 0.02);
  EXPECT_EQ(idle.coefficient(), "idle");  // its time has a table of its own
}

TEST(MonteCarlo, SameSeedSameNumbers) {
  const EnergyAccount account = two_coefficients();
  EXPECT_EQ(monte_carlo(account, 1000, 5).energy, monte_carlo(account, 1000, 5).energy);
  EXPECT_NE(monte_carlo(account, 1000, 5).energy, monte_carlo(account, 1000, 6).energy);
  const MonteCarlo one = monte_carlo(account, 1, 5);
  EXPECT_EQ(one.energy.front(), one.energy.back());
}

TEST(MonteCarlo, ReportShowsPercentiles) {
  RunReport report = make_run_report(sample::model_run(), sample::energy());
  const MonteCarlo m = monte_carlo(sample::energy(), 1000, 9);
  add_monte_carlo(report, m);
  EXPECT_NE(to_terminal(report, false).find("1,000 samples, seed 9."), std::string::npos);
  const auto json = nlohmann::json::parse(to_json(metrics(report)))["monte_carlo"];
  EXPECT_EQ(json["samples"], 1000);
  EXPECT_DOUBLE_EQ(json["energy_per_token_j"]["p95"].get<double>(), m.energy[4].si() / 60);
  EXPECT_DOUBLE_EQ(json["relative_time"]["p50"].get<double>(), 1);
  EXPECT_DOUBLE_EQ(json["power_w"]["p5"].get<double>(), m.power[0].si() / 12.5e-3);
}

}  // namespace
}  // namespace tritsim
