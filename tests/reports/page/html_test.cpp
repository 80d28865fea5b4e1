// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "reports/page/index_page.hpp"
#include "reports/run/inputs.hpp"
#include "reports/run/report.hpp"
#include "reports/text/embedded.hpp"
#include "reports/text/law.hpp"
#include "reports/text/script_text.hpp"
#include "reports/text/style.hpp"
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

/// The page without the library that draws the charts.
std::string own_part(std::string text) {
  for (const std::string_view part : {vega_script, vega_lite_script, vega_licence}) {
    const std::size_t at = text.find(part);
    if (at != std::string::npos) text.erase(at, part.size());
  }
  return text;
}

TEST(Html, NeedsNothingElse) {
  const std::string whole = page();
  EXPECT_NE(whole.find(vega_script), std::string::npos);
  EXPECT_NE(whole.find(vega_lite_script), std::string::npos);
  EXPECT_NE(whole.find(vega_licence), std::string::npos) << "goes with what it covers";
  std::string text = own_part(whole);
  const std::string schema = "https://vega.github.io/schema/";  // a name; nobody fetches it
  for (std::size_t at; (at = text.find(schema)) != std::string::npos;) {
    text.erase(at, schema.size());
  }
  for (const char* part : {"http://", "https://", "<link", "@import", "src=", "url(h", "fetch("}) {
    EXPECT_EQ(text.find(part), std::string::npos) << part;
  }
}

TEST(Html, EmbeddedFilesAreTheFiles) {
  const std::string root = TRITSIM_SOURCE_DIR;
  EXPECT_EQ(vega_script, read_file(root + "/reports/page/vega/vega.min.js"));
  EXPECT_EQ(vega_lite_script, read_file(root + "/reports/page/vega/vega-lite.min.js"));
  EXPECT_EQ(vega_licence, read_file(root + "/reports/page/vega/LICENSE"));
  EXPECT_EQ(page_script, read_file(root + "/reports/page/page.js"));
  EXPECT_EQ(modelling_text, read_file(root + "/docs/modelling.md"));
  for (const std::string_view script : {vega_script, vega_lite_script, page_script}) {
    EXPECT_EQ(script.find("</script"), std::string::npos) << "would end its element";
  }
}

TEST(Html, FollowsTheReadersColours) {
  EXPECT_NE(page().find("prefers-color-scheme: dark"), std::string::npos);
  EXPECT_NE(page().find("@media print"), std::string::npos);
}

TEST(Html, EveryChartIsTitledAndDescribed) {
  const std::string text = page();
  EXPECT_EQ(occurrences(text, "<figure>"), 10U);
  EXPECT_EQ(occurrences(text, "<figcaption>"), 12U);
  EXPECT_EQ(occurrences(text, "<figure class=\"compact\">"), 2U) << "of the first screen";
  EXPECT_EQ(occurrences(text, "role=\"img\" aria-label=\""), 12U);
  EXPECT_EQ(occurrences(text, "class=\"copy\""), 10U);
  EXPECT_NE(text.find("bit_linear: 700 us."), std::string::npos) << "values in the description";
}

TEST(Html, EveryChartSaysWhatItIncludesAndLeadsToItsLaw) {
  const Page made = make_run_report(sample::model_run(), sample::energy()).page;
  const std::string text = to_html(made);
  int charts = 0;
  for (const Section& s : made.sections) {
    for (const Block& b : s.blocks) {
      const Chart* chart = std::get_if<Chart>(&b.content);
      if (chart == nullptr) continue;
      ++charts;
      const ChartText& about = text_of(*chart);
      EXPECT_NE(about.note, "") << about.title;
      EXPECT_NE(about.boundary, "") << about.title;
      EXPECT_NE(law_section(about.law), "") << about.title << ": " << about.law;
      EXPECT_NE(text.find("<details id=\"" + law_anchor(about.law) + "\">"), std::string::npos);
    }
  }
  EXPECT_EQ(charts, 10);
}

TEST(Html, HoldsItsInputs) {
  const nlohmann::json inputs = nlohmann::json::parse(script_element(page(), "inputs"));
  EXPECT_EQ(inputs["tool"], "tritsim test");
  EXPECT_EQ(inputs["board"]["name"], "board <A> & \"B\"") << "'<' is escaped in the page";
  EXPECT_EQ(inputs["workload"]["generate"], 10);
  EXPECT_EQ(inputs["model"]["name"], "tiny");
  EXPECT_THROW((void)inputs_in_page("<html></html>", "x.html"), ConfigError);
}

