// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "reports/study/validation_report.hpp"
#include "tests/reports/html_check.hpp"

namespace tritsim {
namespace {

Verdict figure(const std::string& hardware, const std::string& name, double error) {
  Verdict v;
  v.name = hardware + ": " + name;
  v.hardware = hardware;
  v.quantity = "tokens/s";
  v.unit = "1/s";
  v.source = "source of " + hardware;
  v.measured = 100;
  v.simulated = 100 * (1 + error);
  v.tolerance = 0.1;
  v.boundary = "card";
  return v;
}

/// One board off to one side, one off to both, one with a single figure.
std::vector<Verdict> figures() {
  std::vector<Verdict> all{figure("X", "a", 0.062), figure("Y", "a", 0.05),
                           figure("X", "b", 0.058), figure("X", "c", 0.060),
                           figure("Y", "b", -0.05), figure("Z", "only", 0.09)};
  Verdict projected = figure("X", "projected", 3);
  projected.obtained = Obtained::projected;
  all.push_back(projected);
  return all;
}

TEST(HeadlineValidation, BiasAndSpreadOfEachBoard) {
  const std::vector<ErrorGroup> groups = by_hardware(figures());
  ASSERT_EQ(groups.size(), 3U) << "by hardware, projected figures left out";
  EXPECT_EQ(groups[0].hardware, "X");
  EXPECT_EQ(groups[0].verdicts.size(), 3U);
  EXPECT_NEAR(groups[0].bias(), 0.06, 1e-12);
  EXPECT_NEAR(groups[0].spread(), std::sqrt(2.0 / 3) * 0.002, 1e-12);
  EXPECT_TRUE(groups[0].is_biased());
  EXPECT_NEAR(groups[1].bias(), 0, 1e-12);
  EXPECT_NEAR(groups[1].spread(), 0.05, 1e-12);
  EXPECT_FALSE(groups[1].is_biased()) << "to both sides";
  EXPECT_FALSE(groups[2].is_biased()) << "one figure is no bias";
}

TEST(HeadlineValidation, ABiasIsSaidInWordsEverywhere) {
  const std::string words = "X, tokens/s: +6.0 % bias, 0.2 % spread, 3 figures";
  const Table table = bias_table(by_hardware(figures()));
  EXPECT_NE(table.note.find(words), std::string::npos) << table.note;
  EXPECT_EQ(table.note.find("Y, tokens/s"), std::string::npos) << table.note;
  const Page page = validation_page(figures(), {}, "test");
  EXPECT_EQ(page.sections.front().id, "errors");
  EXPECT_NE(page.sections.front().text.find(words), std::string::npos);
  const auto json = nlohmann::json::parse(to_json(validation_metrics(figures())));
  ASSERT_EQ(json["groups"].size(), 3U);
  EXPECT_EQ(json["groups"][0]["hardware"], "X");
  EXPECT_NEAR(json["groups"][0]["bias"], 0.06, 1e-12);
  EXPECT_EQ(json["groups"][0]["biased"], true);
  EXPECT_EQ(json["groups"][0]["figures"], 3);
}

TEST(HeadlineValidation, CoverageCountsFiguresInsideTheirRanges) {
  std::vector<Verdict> all = figures();
  for (Verdict& v : all) v.low = v.high = v.simulated;
  EXPECT_EQ(coverage_of(all).figures, 0U);
  EXPECT_EQ(verdict_table(all).columns.size(), 9U) << "no column for ranges that nobody has";
  const auto give = [](Verdict& v, double low, double high) {
    v.low = low;
    v.high = high;
  };
  give(all[0], 99, 110);
  give(all[1], 104, 106);  // 100 was measured
  give(all[4], 90, 100);   // up to its end
  give(all[6], 50, 500);   // projected: in no summary
  const Coverage c = coverage_of(all);
  EXPECT_EQ(c.figures, 3U);
  EXPECT_EQ(c.covered, 2U);
  EXPECT_EQ(c.without, 3U);
  const Table table = coverage_table(all);
  EXPECT_EQ(table.rows.front(), (std::vector<std::string>{"tokens/s", "3", "2", "67 %", "3"}));
  const Table verdicts = verdict_table(all);
  EXPECT_EQ(verdicts.columns.size(), 10U);
  EXPECT_EQ(verdicts.rows[1][4].back(), '*');
  const auto json = nlohmann::json::parse(to_json(validation_metrics(all)));
  EXPECT_EQ(json["coverage"]["covered"], 2);
  EXPECT_EQ(json["cases"][1]["covered"], false);
  EXPECT_TRUE(json["cases"][2]["covered"].is_null());
}

TEST(ValidationPage, EveryFigureIsInOnePictureAndEverySourceStandsOnce) {
  const std::string html = to_html(validation_page(figures(), {}, "test"));
  EXPECT_EQ(html_faults(html), "");
  const Page page = validation_page(figures(), {}, "test");
  const auto& chart =
      std::get<ErrorChart>(std::get<Chart>(page.sections.front().blocks.front().content));
  ASSERT_EQ(chart.rows.size(), 3U);
  EXPECT_EQ(chart.rows[0].marks.size(), 3U);
  const auto spec = nlohmann::json::parse(vega_lite(chart));
  std::set<std::string> sides;
  for (const auto& layer : spec["layer"]) {
    const auto& x = layer["encoding"].value("x", nlohmann::json::object());
    if (x.contains("axis") && x["axis"].is_object()) sides.insert(x["axis"].value("orient", ""));
  }
  EXPECT_EQ(sides, (std::set<std::string>{"bottom", "top"}));
  const Section& sources = page.sections.back();
  std::size_t seen = 0;
  for (const Block& b : sources.blocks) {
    for (const auto& row : std::get<Table>(b.content).rows) {
      for (const std::string& cell : row) seen += cell == "source of X";
    }
  }
  EXPECT_EQ(seen, 1U);
}

TEST(ValidationPage, PartsHaveASectionOfTheirOwn) {
  PartVerdict fitted;
  fitted.point.part = PartKind::ternary_tree;
  for (const std::string& name : parameters_of(fitted.point.part)) {
    fitted.point.parameters[name] = 8;
  }
  fitted.point.figures.luts = 100;
  fitted.point.fitted = true;
  fitted.cells = {90, 100, 120};
  PartVerdict vendor = fitted;
  vendor.obtained = Obtained::vendor_tool;
  const Page with = validation_page(figures(), {fitted, vendor}, "test");
  const auto section = std::find_if(with.sections.begin(), with.sections.end(),
                                    [](const Section& s) { return s.id == "parts"; });
  ASSERT_NE(section, with.sections.end());
  ASSERT_EQ(section->blocks.size(), 3U) << "a picture, a table of kinds, a table of vendors' parts";
  const auto& chart = std::get<ScatterChart>(std::get<Chart>(section->blocks[0].content));
  EXPECT_EQ(chart.points.size(), 2U);
  EXPECT_EQ(chart.series.size(), 2U) << "no series without a point";
  for (const Section& s : validation_page(figures(), {}, "test").sections) EXPECT_NE(s.id, "parts");
}

}  // namespace
}  // namespace tritsim
