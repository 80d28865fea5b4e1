// SPDX-License-Identifier: Apache-2.0
#include "arch/board/device_fit.hpp"

#include <cmath>
#include <filesystem>

#include <gtest/gtest.h>

#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

using test::board;

const ResourceUse& use_of(const FitVerdict& fit, const std::string& name) {
  const auto it = std::find_if(fit.resources.begin(), fit.resources.end(),
                               [&](const ResourceUse& u) { return u.name == name; });
  EXPECT_NE(it, fit.resources.end()) << name;
  return *it;
}

TEST(DeviceFit, ResourcesAreWhatTheLawsOfTheAreaSay) {
  const BoardSpec b = board("u250_dense");
  const FitVerdict fit = device_fit(b);
  EXPECT_EQ(use_of(fit, "logic cells").need, logic_cells(b));
  EXPECT_EQ(use_of(fit, "logic cells").have, 1'500'000);
  EXPECT_EQ(use_of(fit, "multipliers").need.value, multipliers(b));
  EXPECT_EQ(use_of(fit, "bram36").need.value, memory_blocks(b, RamBlock::bram36));
  EXPECT_EQ(use_of(fit, "bram36").have, 2304);
}

TEST(DeviceFit, HeadlineDoesNotFitAboveTheDeviceWhateverTheResource) {
  BoardSpec b = board("u250_mmfree_48");
  EXPECT_TRUE(device_fit(b).fits()) << device_fit(b).text();
  EXPECT_TRUE(device_fit(b).text().starts_with("fits (")) << device_fit(b).text();

  b.cores[0].lanes = 300;
  const std::string text = device_fit(b).text();
  const double share = logic_cells(b).value / 1'500'000;
  EXPECT_GT(share, 1);
  EXPECT_TRUE(text.starts_with("does not fit (")) << text;
  EXPECT_NE(text.find(std::to_string(std::lround(100 * share)) + " % of logic cells"),
            std::string::npos)
      << text;

  b = board("u250_mmfree_48");
  b.device.ram[0].shell = b.device.ram[0].count - 1;
  EXPECT_NE(device_fit(b).text().find("% of bram36"), std::string::npos);
  EXPECT_FALSE(device_fit(b).fits());

  b = board("u250_dense");
  b.device.logic->multipliers = 1;
  EXPECT_NE(device_fit(b).text().find("% of multipliers"), std::string::npos);
}

TEST(DeviceFit, BlocksThatTheDeviceLacksAreNamed) {
  BoardSpec b = board("u250_mmfree_48");
  b.device.core_block = RamBlock::m20k;
  const FitVerdict fit = device_fit(b);
  EXPECT_FALSE(fit.fits());
  EXPECT_NE(fit.text().find("m20k and there are none"), std::string::npos) << fit.text();
}

TEST(DeviceFit, VerdictFollowsTheRange) {
  const auto verdict = [](AreaEstimate need) { return ResourceUse{"r", need, 100}.verdict(); };
  EXPECT_EQ(verdict({10, 20, 100}), "fits");
  EXPECT_EQ(verdict({10, 20, 101}), "tight");
  EXPECT_EQ(verdict({10, 101, 200}), "does not fit");
  EXPECT_EQ(verdict({101, 150, 200}), "does not fit, even at the low end");
  EXPECT_EQ(verdict({101, 101, 101}), "does not fit");
  EXPECT_EQ((ResourceUse{"r", {1001, 1001, 1001}, 1000}.text()), "100.10 % of r");
}

TEST(DeviceFit, VerdictFollowsTheShareThatCanBeUsed) {
  const auto use = [](double need) {
    return ResourceUse{"r", {need, need, need}, 100, false, {0.4, 0.6, 0.8}};
  };
  EXPECT_EQ(use(40).verdict(), "fits");
  EXPECT_EQ(use(41).verdict(), "tight");
  EXPECT_EQ(use(80).verdict(), "tight");
  EXPECT_EQ(use(81).verdict(), "does not fit");
  EXPECT_EQ(use(81).text(), "81 % of r (80 % can be used)");
  EXPECT_EQ(use(41).text(), "41 % of r");
  EXPECT_EQ((FitVerdict{{use(10), use(41)}}).text(), "tight (41 % of r)");
}

TEST(DeviceFit, RegionsHoldWholeLanes) {
  BoardSpec b = board("u250_mmfree_48");
  const auto room = [&] { return room_for_lanes(b).at(0).lanes.value; };
  const double parted = room();
  EXPECT_EQ(std::fmod(parted, 4), 0);
  b.device.logic->regions = 1;
  EXPECT_GE(room(), parted);
  b.device.logic->regions = 16;
  EXPECT_LE(room(), parted);
}

TEST(DeviceFit, RoomForLanesIsWhatFits) {
  BoardSpec b = board("u250_mmfree_48");
  const LaneRoom room = room_for_lanes(b).at(0);
  EXPECT_EQ(room.there, 48U);
  EXPECT_LE(room.lanes.low, room.lanes.value);
  EXPECT_LE(room.lanes.value, room.lanes.high);
  b.cores.resize(1);
  b.cores[0].channels = {0};
  b.device.logic->regions = 1;
  const auto most = static_cast<std::uint32_t>(room_for_lanes(b).at(0).lanes.value);
  const auto is_within = [&](std::uint32_t lanes) {
    b.cores[0].lanes = lanes;
    const FitVerdict fit = device_fit(b);
    return std::all_of(fit.resources.begin(), fit.resources.end(), [](const ResourceUse& u) {
      return u.need.value <= u.have * u.limit.value + 1e-6;
    });
  };
  EXPECT_TRUE(is_within(most));
  EXPECT_FALSE(is_within(most + 1));
}

// The largest designs that were built, which nothing in the law was fitted to.
TEST(DeviceFit, PublishedDesignsOfTheU250AreInTheRange) {
  const LaneRoom small = room_for_lanes(board("u250_mmfree_48")).at(0);
  EXPECT_LE(small.lanes.low, 48);
  EXPECT_GE(small.lanes.high, 48);
  const LaneRoom large = room_for_lanes(board("u250_mmfree_1.3b_41")).at(0);
  EXPECT_LE(large.lanes.low, 41);
  EXPECT_GE(large.lanes.high, 41);
}

TEST(DeviceFit, NothingIsKnownOfADeviceThatSaysNothing) {
  BoardSpec b = board("u250_mmfree_48");
  b.device.ram.clear();
  b.device.logic.reset();
  EXPECT_FALSE(device_fit(b).is_known());
  EXPECT_TRUE(device_fit(b).fits());
  EXPECT_FALSE(device_fit(b).scarcest());
  EXPECT_TRUE(device_fit(b).text().starts_with("not known"));
}

TEST(DeviceFit, EveryShippedBoardFits) {
  for (const auto& entry : std::filesystem::directory_iterator(test::config("boards"))) {
    const FitVerdict fit = device_fit(load<BoardSpec>(entry.path().string()));
    EXPECT_TRUE(fit.fits()) << entry.path() << ": " << fit.text();
  }
}

}  // namespace
}  // namespace tritsim
