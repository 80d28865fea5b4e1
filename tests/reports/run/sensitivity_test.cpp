// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "tests/reports/sample.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

/// Counts made by hand, coefficients of a shipped board.
Result run_on_shipped_board() {
  Result r = sample::model_run();
  r.board = test::board("u250_mmfree_48");
  r.memories[0].group = r.board.memories[0].name;
  r.memories[0].activity.activates = 4'000;
  r.kernels[0].core = r.board.cores[0].core;
  r.kernels[0].activity.vector_elements = 70'000;
  r.link.bytes_to_card = 50'000;
  return r;
}

Sensitivity find(const EnergyAccount& account, const std::string& coefficient) {
  for (const Sensitivity& s : account.sensitivities()) {
    if (s.coefficient == coefficient) return s;
  }
  ADD_FAILURE() << "no " << coefficient;
  return {};
}

/// Prices again with the coefficient at its ends: swings are what the total really does.
template <class Get>
void expect_swing(const std::string& name, Get&& get) {
  const Result r = run_on_shipped_board();
  const double total = price(r).total().value.si();
  const Sensitivity s = find(price(r), name);
  Result low = r;
  get(low).value = get(low).low;
  Result high = r;
  get(high).value = get(high).high;
  EXPECT_NEAR(s.at_low.si(), price(low).total().value.si() - total, 1e-12 * total) << name;
  EXPECT_NEAR(s.at_high.si(), price(high).total().value.si() - total, 1e-12 * total) << name;
  EXPECT_GT(s.swing(), Energy{}) << name;
}

TEST(Sensitivity, IsWhatTheTotalDoesWhenTheCoefficientMoves) {
  expect_swing(
      "power.idle", [](Result & r) -> auto& { return r.board.power.idle; });
  expect_swing(
      "link.energy", [](Result & r) -> auto& { return r.board.link.energy; });
  expect_swing(
      "device.family.ram_access",
      [](Result & r) -> auto& { return r.board.device.family.ram_access; });
  expect_swing(
      "core.activity.cells_per_ternary_bit",
      [](Result & r) -> auto& { return r.kernels[0].core.activity.cells_per_ternary_bit.value(); });
}

TEST(Sensitivity, ACoefficientOfTwoTermsMovesBoth) {
  expect_swing(
      "device.family.logic_cell",
      [](Result & r) -> auto& { return r.board.device.family.logic_cell; });
  const EnergyAccount account = price(run_on_shipped_board());
  const Energy both =
      account.component("ternary adders").value + account.component("vector units").value;
  // What regulators lose for the two moves with them.
  const double loss = run_on_shipped_board().board.power.regulators->value;
  EXPECT_NEAR(find(account, "device.family.logic_cell").energy / both, 1 + loss, 1e-12);
}

TEST(Sensitivity, SwingsOfSourcesInQuadratureAreTheRangeOfTheTotal) {
  const EnergyAccount account = price(run_on_shipped_board());
  std::map<std::string, Movement> of;  // a common source, or a coefficient without one
  for (const Sensitivity& s : account.sensitivities()) {
    const std::string& group = s.common_source.empty() ? s.coefficient : s.common_source;
    of[group].at_low += s.at_low.si();
    of[group].at_high += s.at_high.si();
  }
  EXPECT_LT(of.size(), account.sensitivities().size());
  double down = 0;
  double up = 0;
  for (const auto& [group, movement] : of) {
    down += std::pow(movement.down(), 2);
    up += std::pow(movement.up(), 2);
  }
  const Range<Energy> total = account.total();
  EXPECT_NEAR((total.value - total.low).si(), std::sqrt(down), 1e-12 * total.value.si());
  EXPECT_NEAR((total.high - total.value).si(), std::sqrt(up), 1e-12 * total.value.si());
}

TEST(Sensitivity, EveryCoefficientOnceTheLargestSwingFirst) {
  const EnergyAccount account = price(run_on_shipped_board());
  std::set<std::string> used;
  for (const EnergyTerm& t : account.terms) {
    double product = 1;
    for (const EnergyFactor& f : t.factors) {
      used.insert(f.coefficient);
      product *= f.ends.value;
      EXPECT_FALSE(f.source.empty()) << f.coefficient;
    }
    EXPECT_NEAR(product, t.each().value, 1e-12 * t.each().value) << t.coefficient();
  }
  std::set<std::string> listed;
  const std::vector<Sensitivity> all = account.sensitivities();
  for (const Sensitivity& s : all) listed.insert(s.coefficient);
  EXPECT_EQ(listed, used);
  EXPECT_EQ(listed.size(), all.size());
  EXPECT_GE(listed.size(), 7U);
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end(),
                             [](const auto& a, const auto& b) { return a.swing() > b.swing(); }));
}

}  // namespace
}  // namespace tritsim