TEST(Law, SectionEndsAtTheNextHeading) {
  const std::string_view text = law_section("Power over time");
  EXPECT_NE(text, "");
  EXPECT_EQ(text.find("\n#"), std::string_view::npos);
  EXPECT_EQ(law_section("No such law"), "");
  EXPECT_EQ(law_anchor("Host, link"), "law-host-link");
}

TEST(Law, MarkdownBecomesMarkup) {
  EXPECT_EQ(law_html("Two `a < b` and\n**bold** x * y.\n\nThree.\n"),
            "<p>Two <code>a &lt; b</code> and <strong>bold</strong> x * y.</p>\n<p>Three.</p>\n");
  EXPECT_EQ(law_html("- one\n  goes on\n- two\n"),
            "<ul>\n<li>one goes on</li>\n<li>two</li>\n</ul>\n");
  const std::string table = law_html("| term | law |\n|---|---:|\n| x | `y` |\n\nBehind.\n");
  EXPECT_NE(table.find("<thead><tr><th scope=\"col\">term</th>"), std::string::npos) << table;
  EXPECT_NE(table.find("<tbody>\n<tr><td>x</td><td><code>y</code></td></tr>\n</tbody>"),
            std::string::npos);
  EXPECT_NE(table.find("</div>\n<p>Behind.</p>"), std::string::npos);
  EXPECT_EQ(law_html("a ` b\n"), "<p>a ` b</p>\n") << "a mark without its fellow";
  EXPECT_EQ(law_html("its *exposed* time, a *pipe of stages*: 2*3, a * b * c, `x *y* z`\n"),
            "<p>its <em>exposed</em> time, a <em>pipe of stages</em>: 2*3, a * b * c, "
            "<code>x *y* z</code></p>\n");
  EXPECT_EQ(law_html(""), "");
}

TEST(Law, EverySectionIsWellFormed) {
  for (const char* heading : {"Energy", "Matrix units", "Issue", "Calibration", "Ranges"}) {
    const std::string html = law_html(law_section(heading));
    EXPECT_EQ(html_faults(html), "") << heading;
    EXPECT_EQ(html.find("**"), std::string::npos) << heading;
  }
}

TEST(Index, LeadsToReportsWithTheirHeadlines) {
  const Report report = read_report(page(), "run/report.html");
  EXPECT_EQ(report.title, "tiny on board <A> & \"B\"");
  ASSERT_FALSE(report.tiles.empty());
  const std::string index = to_html(index_page({report}, "tritsim test"));
  EXPECT_EQ(html_faults(index), "");
  EXPECT_NE(index.find("<a href=\"run/report.html\">"), std::string::npos);
  EXPECT_NE(index.find(report.tiles[0].value), std::string::npos);
  EXPECT_NE(report.finding.find("tokens a second"), std::string::npos) << report.finding;
  EXPECT_NE(index.find("<ol class=\"findings\">\n<li>" + escape_html(report.finding)),
            std::string::npos);
  EXPECT_EQ(index.find("vegaLite"), std::string::npos) << "nothing to draw, no library";
  EXPECT_THROW((void)read_report("<html></html>", "other.html"), ConfigError);
}

TEST(Html, NamesAreEscaped) {
  EXPECT_NE(page().find("<h1>tiny on board &lt;A&gt; &amp; &quot;B&quot;</h1>"), std::string::npos);
  EXPECT_EQ(page().find("<A>"), std::string::npos);
}

TEST(Html, StaticEnergyHasAColourOfItsOwn) {
  const std::string text = page();
  EXPECT_NE(text.find("ternary adders: 1.00 mJ, dynamic (events) 1.00 mJ."), std::string::npos);
  EXPECT_NE(text.find("card: 833 uJ, static (over time) 833 uJ."), std::string::npos);
}

Table long_table(std::size_t rows) {
  Table t;
  t.title = "Rows";
  t.columns = {{"a"}};
  t.rows.resize(rows, {"x"});
  return t;
}

