// SPDX-License-Identifier: Apache-2.0
#include "models/energy/toggle_law.hpp"

#include <gtest/gtest.h>

namespace tritsim {
namespace {

TEST(ToggleLaw, ProductsThatAreNeverZeroChangeHalfTheBits) {
  // Two products of 9 bits, one sum of 10; an accumulator of no bits.
  EXPECT_DOUBLE_EQ(toggle_rate({2, 8, 0, 64}, 0), 0.5);
}

TEST(ToggleLaw, ASumIsZeroIfAllItsProductsAre) {
  // 18 bits change with (1 - z^2) / 2, 10 bits with (1 - z^4) / 2.
  const double z = 0.6;
  EXPECT_NEAR(toggle_rate({2, 8, 0, 64}, z),
              (18 * (1 - z * z) / 2 + 10 * (1 - z * z * z * z) / 2) / 28, 1e-12);
}

TEST(ToggleLaw, NothingButZerosChangesNothing) {
  EXPECT_EQ(toggle_rate({16, 8, 20, 64}, 1), 0);
}

TEST(ToggleLaw, MoreZerosNeverChangeMore) {
  for (const std::uint32_t inputs : {1U, 3U, 8U, 100U, 1024U}) {
    double before = 1;
    for (int z = 0; z <= 20; ++z) {
      const double rate = toggle_rate({inputs, 8, 24, 16}, z / 20.0);
      EXPECT_LE(rate, before) << inputs << " inputs, " << z / 20.0;
      EXPECT_GE(rate, 0);
      before = rate;
    }
  }
}

TEST(ToggleLaw, ZerosHelpWideTreesLeast) {
  EXPECT_LT(toggle_rate({4, 8, 16, 64}, 0.8), toggle_rate({64, 8, 16, 64}, 0.8));
}

TEST(ToggleLaw, TheSignOfALongRowChangesRarely) {
  EXPECT_LT(toggle_rate({4, 8, 32, 4096}, 0.3), toggle_rate({4, 8, 32, 16}, 0.3));
}

}  // namespace
}  // namespace tritsim
