// SPDX-License-Identifier: Apache-2.0
#include "arch/board/area.hpp"

#include <gtest/gtest.h>

#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

using test::board;

/// A core with nothing but ternary adders, `k` of them at `bits`.
BoardSpec dot_product(std::uint32_t k, std::uint64_t bits) {
  BoardSpec b = board("arty_ternfpga");
  CoreSpec& core = b.cores[0].core;
  core.ternary->ternaries_per_cycle = k;
  core.element = Bytes{static_cast<double>(bits) / 8};
  return b;
}

double adders(const BoardSpec& b) {
  for (const LogicUse& u : logic_uses(b)) {
    if (u.unit == "ternary adders") return u.all().value;
  }
  return 0;
}

TEST(Area, TheEightLaneDotProductIsTheSynthesisedOne) {
  EXPECT_NEAR(adders(dot_product(8, 8)), 233, 1);  // ternfpga
}

TEST(Area, TheEngineIsWithinAQuarterOfItsSynthesis) {
  const BoardSpec b = board("arty_ternfpga");
  EXPECT_NEAR(logic_cells(b).value, 479, 0.25 * 479);
  EXPECT_NEAR(logic_registers(b).value, 364, 0.25 * 364);
}

TEST(Area, AddersGrowWithTheirNumberAndWidth) {
  const double one = adders(dot_product(8, 8));
  EXPECT_NEAR(adders(dot_product(16, 8)), 2 * one, 1e-9);
  EXPECT_NEAR(adders(dot_product(8, 16)), 2 * one, 1e-9);
}

TEST(Area, LanesThatFitDoAndOneMoreDoesNot) {
  BoardSpec b = board("u250_mmfree_48");
  const auto lanes = most_lanes(b, "big");
  ASSERT_TRUE(lanes);
  EXPECT_GT(*lanes, 42U);
  b.cores[0].channels = {0};
  b.cores[0].lanes = static_cast<std::uint32_t>(*lanes);
  EXPECT_LE(logic_cells(b).value, 1'500'000);
  ++b.cores[0].lanes;
  EXPECT_GT(logic_cells(b).value, 1'500'000);
}

TEST(Area, ShellTakesItsShare) {
  BoardSpec b = board("u250_mmfree_48");
  const auto all = most_lanes(b, "big");
  b.device.logic->shell = 0.5;
  EXPECT_LT(*most_lanes(b, "big"), *all);
  b.device.logic.reset();
  EXPECT_FALSE(most_lanes(b, "big"));
}

}  // namespace
}  // namespace tritsim
