// SPDX-License-Identifier: Apache-2.0
#include "arch/study/overlay.hpp"

#include <gtest/gtest.h>

#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

OverlayFile overlay(const std::string& path, const std::string& value) {
  return {"test", {{path, value, "30 W", "60 W", "a fit", Confidence::calibrated}}};
}

TEST(Overlay, ReplacesACoefficientWithRangeAndSource) {
  const BoardSpec b =
      test::board("u250_mmfree_48", overrides_of(overlay("power.idle", "41 W"), "fit.yaml"));
  EXPECT_EQ(b.power.idle.value, 41.0_W);
  EXPECT_EQ(b.power.idle.low, 30.0_W);
  EXPECT_EQ(b.power.idle.high, 60.0_W);
  EXPECT_EQ(b.power.idle.source, "a fit");
  EXPECT_EQ(b.power.idle.confidence, Confidence::calibrated);
}

TEST(Overlay, IsCheckedAsTheFileWouldBeAndNamed) {
  const auto refused = [](const OverlayFile& o, const std::string& why) {
    try {
      static_cast<void>(test::board("u250_mmfree_48", overrides_of(o, "fit.yaml")));
      FAIL() << why;
    } catch (const ConfigError& e) {
      EXPECT_NE(std::string(e.what()).find(why), std::string::npos) << e.what();
    }
  };
  refused(overlay("power.idle", "70 W"), "fit.yaml: power.idle.high");
  refused(overlay("power.idle", "41 mJ"), "unit 'mJ' is not one of");
  refused(overlay("power.idel", "41 W"), "no such key");
}

}  // namespace
}  // namespace tritsim
