// SPDX-License-Identifier: Apache-2.0
#include "arch/board/area.hpp"

#include <gtest/gtest.h>

#include "arch/board/clock_range.hpp"
#include "arch/board/device_fit.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

using test::board;

/// A board with `k` ternary adders of `bits`.
BoardSpec dot_product(std::uint32_t k, std::uint64_t bits) {
  BoardSpec b = board("arty_ternfpga");
  CoreSpec& core = b.cores[0].core;
  core.ternary->ternaries_per_cycle = k;
  core.element = Bytes{static_cast<double>(bits) / 8};
  return b;
}

AreaEstimate cells_of_unit(const BoardSpec& b, const std::string& unit) {
  for (const LogicUse& u : logic_uses(b)) {
    if (u.unit == unit) return u.all();
  }
  return {};
}

TEST(Area, AddersAreTheTreeOfTheLaw) {
  const BoardSpec b = dot_product(8, 8);
  const PartCounts tree =
      counts_of(PartKind::ternary_tree, {{"n", 8}, {"w", 8}, {"acc", 32}, {"saturate", 0}});
  EXPECT_EQ(cells_of_unit(b, "ternary adders"), cells_of(tree, *b.device.family.area));
}

TEST(Area, AddersGrowWithTheirNumberAndWidth) {
  const double one = cells_of_unit(dot_product(8, 8), "ternary adders").value;
  EXPECT_GT(cells_of_unit(dot_product(16, 8), "ternary adders").value, 1.5 * one);
  EXPECT_GT(cells_of_unit(dot_product(8, 16), "ternary adders").value, 1.5 * one);
}

TEST(Area, TreesCountABitMoreALevel) {
  // Products of 9 bits; sums of 10, 11 and 12.
  const PartCounts c =
      counts_of(PartKind::ternary_tree, {{"n", 8}, {"w", 8}, {"acc", 32}, {"saturate", 0}});
  EXPECT_EQ(c.adder_bits, 8 * 9 + 4 * 10 + 2 * 11 + 12);
  EXPECT_EQ(c.register_bits, c.adder_bits + 32);
  // Three inputs: two adders, then one.
  EXPECT_EQ(counts_of(PartKind::ternary_tree, {{"n", 3}, {"w", 8}, {"acc", 0}, {"saturate", 0}})
                .adder_bits,
            3 * 9 + 2 * 10 + 11);
}

TEST(Area, VectorUnitsTakeMultipliers) {
  BoardSpec b = board("u250_mmfree_48");
  const double all = multipliers(b);
  EXPECT_EQ(all, 48 * (4 + 2 * 4));  // products; squares and scalings
  b.cores[0].core.elements_per_cycle = 8;
  EXPECT_GT(multipliers(b), all);
}

TEST(Area, WrappersAreNotOfTheCores) {
  const BoardSpec b = board("u250_mmfree_48");
  const AreaTable& area = *b.device.family.area;
  EXPECT_GE(logic_cells(b).value - core_cells(b).value, 8 * area.dma_cells.value);
  EXPECT_GT(cells_of_unit(b, "register stages").value, 0);
}

TEST(Area, FullestRegionHoldsAKernelOfItsOwn) {
  BoardSpec b = board("u250_mmfree_48");
  const double all = logic_cells(b).value;
  const double fullest = fullest_region(b).value;
  EXPECT_GT(fullest, all / 4);
  EXPECT_LT(fullest, all / 3);  // three kernels of 14 lanes and one of 6
  b.device.logic->regions = 1;
  EXPECT_DOUBLE_EQ(fullest_region(b).value, all);
}

TEST(Area, NothingIsKnownWithoutATable) {
  BoardSpec b = board("u250_mmfree_48");
  b.device.family.area.reset();
  EXPECT_TRUE(logic_uses(b).empty());
  EXPECT_TRUE(room_for_lanes(b).empty());
}

TEST(ClockRange, TakesTheSlowestPathAndTheWidestNet) {
  BoardSpec b = board("u250_mmfree_48");
  const auto range = clock_range(b, b.cores[0]);
  ASSERT_TRUE(range);
  EXPECT_EQ(range->unit, "issue");
  const PathDelays& d = *b.device.family.paths;
  const double period = d.registers.value.si() + 4 * d.level.value.si() + 6 * d.fan_out.value.si();
  EXPECT_NEAR(range->value.si(), 1 / period, 1);
  EXPECT_LT(range->low, range->value);
  EXPECT_LT(range->value, range->high);
  // Published clocks.
  EXPECT_LE(range->low.si(), 300e6);
  EXPECT_GE(range->high.si(), 300e6);
  b.cores[0].lanes = 1024;
  EXPECT_LT(clock_range(b, b.cores[0])->value, range->value);
}

}  // namespace
}  // namespace tritsim
