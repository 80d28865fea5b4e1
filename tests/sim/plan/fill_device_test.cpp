// SPDX-License-Identifier: Apache-2.0
#include "arch/board/fill_device.hpp"

#include <gtest/gtest.h>

#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

double most(const BoardSpec& board) {
  double share = 0;
  for (const ResourceUse& u : device_fit(board).resources) share = std::max(share, u.share());
  return share;
}

class FillDevice : public testing::TestWithParam<const char*> {};

TEST_P(FillDevice, IsTheLargestThatFits) {
  const BoardSpec board = test::board(GetParam());
  for (const double fill : {0.5, 0.7, 1.0}) {
    const FilledDevice filled = fill_device(board, Growth::lanes, fill);
    EXPECT_LE(most(filled.board), fill);
    BoardSpec larger = filled.board;
    for (CoreGroup& g : larger.cores) ++g.lanes;
    EXPECT_GT(most(larger), fill);
    EXPECT_NE(filled.limit, "none");
  }
}

TEST_P(FillDevice, SettingsMakeTheBoard) {
  const BoardSpec board = test::board(GetParam());
  const FilledDevice filled = fill_device(board, Growth::width, 1);
  std::vector<Override> overrides;
  for (const Setting& s : filled.settings) overrides.push_back({s.path, s.value});
  EXPECT_EQ(test::board(GetParam(), overrides), filled.board);
}

TEST_P(FillDevice, GrowsWithTheShareItMayUse) {
  const BoardSpec board = test::board(GetParam());
  std::uint32_t last = 0;
  for (const double fill : {0.4, 0.6, 0.8, 1.0}) {
    const std::uint32_t lanes = fill_device(board, Growth::lanes, fill).board.lanes();
    EXPECT_GE(lanes, last);
    last = lanes;
  }
}

INSTANTIATE_TEST_SUITE_P(Shipped, FillDevice, testing::Values("u250_dense", "u250_mmfree_48"));

TEST(FillDeviceErrors, SayWhatIsMissing) {
  BoardSpec board = test::board("u250_dense");
  EXPECT_THROW((void)fill_device(board, Growth::lanes, 0.001), ConfigError);
  board.device.logic.reset();
  board.device.ram.clear();
  EXPECT_THROW((void)fill_device(board, Growth::lanes, 1), ConfigError);
}

}  // namespace
}  // namespace tritsim
