// SPDX-License-Identifier: Apache-2.0
#include "reports/text/number.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace tritsim {
namespace {

TEST(Number, ThreeDigitsWithPrefix) {
  EXPECT_EQ(si(12.35e-3, "s"), "12.4 ms");
  EXPECT_EQ(si(1.0, "W"), "1.00 W");
  EXPECT_EQ(si(123.4, "W"), "123 W");
  EXPECT_EQ(si(4.78e-12, "J"), "4.78 pJ");
  EXPECT_EQ(si(251.3e9, "", 4), "251.3 G");
  EXPECT_EQ(si(-1234, "J"), "-1.23 kJ");
}

TEST(Number, RoundingMayReachTheNextPrefix) {
  EXPECT_EQ(si(999.4, "W"), "999 W");
  EXPECT_EQ(si(999.6, "W"), "1.00 kW");
  EXPECT_EQ(si(9.996, "W"), "10.0 W");
  EXPECT_EQ(si(0.9999, "s"), "1.00 s");
}

TEST(Number, ZeroAndWhatIsNoNumber) {
  EXPECT_EQ(si(0.0, "J"), "0 J");
  EXPECT_EQ(si(0.0, ""), "0");
  EXPECT_EQ(si(std::nan(""), "J"), "-");
  EXPECT_EQ(si(std::numeric_limits<double>::infinity(), "J"), "-");
  EXPECT_EQ(percent(ratio(0, 0)), "-");
  EXPECT_EQ(significant(ratio(1, 0)), "-");
  EXPECT_EQ(count(ratio(1, 0)), "-");
  EXPECT_EQ(si(Range<double>{ratio(0, 0), ratio(0, 0), ratio(0, 0)}, "W"), "-");
}

TEST(Number, BeyondTheLastPrefix) {
  EXPECT_EQ(si(1e-21, "J"), "0.00100 aJ");
  EXPECT_EQ(si(5e21, "B"), "5000 EB");
}

TEST(Number, RangeInOneUnit) {
  EXPECT_EQ(si(Range<double>{10.1, 12.3, 15.0}, "W"), "12.3 (10.1 - 15.0) W");
  EXPECT_EQ(si(Range<double>{0.5e-3, 1.56e-3, 4.7e-3}, "J"), "1.56 (0.50 - 4.70) mJ");
  EXPECT_EQ(si(Range<double>{0, 0, 2e-3}, "J"), "0.00 (0.00 - 2.00) mJ");
  EXPECT_EQ(si(Range<double>{2, 2, 2}, "J"), "2.00 J") << "no range: the value alone";
}

TEST(Number, Significant) {
  EXPECT_EQ(significant(3944.6, 4), "3945");
  EXPECT_EQ(significant(12345, 3), "12345") << "no digit before the point is cut off";
  EXPECT_EQ(significant(0.06094), "0.0609");
  EXPECT_EQ(significant(1e-5), "1.00e-05");
  EXPECT_EQ(significant(2.5e7), "2.50e+07");
  EXPECT_EQ(significant(0), "0");
}

TEST(Number, Percent) {
  EXPECT_EQ(percent(0.1234), "12.3 %");
  EXPECT_EQ(percent(1), "100.0 %");
  EXPECT_EQ(percent(0.00045, 2), "0.05 %");
}

TEST(Number, Count) {
  EXPECT_EQ(count(0), "0");
  EXPECT_EQ(count(999), "999");
  EXPECT_EQ(count(1000), "1,000");
  EXPECT_EQ(count(1234567.4), "1,234,567");
  EXPECT_EQ(count(-1234), "-1,234");
  EXPECT_EQ(count(-0.2), "0");
}

}  // namespace
}  // namespace tritsim