TEST(Html, PicturesComeFirstAndLongTablesAreFolded) {
  BarChart chart;
  chart.text = {"Picture", "s", "n", "", ""};
  chart.series = {{"a", 1}};
  chart.bars = {{"bar", {1.0}, "", {}}};
  Page page;
  page.title = "t";
  page.sections = {{"s", "S", "", {{long_table(3)}, {chart}, {long_table(30)}}}};
  const std::string html = to_html(page);
  EXPECT_EQ(html_faults(html), "");
  EXPECT_LT(html.find("<figure>"), html.find("<table>"));
  EXPECT_EQ(occurrences(html, "<details class=\"table\">"), 1U);
  EXPECT_NE(html.find("<summary>Rows: 30 rows</summary>"), std::string::npos);
}

TEST(Html, FirstScreenIsFiguresThenPictures) {
  const std::string text = page();
  const auto at = [&](const char* part) { return text.find(part); };
  EXPECT_LT(at("<dl class=\"tiles\">"), at("<div class=\"overview\">"));
  EXPECT_LT(at("<div class=\"overview\">"), at("<ul class=\"notes\">"));
  EXPECT_LT(at("<ul class=\"notes\">"), at("<section id=\"bound\""));
}

using Json = nlohmann::json;

Json spec_of(const Chart& chart) {
  return Json::parse(vega_lite(chart));
}

/// All rows of data in a specification, wherever they stand.
std::vector<Json> rows_of(const Json& spec) {
  std::vector<Json> out;
  if (spec.contains("data")) {
    for (const Json& row : spec["data"]["values"]) out.push_back(row);
  }
  for (const Json& layer : spec.value("layer", Json::array())) {
    for (Json& row : rows_of(layer)) out.push_back(std::move(row));
  }
  return out;
}

TEST(BarChart, ValuesAreInTheUnitOfTheAxis) {
  BarChart chart;
  chart.text = {"t", "s", "n", "", ""};
  chart.series = {{"a", 1}, {"b", 2}};
  chart.bars = {{"bar", {3e-3, 1e-3}, "4 ms", {}}};
  const Json spec = spec_of(chart);
  const auto rows = rows_of(spec);
  EXPECT_EQ(rows.at(0)["value"], 3.0);
  EXPECT_EQ(rows.at(1)["value"], 1.0);
  const Json& x = spec["layer"][0]["layer"][0]["encoding"]["x"];
  EXPECT_EQ(x["title"], "ms");
  EXPECT_EQ(x["stack"], "zero");
  EXPECT_GT(x["scale"]["domain"][1], 4.0) << "room for the text behind";
}

TEST(BarChart, WhiskersReachLowAndHigh) {
  BarChart chart;
  chart.text = {"t", "J", "n", "", ""};
  chart.series = {{"a", 1}};
  chart.bars = {{"bar", {2.0}, "behind", Range<double>{1, 2, 4}}};
  const Json row = rows_of(spec_of(chart)).back();
  EXPECT_EQ(row["low"], 1.0);
  EXPECT_EQ(row["high"], 4.0);
  EXPECT_EQ(row["end"], 4.0) << "the text stands behind the whisker";
}

TEST(Charts, NothingToDrawIsNothing) {
  for (const Chart& chart :
       std::initializer_list<Chart>{BarChart{}, ColumnChart{}, TornadoChart{}, RooflineChart{},
                                    ScatterChart{}, ErrorChart{}}) {
    EXPECT_EQ(vega_lite(chart), "");
    EXPECT_EQ(to_html(chart), "");
  }
}

TEST(Charts, NamesCannotEndTheScript) {
  BarChart chart;
  chart.series = {{"a", 1}};
  chart.bars = {{"</script><b>", {1.0}, "", {}}};
  EXPECT_EQ(to_html(chart).find("</script><b>"), std::string::npos);
  EXPECT_EQ(rows_of(spec_of(chart)).at(0)["row"], "</script><b>");
}

TEST(Charts, ColoursOfThePaletteAreDistinct) {
  std::set<std::string_view> light;
  for (const Shade& s : palette) light.insert(s.light);
  EXPECT_EQ(light.size(), palette.size()) << "a page tells them apart by their values";
}

