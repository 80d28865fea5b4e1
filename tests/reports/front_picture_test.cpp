// SPDX-License-Identifier: Apache-2.0
#include "reports/front_picture.hpp"

#include <gtest/gtest.h>

namespace tritsim {
namespace {

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

FrontPicture chart() {
  return {"A & B",
          {"power", "W", false},
          {"tokens per second", "", true},
          {{10, 100, true, true, "lanes = 1"},
           {20, 300, true, true, "lanes = 2"},
           {30, 350, true, true, "lanes < 4"},
           {25, 200, true, false, ""},
           {25, 200, true, false, ""},
           {28, 340, false, false, ""}}};
}

TEST(FrontPicture, DrawsTheFrontAndEverySpotOnce) {
  const std::string svg = to_svg(chart());
  EXPECT_EQ(times(svg, "class=\"front\""), 3U + 1);  // and in the legend
  EXPECT_EQ(times(svg, "class=\"other\""), 1U + 1);
  EXPECT_EQ(times(svg, "class=\"broken\""), 1U + 1);
  EXPECT_NE(svg.find("lanes &lt; 4"), std::string::npos);
  EXPECT_NE(svg.find("A &amp; B. 6 points, 3 of them on the front"), std::string::npos);
  EXPECT_NE(svg.find(">power (W), less is better<"), std::string::npos);
  EXPECT_NE(svg.find(">tokens per second, more is better<"), std::string::npos);
}

TEST(FrontPicture, PlacesPointsOnTheirScales) {
  // x: 10 to 30 W from 76 to 736; y: 100 to 350 in steps of 50 from 360 up to 84.
  const std::string svg = to_svg(chart());
  EXPECT_NE(svg.find("<circle cx=\"76.0\" cy=\"360.0\" r=\"3.8\""), std::string::npos) << svg;
  EXPECT_NE(svg.find("<circle cx=\"406.0\" cy=\"139.2\" r=\"3.8\""), std::string::npos);
  EXPECT_NE(svg.find("<circle cx=\"736.0\" cy=\"84.0\" r=\"3.8\""), std::string::npos);
  // With less power being better, what a point reaches holds until the next one.
  EXPECT_NE(svg.find("d=\"M76.0 360.0H406.0V139.2H736.0V84.0\""), std::string::npos);
}

TEST(FrontPicture, StandsAlone) {
  const std::string svg = to_svg(chart());
  EXPECT_EQ(svg.rfind("<svg xmlns=\"http://www.w3.org/2000/svg\"", 0), 0U);
  EXPECT_NE(svg.find("prefers-color-scheme: dark"), std::string::npos);
  EXPECT_EQ(times(svg, "http"), 1U) << "nothing is fetched";
  EXPECT_EQ(svg.find("<script"), std::string::npos);
  EXPECT_EQ(to_svg({"nothing", {}, {}, {}}), "");
}

TEST(FrontPicture, OnePointIsDrawn) {
  const std::string svg =
      to_svg({"one", {"a", "", true}, {"b", "", true}, {{0, 0, true, true, ""}}});
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  EXPECT_EQ(times(svg, "class=\"border\""), 0U);
}

TEST(FrontPicture, NamesMetrics) {
  const auto name = [](const char* metric) {
    const auto axis = axis_of_metric(metric, true);
    return axis.name + "|" + axis.unit;
  };
  EXPECT_EQ(name("tokens_per_s"), "tokens per second|");
  EXPECT_EQ(name("power_w"), "power|W");
  EXPECT_EQ(name("energy_per_token_j_high"), "energy per token, high end|J");
  EXPECT_EQ(name("attained_memory_bytes_per_s"), "attained memory|B/s");
  EXPECT_EQ(name("time_to_first_token_s"), "time to first token|s");
  EXPECT_EQ(name("batch"), "batch|");
}

}  // namespace
}  // namespace tritsim
