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
  EXPECT_EQ(verdict({10, 20, 101}), "fits, not at the high end of its range");
  EXPECT_EQ(verdict({10, 101, 200}), "fits at the low end of its range alone");
  EXPECT_EQ(verdict({101, 150, 200}), "does not fit, even at the low end");
  EXPECT_EQ(verdict({101, 101, 101}), "does not fit");
  EXPECT_EQ((ResourceUse{"r", {1001, 1001, 1001}, 1000}.text()), "100.10 % of r");
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
