// SPDX-License-Identifier: Apache-2.0
#include "reports/sweep/report.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "reports/text/embedded.hpp"
#include "reports/text/metric_name.hpp"
#include "reports/text/script_text.hpp"
#include "reports/text/style.hpp"
#include "tests/reports/html_check.hpp"

namespace tritsim {
namespace {

using Json = nlohmann::json;

/// Six points of lanes x memory; point 3 failed, point 5 breaks a requirement.
SweepReport sample() {
  SweepReport r;
  r.name = "small <sweep>";
  r.tool = "tritsim test";
  r.file = "small.sqlite";
  r.boundary = "card";
  r.objectives = {{"tokens_per_s", Goal::max}, {"power_w", Goal::min}};
  r.require = {"power_w < 50"};
  r.description = "kind: sweep\nname: small\n";
  r.inputs = R"({"kind": "sweep"})";
  r.command = {"tritsim", "run", "--board", "b.yaml"};
  r.grid = 6;
  r.points = {0, 1, 2, 4, 5};
  r.feasible = {true, true, true, true, false};
  r.front = {true, false, true, true, false};
  r.axes = {{"lanes",
             {"1", "2", "4"},
             {"1", "2", "4"},
             {1, 2, 4},
             "",
             {0, 0, 1, 2, 2},
             {{"--set", "cores.0.lanes="}}},
            {"memory",
             {"m/a.yaml", "m/b.yaml"},
             {"a", "b"},
             {},
             "",
             {0, 1, 0, 0, 1},
             {{"--set", "memories.0.memory="}}}};
  r.metrics = {{"tokens_per_s", {100.123456789, 90, 200, 400, 390}},
               {"power_w", {40, 41, 42, 45, 60}},
               {"device_share", {0.1, 0.1, 0.1, 0.1, std::nan("")}},
               {"elapsed_s", {0.123456789, 2, 3, 4, 5}},
               {"batch", {8, 8, 8, 8, 8}}};
  r.words = {{"largest_floor", {"compute", "memory", "memory", "memory", "memory"}}};
  r.failures = {{"failed", "the weights do not <fit>", 1, "lanes = 2, memory = m/b.yaml"}};
  return r;
}

Json column(const Json& data, const std::string& name) {
  for (const Json& c : data["columns"]) {
    if (c["name"] == name) return c;
  }
  return nullptr;
}

std::string html() {
  return to_html(sweep_page(sample()));
}

TEST(SweepPage, IsWellFormedAndStandsAlone) {
  const std::string text = html();
  EXPECT_EQ(html_faults(text), "");
  EXPECT_NE(text.find(sweep_script), std::string::npos);
  EXPECT_NE(text.find(vega_script), std::string::npos);
  EXPECT_EQ(sweep_script.find("</script"), std::string::npos);
  for (const char* part : {"http:", "https:", "src=", "fetch("}) {
    EXPECT_EQ(sweep_script.find(part), std::string::npos) << part;
  }
}

TEST(SweepPage, CountsWhatThereIs) {
  const Page page = sweep_page(sample());
  ASSERT_EQ(page.tiles.size(), 5U);
  EXPECT_EQ(page.tiles[0].value, "5");
  EXPECT_EQ(page.tiles[0].detail, "of 6 of the grid; 1 failed");
  EXPECT_EQ(page.tiles[1].value, "4");
  EXPECT_EQ(page.tiles[2].value, "3");
  EXPECT_EQ(page.tiles[3].label, "Most tokens per second");
  EXPECT_EQ(page.tiles[3].value, "400.0") << "the point beyond the requirement is no candidate";
  EXPECT_EQ(page.tiles[3].detail, "lanes 4, memory a");
  EXPECT_EQ(page.tiles[4].value, "40.00 W");
}

TEST(SweepPage, ListsFrontAndFailures) {
  const std::string markdown = to_markdown(sweep_page(sample()));
  EXPECT_NE(markdown.find("| 4 | 4 | a | 400.0 | 45.00 W |"), std::string::npos) << markdown;
  EXPECT_EQ(markdown.find("| 1 | 1 | b |"), std::string::npos) << "beaten";
  EXPECT_NE(markdown.find("| failed | 1 | the weights do not \\<fit\\> |"), std::string::npos);
  EXPECT_NE(html().find("the weights do not &lt;fit&gt;"), std::string::npos);
}

TEST(SweepPage, SaysWhatItFound) {
  EXPECT_EQ(
      sweep_page(sample()).finding,
      "small <sweep>: of 5 designs 3 cannot be beaten by another in more tokens per second and "
      "less power; the one with the most tokens per second (400.0) has lanes 4, memory a.");
}

TEST(SweepPage, HoldsItsDescription) {
  const std::string text = html();
  EXPECT_EQ(script_element(text, "inputs"), R"({"kind": "sweep"})");
  EXPECT_NE(text.find("kind: sweep\nname: small"), std::string::npos);
  EXPECT_NE(text.find("Made by tritsim test, from small.sqlite."), std::string::npos);
}

TEST(SweepPage, WithoutPointsTellsWhy) {
  SweepReport r = sample();
  r.points.clear();
  r.feasible.clear();
  r.front.clear();
  for (auto& a : r.axes) a.index.clear();
  for (auto& m : r.metrics) m.values.clear();
  r.words.clear();
  const std::string text = to_html(sweep_page(r));
  EXPECT_EQ(html_faults(text), "");
  EXPECT_EQ(text.find("sweep-data"), std::string::npos) << "nothing to explore";
  EXPECT_NE(text.find("the weights do not"), std::string::npos);
}

TEST(SweepData, IsInColumns) {
  const Json data = Json::parse(sweep_data(sample()));
  EXPECT_EQ(data["points"], Json({0, 1, 2, 4, 5}));
  EXPECT_EQ(data["states"], "21220");
  const Json lanes = column(data, "lanes");
  EXPECT_EQ(lanes["levels"], Json({1, 2, 4}));
  EXPECT_EQ(lanes["settings"], Json({"1", "2", "4"}));
  EXPECT_EQ(lanes["index"], Json({0, 0, 1, 2, 2}));
  EXPECT_EQ(lanes["flags"], Json::parse(R"([["--set", "cores.0.lanes="]])"));
  const Json memory = column(data, "memory");
  EXPECT_EQ(memory["levels"], Json({"a", "b"}));
  EXPECT_EQ(memory["settings"], Json({"m/a.yaml", "m/b.yaml"})) << "what a command line takes";
}

TEST(SweepData, RoundsAllButObjectives) {
  const Json data = Json::parse(sweep_data(sample()));
  EXPECT_EQ(column(data, "tokens_per_s")["values"][0], 100.123456789);
  EXPECT_EQ(column(data, "elapsed_s")["values"][0], 0.123457);
}

TEST(SweepData, WhatIsAlikeIsWrittenOnce) {
  const Json data = Json::parse(sweep_data(sample()));
  const Json batch = column(data, "batch");
  EXPECT_EQ(batch["levels"], Json({8}));
  EXPECT_FALSE(batch.contains("index"));
  EXPECT_EQ(column(data, "device_share")["values"][4], nullptr) << "no number is null";
}

TEST(SweepData, KnowsTheBetterEnd) {
  SweepReport r = sample();
  r.objectives[0].goal = Goal::min;
  const Json data = Json::parse(sweep_data(r));
  EXPECT_EQ(column(data, "tokens_per_s")["better"], -1) << "the sweep decides";
  EXPECT_EQ(column(data, "device_share")["better"], -1);
  EXPECT_EQ(column(data, "batch")["better"], 0);
}

TEST(SweepChart, DrawsPointsFrontAndRectangle) {
  const Json spec = Json::parse(sweep_chart());
  std::vector<std::string> data;
  for (const Json& layer : spec["layer"]) data.push_back(layer["data"]["name"]);
  EXPECT_EQ(data, (std::vector<std::string>{"beaten", "broken", "front", "front", "selected",
                                            "names", "names"}));
  EXPECT_EQ(spec["layer"][0]["params"][0]["select"]["type"], "interval");
  EXPECT_EQ(spec["layer"][2]["mark"]["type"], "line");
}

TEST(SweepChart, HeadlineDrawsCrossesWhereItSaysSoAndNoBlackOnDark) {
  const Json spec = Json::parse(sweep_chart());
  const Json& mark = spec["layer"][1]["mark"];
  EXPECT_EQ(spec["layer"][1]["data"]["name"], "broken");
  EXPECT_EQ(mark["filled"], false);
  EXPECT_EQ(mark["shape"], "M-0.9,-0.9L0.9,0.9M-0.9,0.9L0.9,-0.9");
  EXPECT_NE(html().find("crosses: points that do not fit the device or break a requirement"),
            std::string::npos);
  // The page puts a variable in the place of a colour of the palette; what has none stays black.
  const std::string title = spec["config"]["legend"]["titleColor"];
  EXPECT_TRUE(std::any_of(palette.begin(), palette.end(),
                          [&](const Shade& s) { return s.name == "ink" && s.light == title; }));
}

TEST(SweepPage, HeadlineSaysThatNothingIsFeasible) {
  SweepReport r = sample();
  r.feasible.assign(5, false);
  r.front.assign(5, false);
  r.nothing = "no point meets power_w < 1; nearest of the 5 with a result: point 0 (lanes = 1)";
  const Page page = sweep_page(r);
  EXPECT_NE(page.finding.find("no point meets power_w < 1; nearest"), std::string::npos);
  EXPECT_EQ(page.tiles[1].label, "Feasible");
  EXPECT_EQ(page.tiles[1].value, "0");
  EXPECT_EQ(page.tiles[1].detail, "fits the device; power_w < 50");
}

TEST(SweepPage, SaysWhichPointsAreSamples) {
  SweepReport r = sample();
  const auto says = [&] {
    return to_html(sweep_page(r)).find("Points with a number of simulated layers are samples") !=
           std::string::npos;
  };
  EXPECT_FALSE(says());
  r.metrics.push_back({"simulated_layers", {3, 3, std::nan(""), 3, 3}});
  EXPECT_TRUE(says());
}

TEST(MetricName, SaysUnitAndEnd) {
  const auto name = [](const char* metric) {
    const auto named = metric_name(metric);
    return named.name + "|" + named.unit;
  };
  EXPECT_EQ(name("tokens_per_s"), "tokens per second|");
  EXPECT_EQ(name("tokens_per_s_per_sequence"), "tokens per second per sequence|");
  EXPECT_EQ(name("power_w"), "power|W");
  EXPECT_EQ(name("energy_per_token_j_high"), "energy per token, high end|J");
  EXPECT_EQ(name("attained_memory_bytes_per_s"), "attained memory bandwidth|B/s");
  EXPECT_EQ(name("time_to_first_token_s"), "time to first token|s");
  EXPECT_EQ(name("batch"), "batch|");
}

TEST(MetricName, KnowsWhichEndIsBetter) {
  for (const std::string& metric : sweep_metrics()) {
    const auto more = more_is_better(metric);
    if (metric.ends_with("_w") || metric.ends_with("_j")) {
      EXPECT_EQ(more, false) << metric;
    }
    if (metric.starts_with("tokens_per_s")) {
      EXPECT_EQ(more, true) << metric;
    }
  }
  EXPECT_EQ(more_is_better("largest_floor_share"), std::nullopt);
}

}  // namespace
}  // namespace tritsim
