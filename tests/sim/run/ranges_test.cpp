// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include <gtest/gtest.h>

#include "reports/run/report.hpp"
#include "sim/result/energy.hpp"
#include "sim/result/monte_carlo.hpp"
#include "sim/run/run.hpp"
#include "tests/sim/shipped.hpp"
#include "tests/support/files.hpp"

// What holds for every figure of every shipped board and model that run together, at any junction
// temperature.
namespace tritsim {
namespace {

using test::board;
using test::model;

std::vector<std::string> stems(const std::string& folder) {
  std::vector<std::string> out;
  for (const std::string& file : test::files_below("configs/" + folder, ".yaml")) {
    out.push_back(std::filesystem::path(file).stem().string());
  }
  return out;
}

void expect_in_order(const Range<Energy>& r, const std::string& where) {
  EXPECT_LE(r.low, r.value) << where;
  EXPECT_LE(r.value, r.high) << where;
}

void expect_energy(const Range<Energy>& r, const std::string& where) {
  expect_in_order(r, where);
  EXPECT_GE(r.low, Energy{}) << where;
}

/// Every range of an account; of one figure there is one.
void check_account(const EnergyAccount& account, const std::string& where) {
  for (const EnergyTerm& t : account.terms) {
    expect_in_order(t.energy(), where + ", " + t.component + ": " + t.cause);
    EXPECT_EQ(t.energy().value < Energy{}, t.count < 0 && t.each().value > 0) << where;
  }
  for (const std::string& name : account.components()) {
    const Range<Energy> sum = account.component(name);
    expect_energy(sum, where + ", " + name);
    std::vector<const EnergyTerm*> own;
    for (const EnergyTerm& t : account.terms) {
      if (t.component == name) own.push_back(&t);
    }
    if (own.size() > 1) continue;
    EXPECT_EQ(sum.low, own.front()->energy().low) << where << ", " << name;
    EXPECT_EQ(sum.high, own.front()->energy().high) << where << ", " << name;
  }
  const Range<Energy> all = account.total();
  expect_energy(all, where);
  expect_energy(account.total(EnergyAccount::Part::static_part), where);
  expect_energy(account.total(EnergyAccount::Part::dynamic_part), where);
  for (const Sensitivity& s : account.sensitivities()) {
    EXPECT_GE(s.swing(), Energy{}) << where;
    EXPECT_GE(all.value + s.at_low, Energy{}) << where << ", " << s.coefficient;
    EXPECT_GE(all.value + s.at_high, Energy{}) << where << ", " << s.coefficient;
  }
}

constexpr std::array<double, 8> junctions{-40, 20, 40, 60, 62, 65, 85, 100};

class EveryBoard : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Shipped, EveryBoard, testing::ValuesIn(stems("boards")),
                         [](const auto& b) { return test::test_name(b.param); });

TEST_P(EveryBoard, HeadlineRangesHoldAtAnyJunctionWithoutWork) {
  Result nothing;
  nothing.board = board(GetParam());
  nothing.elapsed = 1.0_s;
  for (const double junction : junctions) {
    nothing.board.power.junction = junction;
    check_account(price(nothing), GetParam() + " at " + std::to_string(junction));
  }
}

/// The shipped models, and two that fit every board.
std::vector<ModelSpec> models() {
  std::vector<ModelSpec> all{test::tiny_model(2, 64), test::tiny_model()};
  for (const std::string& name : stems("models")) all.push_back(model(name));
  return all;
}

/// A token on a board, of two blocks if that can be; none where the model cannot run there.
std::optional<Result> token(const BoardSpec& on, const ModelSpec& of) {
  for (const bool some : {true, false}) {
    Workload w{0, 1, 1};
    if (some) w.simulate_layers = 2;
    try {
      return run_model(on, of, w);
    } catch (const ConfigError&) {  // does not fit, or not in a sample
    }
  }
  return {};
}

TEST_P(EveryBoard, HeadlineRangesHoldWithEveryModelThatItRuns) {
  int ran = 0;
  for (const ModelSpec& m : models()) {
    const std::string where = GetParam() + " with " + m.name;
    std::optional<Result> r = token(board(GetParam()), m);
    if (!r) continue;
    ++ran;
    EnergyAccount account;
    for (const double junction : junctions) {
      r->board.power.junction = junction;
      account = price(*r);
      check_account(account, where + " at " + std::to_string(junction));
    }
    const MonteCarlo drawn = monte_carlo(account, 200, 1);
    EXPECT_TRUE(std::is_sorted(drawn.energy.begin(), drawn.energy.end())) << where;
    EXPECT_GE(drawn.energy[0], Energy{}) << where;
    const RunReport report = make_run_report(*r, account);
    EXPECT_FALSE(to_terminal(report, false).empty()) << where;
    // Nothing is attained beyond its limit.
    const RooflineFigures& f = report.figures.roofline;
    EXPECT_LE(f.attained_operations, f.peak_operations * (1 + 1e-9)) << where;
    EXPECT_LE(f.useful_operations, f.attained_operations * (1 + 1e-9)) << where;
    if (f.peak_bandwidth > Bandwidth{}) {
      EXPECT_LE(f.attained_bandwidth.si(), f.peak_bandwidth.si() * (1 + 1e-9)) << where;
    }
    for (const KernelFigures& k : report.figures.kernels) {
      EXPECT_LE(k.attained_operations, k.peak_operations * (1 + 1e-9)) << where;
    }
  }
  // The core of the Arty has no instructions for a model's blocks: it runs programs alone.
  EXPECT_TRUE(ran > 0 || GetParam().starts_with("arty_ternfpga")) << GetParam();
}

TEST(HeadlineRanges, ABoardWithLessIdlePowerThanItsDeviceLeaksIsRefused) {
  const auto load_at = [](const char* idle, const char* junction) {
    return board("k26_mmfree", {{"power.idle.value", idle},
                                {"power.idle.low", "0.1 W"},
                                {"power.idle_junction", junction}});
  };
  EXPECT_NO_THROW(static_cast<void>(load_at("4 W", "60")));
  EXPECT_THROW(static_cast<void>(load_at("0.2 W", "60")), ConfigError);
  EXPECT_THROW(static_cast<void>(load_at("2 W", "150")), ConfigError);
}

TEST(HeadlineRanges, SkippedAdditionsAreNotAttained) {
  for (const char* rate : {"1", "4", "8", "36", "288"}) {
    const BoardSpec b = board("k26_skipping", {{"cores.0.core.ternary.ternaries_per_cycle", rate},
                                               {"cores.0.core.ternary.skip.lanes", "1"}});
    const Result r = run_model(b, test::tiny_model(), {0, 1, 1});
    const RunReport report = make_run_report(r, price(r));
    const RooflineFigures& f = report.figures.roofline;
    EXPECT_GT(r.kernels[0].activity.matrix->skipped, 0U);
    EXPECT_LE(f.attained_operations, f.peak_operations) << rate;
    EXPECT_LE(f.useful_operations, f.attained_operations * (1 + 1e-9)) << rate;
  }
}

}  // namespace
}  // namespace tritsim
