// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <regex>

#include <gtest/gtest.h>

#include "reports/run_report.hpp"
#include "reports/svg.hpp"
#include "tests/reports/html_check.hpp"
#include "tests/reports/sample.hpp"

namespace tritsim {
namespace {

std::string page() {
  return to_html(make_run_report(sample::model_run(), sample::energy()));
}

std::size_t occurrences(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

TEST(HtmlCheck, FindsFaults) {
  EXPECT_EQ(html_faults("<p class=\"a\">x<meta x=\"1\"><b/></p>"), "");
  EXPECT_NE(html_faults("<p><b></p></b>"), "");
  EXPECT_NE(html_faults("<p>"), "");
  EXPECT_NE(html_faults("<p id=\"a\"></p><p id=\"a\"></p>"), "");
  EXPECT_NE(html_faults("<a href=\"#b\"></a>"), "");
  EXPECT_NE(html_faults("<p title=\"a<b\"></p>"), "");
}

TEST(Html, IsWellFormed) {
  EXPECT_EQ(html_faults(page()), "");
}

TEST(Html, NeedsNothingElse) {
  std::string text = page();
  const std::string name_space = "http://www.w3.org/2000/svg";
  for (std::size_t at; (at = text.find(name_space)) != std::string::npos;) {
    text.erase(at, name_space.size());
  }
  for (const char* part : {"http://", "https://", "<script", "<link", "@import", "src=", "url(h"}) {
    EXPECT_EQ(text.find(part), std::string::npos) << part;
  }
}

TEST(Html, FollowsTheReadersColours) {
  EXPECT_NE(page().find("prefers-color-scheme: dark"), std::string::npos);
  EXPECT_NE(page().find("@media print"), std::string::npos);
}

TEST(Html, EveryChartIsTitledAndDescribed) {
  const std::string text = page();
  EXPECT_EQ(occurrences(text, "<figure>"), 8U);
  EXPECT_EQ(occurrences(text, "<figcaption>"), 8U);
  EXPECT_EQ(occurrences(text, "role=\"img\" aria-label=\""), 8U);
  EXPECT_NE(text.find("bit_linear: 700 us."), std::string::npos) << "values in the description";
}

TEST(Html, NamesAreEscaped) {
  EXPECT_NE(page().find("<h1>tiny on board &lt;A&gt; &amp; &quot;B&quot;</h1>"), std::string::npos);
  EXPECT_EQ(page().find("<A>"), std::string::npos);
}

TEST(Html, StaticEnergyIsHatched) {
  const std::string text = page();
  const std::size_t chart = text.find("Energy per token by component</figcaption>");
  ASSERT_NE(chart, std::string::npos);
  EXPECT_NE(text.find("class=\"hatch\"", chart), std::string::npos);
  EXPECT_NE(text.find("ternary adders: 1.00 mJ, dynamic (events) 1.00 mJ."), std::string::npos);
  EXPECT_NE(text.find("card: 833 uJ, static (while time passes) 833 uJ."), std::string::npos);
}

/// Start and length of the first bar in a colour.
std::pair<double, double> first_bar(const std::string& html, const std::string& colour,
                                    double height) {
  const std::regex rectangle(
      "<rect x=\"([0-9.]+)\" y=\"[0-9.]+\" width=\"([0-9.]+)\" height=\"([0-9.]+)\" class=\"" +
      colour + "\"");
  for (std::sregex_iterator it(html.begin(), html.end(), rectangle), end; it != end; ++it) {
    if (std::stod((*it)[3]) == height) return {std::stod((*it)[1]), std::stod((*it)[2])};
  }
  return {-1, -1};
}

TEST(BarChart, LengthsAreInProportionAndEndToEnd) {
  BarChart chart;
  chart.text = {"t", "s", "n"};
  chart.series = {{"a", 1, false}, {"b", 2, false}};
  chart.bars = {{"bar", {3e-3, 1e-3}, "4 ms", {}}};
  const std::string html = to_html(chart);
  const auto [x1, w1] = first_bar(html, "c1", 20);
  const auto [x2, w2] = first_bar(html, "c2", 20);
  EXPECT_NEAR(w1, 3 * w2, 0.3);
  EXPECT_NEAR(x2, x1 + w1, 0.2);
  EXPECT_EQ(html_faults(html), "");
}

TEST(BarChart, WhiskersReachLowAndHigh) {
  BarChart chart;
  chart.text = {"t", "J", "n"};
  chart.series = {{"a", 1, false}};
  chart.bars = {{"bar", {2.0}, "behind", Range<double>{1, 2, 4}}};
  const std::string html = to_html(chart);
  const auto [x, w] = first_bar(html, "c1", 20);
  std::smatch m;
  ASSERT_TRUE(std::regex_search(
      html, m, std::regex("x1=\"([0-9.]+)\" y1=\"[0-9.]+\" x2=\"([0-9.]+)\"[^>]*whisker")));
  EXPECT_NEAR(std::stod(m[1]), x + w / 2, 0.2);
  EXPECT_NEAR(std::stod(m[2]), x + w * 2, 0.2);
  std::smatch text;
  ASSERT_TRUE(std::regex_search(html, text, std::regex("<text x=\"([0-9.]+)\"[^>]*>behind")));
  EXPECT_GT(std::stod(text[1]), std::stod(m[2]));
}

TEST(Charts, NothingToDrawIsNothing) {
  EXPECT_EQ(to_html(BarChart{}), "");
  EXPECT_EQ(to_html(ColumnChart{}), "");
  EXPECT_EQ(to_html(RooflineChart{}), "");
}

TEST(ColumnChart, ManyValuesStayReadable) {
  ColumnChart chart;
  chart.text = {"t", "s", "n"};
  chart.axis = "layer";
  chart.values.assign(1000, 1e-6);
  const std::string html = to_html(chart);
  EXPECT_EQ(html_faults(html), "");
  EXPECT_LE(occurrences(html, "class=\"tick\""), 40U);
}

TEST(RooflineChart, PointAtTheRidgeLiesOnTheRoof) {
  RooflineChart chart;
  chart.text = {"t", "add/s", "n"};
  chart.operation = "additions";
  chart.peak = 1e12;
  chart.roofs = {{"memory", 1e11}};
  chart.points = {{"p", 10, 1e12}};
  const std::string html = to_html(chart);
  std::smatch roof;
  std::smatch point;
  ASSERT_TRUE(std::regex_search(html, roof,
                                std::regex("x2=\"([0-9.]+)\" y2=\"([0-9.]+)\" class=\"roof\"")));
  ASSERT_TRUE(std::regex_search(html, point, std::regex("cx=\"([0-9.]+)\" cy=\"([0-9.]+)\"")));
  EXPECT_NEAR(std::stod(roof[1]), std::stod(point[1]), 0.2);
  EXPECT_NEAR(std::stod(roof[2]), std::stod(point[2]), 0.2);
}

TEST(Ticks, RoundAndEnough) {
  EXPECT_EQ(svg::ticks(12, 7), (std::vector<double>{0, 2, 4, 6, 8, 10, 12}));
  EXPECT_EQ(svg::ticks(0), (std::vector<double>{0, 1}));
  for (const double top : {1e-9, 0.37, 1.0, 9.99, 12345.0}) {
    const auto ticks = svg::ticks(top);
    EXPECT_GE(ticks.back(), top * (1 - 1e-9));
    EXPECT_GE(ticks.size(), 3U);
    EXPECT_LE(ticks.size(), 15U);
  }
}

}  // namespace
}  // namespace tritsim
