// SPDX-License-Identifier: Apache-2.0
#include "sim/result/part_verdict.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

std::vector<PartVerdict> shipped(const char* file) {
  return judge(load<SynthesisFile>(test::config(std::string("measurements/") + file)));
}

std::vector<PartVerdict> judged_points(bool fitted) {
  std::vector<PartVerdict> all = shipped("synthesis_xcup.yaml");
  std::erase_if(all, [&](const PartVerdict& v) { return v.point.fitted != fitted; });
  return all;
}

TEST(PartVerdict, EveryKindOfPartIsFittedAndJudged) {
  for (const bool fitted : {true, false}) {
    const std::vector<PartVerdict> some = judged_points(fitted);
    for (const auto& [kind, name] : EnumNames<PartKind>::names) {
      EXPECT_TRUE(std::any_of(some.begin(), some.end(), [k = kind](const PartVerdict& v) {
        return v.point.part == k;
      })) << name;
    }
  }
}

TEST(PartVerdict, PointsOutsideTheFitAreMet) {
  const std::vector<PartVerdict> points = judged_points(false);
  const PartErrors cells = errors_of(points, &PartVerdict::cell_error);
  EXPECT_GT(cells.count, 25U);
  EXPECT_LT(cells.median, 0.08);
  EXPECT_LT(cells.nine_in_ten, 0.15);
  const PartErrors registers = errors_of(points, &PartVerdict::register_error);
  EXPECT_GT(registers.count, 25U);
  EXPECT_LT(registers.median, 0.08);
  EXPECT_LT(registers.nine_in_ten, 0.15);
}

TEST(PartVerdict, MultipliersAreExact) {
  for (const PartVerdict& v : shipped("synthesis_xcup.yaml")) {
    if (!v.point.figures.dsp) continue;
    EXPECT_EQ(v.counts.dsp, *v.point.figures.dsp);
  }
}

TEST(PartVerdict, SlowestPathsAreThoseOfTheNetlists) {
  std::size_t points = 0;
  std::size_t close = 0;
  for (const PartVerdict& v : shipped("synthesis_xcup.yaml")) {
    ++points;
    const bool levels = std::abs(v.counts.path_levels - *v.point.figures.path_luts) <= 1;
    const bool carries = std::abs(v.counts.path_carries - *v.point.figures.path_carries) <= 3;
    close += levels && carries ? 1 : 0;
  }
  EXPECT_GE(static_cast<double>(close), 0.95 * static_cast<double>(points));
}

TEST(PartVerdict, APipelinedTreeOfAVendorIsMet) {
  const std::vector<PartVerdict> parts = shipped("vendor_parts.yaml");
  for (const PartVerdict& v : parts) EXPECT_EQ(v.obtained, Obtained::vendor_tool);
  const auto tree = std::find_if(parts.begin(), parts.end(),
                                 [](const PartVerdict& v) { return v.point.figures.luts == 149; });
  ASSERT_NE(tree, parts.end());
  EXPECT_LT(std::abs(*tree->cell_error()), 0.15);
  EXPECT_LT(std::abs(*tree->register_error()), 0.15);
}

TEST(PartVerdict, ErrorsAreSortedWithoutSign) {
  SynthesisFile file = load<SynthesisFile>(test::config("measurements/vendor_parts.yaml"));
  file.points.resize(1);
  SynthesisPoint& p = file.points[0];
  p.figures = {};
  EXPECT_FALSE(judge(file)[0].cell_error());
  p.figures.luts = 29;  // too few for a relative error
  EXPECT_FALSE(judge(file)[0].cell_error());
  p.figures.luts = 2 * judge(file)[0].cells.value;
  EXPECT_DOUBLE_EQ(*judge(file)[0].cell_error(), -0.5);
  const PartErrors e = errors_of(judge(file), &PartVerdict::cell_error);
  EXPECT_EQ(e.count, 1U);
  EXPECT_DOUBLE_EQ(e.worst, 0.5);
}

}  // namespace
}  // namespace tritsim