TEST(ColumnChart, BinsCoverTheTime) {
  ColumnChart chart;
  chart.text = {"t", "W", "n", "", ""};
  chart.axis = "time";
  chart.bin_unit = "s";
  chart.bin = 0.5e-3;
  chart.series = {{"a", 1}, {"b", 2}};
  chart.values = {{1, 2}, {3, 4}};
  const auto rows = rows_of(spec_of(chart));
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0]["from"], 0.0);
  EXPECT_EQ(rows[0]["to"], rows[2]["from"]);
  EXPECT_EQ(rows[3]["to"], 1.0) << "milliseconds";
  EXPECT_EQ(rows[3]["value"], 4.0);
}

TEST(WaterfallChart, EachStepBeginsWhereTheLastOneEnded) {
  WaterfallChart chart;
  chart.text = {"t", "s", "n", "", ""};
  chart.first = {"A", 5};
  chart.steps = {{"less", -3}, {"more", 1}};
  chart.last = {"B", 3};
  const auto rows = rows_of(spec_of(chart));
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[1]["from"], 5.0);
  EXPECT_EQ(rows[1]["to"], 2.0);
  EXPECT_EQ(rows[2]["from"], 2.0);
  EXPECT_EQ(rows[2]["to"], rows[3]["to"]);
  EXPECT_EQ(rows[1]["series"], "saves");
}

TEST(TornadoChart, BothHalvesAreEquallyLong) {
  TornadoChart chart;
  chart.text = {"t", "J", "n", "", ""};
  chart.bars = {{"a", 1, 2}};
  const Json domain = spec_of(chart)["layer"][0]["encoding"]["x"]["scale"]["domain"];
  EXPECT_EQ(domain[0].get<double>(), -domain[1].get<double>());
  EXPECT_GT(domain[1], 2.0);
}

TEST(Charts, KindsOfOpHaveColoursOfTheirOwn) {
  std::set<int> all(series_colours.begin(), series_colours.end());
  EXPECT_EQ(all.size(), series_colours.size());
  EXPECT_FALSE(all.contains(colour_of_the_rest));
  RooflineChart chart;
  chart.text = {"t", "add/s", "n", "", ""};
  chart.peak = 1e12;
  chart.roofs = {{"memory", 1e11}};
  for (int i = 0; i < 9; ++i) chart.points.push_back({"op", 1, 1e9, "kind " + std::to_string(i)});
  const Json spec = spec_of(chart);
  for (const Json& layer : spec["layer"]) {
    const Json colour = layer["encoding"].value("color", Json::object());
    if (!colour.contains("scale")) continue;
    const Json& range = colour["scale"]["range"];
    EXPECT_EQ(std::set<Json>(range.begin(), range.end()).size(), 9U);
  }
}

TEST(RooflineChart, RoofBendsAtTheRidge) {
  RooflineChart chart;
  chart.text = {"t", "add/s", "n", "", ""};
  chart.operation = "additions";
  chart.peak = 1e12;
  chart.roofs = {{"memory", 1e11}};
  chart.points = {{"p", 10, 1e12, ""}, {"op", 5, 1e11, "bit_linear"}};
  const Json spec = spec_of(chart);
  const Json& roof = spec["layer"][0]["data"]["values"];
  EXPECT_EQ(roof[1]["intensity"], 10.0);
  EXPECT_EQ(roof[1]["rate"], 1e12);
  EXPECT_EQ(roof[0]["rate"].get<double>(), roof[0]["intensity"].get<double>() * 1e11);
  const auto rows = rows_of(spec);
  EXPECT_TRUE(std::any_of(rows.begin(), rows.end(), [](const Json& r) {
    return r.value("name", "") == "op" && r["series"] == "bit_linear" && r["rate"] == 1e11;
  }));
}

TEST(ScatterChart, BandIsTheToleranceAroundTheMeasurement) {
  ScatterChart chart;
  chart.text = {"t", "W", "n", "", ""};
  chart.series = {{"predicted", 1}};
  chart.points = {{"case", "predicted", 100, 110, 0.2}};
  const Json row = spec_of(chart)["data"]["values"][0];
  EXPECT_EQ(row["least"], 80.0);
  EXPECT_EQ(row["most"], 120.0);
  EXPECT_EQ(row["error"], "+10.0 %");
}

}  // namespace
}  // namespace tritsim
