// SPDX-License-Identifier: Apache-2.0
#include "reports/run/report.hpp"

#include <regex>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "reports/run/power.hpp"
#include "reports/run/traffic.hpp"
#include "tests/reports/html_check.hpp"
#include "tests/reports/sample.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

RunReport model_report() {
  return make_run_report(sample::model_run(), sample::energy());
}

RunReport program_report() {
  return make_run_report(sample::program_run(), sample::energy());
}

/// Nothing simulated, as a workload without tokens gives.
RunReport empty_report() {
  Result r = sample::model_run();
  r.workload = {0, 0, 6};
  r.steps = 0;
  r.elapsed = r.first_token = {};
  r.kernels.clear();
  r.memories.clear();
  return make_run_report(r, price(r));
}

/// Kernels that did nothing in no time.
RunReport idle_report() {
  Result r = sample::model_run();
  r.steps = 0;
  r.elapsed = {};
  r.kernels[0].activity = {};
  r.kernels[0].shares = {};
  r.kernels[0].step_ends.clear();
  for (OpCycles& op : r.kernels[0].ops) op.busy = op.exposed = 0;
  r.memories[0].activity = {};
  return make_run_report(r, price(r));
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

bool has_no_number(const std::string& text) {
  return std::regex_search(text, std::regex(R"((^|[^a-zA-Z])(nan|inf)([^a-zA-Z]|$))"));
}

nlohmann::json metrics_of(const RunReport& report) {
  return nlohmann::json::parse(to_json(metrics(report)));
}

TEST(RunReport, TerminalShowsTheHeadline) {
  const std::string text = to_terminal(model_report(), false);
  for (const char* part :
       {"Tokens/s, all sequences", "4800", "800.0", "1.250 ms", "10.4 W", "2.17 mJ", "matrix unit",
        "Not included in time or energy: lm_head.", "Power boundary: card",
        "1 of 3 busy kernels simulated", "(big_0 for 3)"}) {
    EXPECT_TRUE(has(text, part)) << part << "\n" << text;
  }
}

TEST(RunReport, SensitivitiesInEveryRendering) {
  const RunReport report = model_report();
  // The adders, 60 of 130 mJ from 0.5 to 2 times; the card, 50 mJ from 25 to 62.5.
  for (const std::string& text : {to_terminal(report, false), to_markdown(report)}) {
    EXPECT_TRUE(has(text, "-23.1 %")) << text;
    EXPECT_TRUE(has(text, "+46.2 %")) << text;
  }
  EXPECT_TRUE(has(to_terminal(report, false), "     <<<<<|>>>>>>>>>>"));
  EXPECT_TRUE(has(to_html(report), "adder: -500 uJ, +1.00 mJ."));
  EXPECT_TRUE(has(to_html(report), "idle: -417 uJ, "));
  const nlohmann::json list = metrics_of(report)["sensitivities"];
  ASSERT_EQ(list.size(), 3U);
  EXPECT_EQ(list[0]["coefficient"], "adder");
  EXPECT_DOUBLE_EQ(list[0]["at_high_j"], 0.06);
  EXPECT_EQ(list[2]["coefficient"], "supply");
}

TEST(RunReport, LayersThatAreAlikeAreOneRow) {
  Result r = sample::model_run();
  std::vector<OpCycles>& ops = r.kernels[0].ops;
  OpCycles op = ops.front();
  ops.clear();
  for (int layer = 0; layer < 24; ++layer) {
    op.layer = layer;
    op.exposed = layer == 0 ? 2'000 : 4'000;
    ops.push_back(op);
  }
  const RunReport report = make_run_report(r, sample::energy());
  for (const std::string& text :
       {to_terminal(report, false), to_markdown(report), to_html(report)}) {
    EXPECT_TRUE(has(text, "1, and 22 like it")) << text.substr(0, 5000);
  }
}

TEST(RunReport, EveryHeadingHasSomethingBelowIt) {
  const std::string text = to_terminal(model_report(), false);
  EXPECT_FALSE(std::regex_search(text, std::regex("==\n(\n==|$)"))) << text;
  EXPECT_TRUE(has(text, "Memory traffic of the run"));
}

TEST(HeadlineArithmetic, ADenseCoreMultiplies) {
  Result dense = sample::model_run();
  for (KernelResult& k : dense.kernels) {
    k.activity.ternaries = 0;
    k.activity.matrix.emplace();
    k.activity.matrix->products["int8"] = 1000;
  }
  const RunReport report = make_run_report(dense, sample::energy());
  for (const Section& s : report.page.sections) {
    if (s.id != "bound") continue;
    Page alone;
    alone.sections = {s};
    for (const std::string& text : {to_terminal(alone, false), to_html(alone)}) {
      const std::string own = without_library(text.substr(0, text.find("id=\"laws\"")));
      EXPECT_FALSE(has(own, "ternary")) << own;
      EXPECT_FALSE(has(own, "adders")) << own;
      EXPECT_TRUE(has(own, "multiply-adds")) << own;
      EXPECT_TRUE(has(own, "MAC/s")) << own;
    }
  }
  EXPECT_TRUE(has(to_terminal(model_report(), false), "ternary additions"));
}

TEST(RunReport, CountsOfOneAreSingular) {
  Result r = sample::model_run();
  r.workload.batch = 1;
  const std::string text = to_terminal(make_run_report(r, sample::energy()), false);
  EXPECT_TRUE(has(text, "1 sequence on")) << text;
  EXPECT_FALSE(std::regex_search(text, std::regex("(^|[^0-9])1 (sequences|tokens|lanes|steps)")));
}

TEST(RunReport, TerminalFitsAndIsPlain) {
  for (const RunReport& report : {model_report(), program_report(), empty_report()}) {
    const std::string text = to_terminal(report, false);
    EXPECT_FALSE(has(text, "\x1b"));
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(text_width(line), 100U) << line;
  }
  EXPECT_TRUE(has(to_terminal(model_report(), true), "\x1b[1m"));
}

TEST(RunReport, SharesInTheTableSumToAHundred) {
  EXPECT_TRUE(std::regex_search(to_terminal(model_report(), false),
                                std::regex(R"(total +100,000 +100\.0 %)")));
}

TEST(RunReport, OverfetchIsShown) {
  const std::string text = to_terminal(model_report(), false);
  EXPECT_TRUE(std::regex_search(
      text, std::regex(R"(memory ddr +7\.20 kB +800 B +32\.0 kB +4\.00 +154 MB/s)")))
      << text;
}

WhatIf memory_helps() {
  WhatIf w;
  w.reliefs = {{Resource::matrix_unit, 1.02, 0.99}, {Resource::memory, 1.25, 0.9}};
  w.bound = {Resource::memory};
  w.bound_speedup = 1.25;
  w.steps = 10;
  return w;
}

std::string tile_of(const RunReport& report, const std::string& label) {
  for (const Tile& t : report.page.tiles) {
    if (t.label == label) return t.value + "|" + t.detail;
  }
  return "";
}

TEST(HeadlineBoundText, NamesWhatHelpsAndWhatItIsWorth) {
  Result r = sample::model_run();
  r.what_if = memory_helps();
  const RunReport report = make_run_report(r, sample::energy());
  EXPECT_EQ(tile_of(report, "Bound by"),
            "memory|at work for 0 % of a token step; twice as fast: +25.0 %, 6000 tokens/s");
  const std::string text = to_terminal(report, false);
  EXPECT_TRUE(std::regex_search(text, std::regex(R"(memory +6000 +\+25\.0 % +1\.95 mJ +-10\.0 %)")))
      << text;
  const nlohmann::json m = metrics_of(report);
  EXPECT_EQ(m["bound"], nlohmann::json::array({"memory"}));
  EXPECT_DOUBLE_EQ(m["what_if"][1]["tokens_per_s"], 6000);
  EXPECT_DOUBLE_EQ(m["what_if"][1]["energy_per_token_j"], 0.9 * 0.13 / 60);
}

TEST(HeadlineBoundText, ATieNamesAllAndWhatTheFirstAloneIsWorth) {
  Result r = sample::model_run();
  r.what_if = memory_helps();
  r.what_if->reliefs[1].speedup = 1.04;
  r.what_if->bound = {Resource::memory, Resource::matrix_unit};
  r.what_if->bound_speedup = 1.6;
  EXPECT_EQ(tile_of(make_run_report(r, sample::energy()), "Bound by"),
            "memory and matrix unit|a tie: alone at most +4.0 %; twice as fast: +60.0 %, 7680 "
            "tokens/s");
}

TEST(HeadlineBoundText, WithoutATryItIsTheLargestFloorNotABound) {
  const RunReport report = make_run_report(sample::model_run(), sample::energy());
  EXPECT_EQ(tile_of(report, "Bound by"), "");
  EXPECT_EQ(tile_of(report, "Largest floor"), "matrix unit|20 % of a token step");
}

TEST(RunReport, DocumentsShowLayersAndSources) {
  for (const std::string& text : {to_markdown(model_report()), to_html(model_report())}) {
    EXPECT_TRUE(has(text, "Latency by layer"));
    EXPECT_TRUE(has(text, "Every term"));
    EXPECT_TRUE(has(text, "calibrated"));
  }
  EXPECT_TRUE(has(to_markdown(model_report()), "a \\| b \\<paper\\>"));
  EXPECT_TRUE(has(to_html(model_report()), "a | b &lt;paper&gt;"));
  EXPECT_FALSE(has(to_terminal(model_report(), false), "paper"));
}

TEST(RunReport, MarkdownTablesAreWhole) {
  std::istringstream lines(to_markdown(model_report()));
  const auto cells = [](const std::string& line) {
    std::size_t n = 0;
    for (std::size_t i = 0; i < line.size(); ++i) n += line[i] == '|' && line[i - 1] != '\\';
    return n;
  };
  std::size_t expected = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("|")) {
      expected = 0;
      continue;
    }
    line.insert(0, " ");
    if (expected == 0) expected = cells(line);
    EXPECT_EQ(cells(line), expected) << line;
  }
}

TEST(RunReport, Program) {
  const std::string text = to_terminal(program_report(), false);
  for (const char* part : {"1,000,000", "10.00 ms", "12.50 ms", "130 mJ", "0: ldv", "1: add",
                           "Energy of the run", "9,000"}) {
    EXPECT_TRUE(has(text, part)) << part << "\n" << text;
  }
  EXPECT_FALSE(has(text, "oken")) << text;
  EXPECT_EQ(html_faults(to_html(program_report())), "");
}

TEST(RunReport, EmptyRunShowsDashes) {
  const std::string text = to_terminal(empty_report(), false);
  EXPECT_TRUE(std::regex_search(text, std::regex(R"(Tokens/s, all sequences +-)"))) << text;
  EXPECT_TRUE(has(text, "no kernel was simulated"));
  for (const RunReport& report : {empty_report(), idle_report()}) {
    for (const std::string& out : {to_terminal(report, false), to_markdown(report),
                                   without_library(to_html(report)), to_json(metrics(report))}) {
      EXPECT_FALSE(has_no_number(out)) << out;
    }
    EXPECT_EQ(html_faults(to_html(report)), "");
    EXPECT_TRUE(metrics_of(report)["tokens_per_s"].is_null());
    EXPECT_TRUE(metrics_of(report)["energy_per_token_j"]["value"].is_null());
  }
}

TEST(RunReport, Metrics) {
  const nlohmann::json m = metrics_of(model_report());
  EXPECT_DOUBLE_EQ(m["tokens_per_s"], 4800);
  EXPECT_DOUBLE_EQ(m["tokens_per_s_per_sequence"], 800);
  EXPECT_DOUBLE_EQ(m["time_per_token_s"], 1.25e-3);
  EXPECT_DOUBLE_EQ(m["time_to_first_token_s"], 1.25e-3);
  EXPECT_DOUBLE_EQ(m["power_w"]["value"], 10.4);
  EXPECT_LT(m["power_w"]["low"], m["power_w"]["value"]);
  EXPECT_GT(m["power_w"]["high"], m["power_w"]["value"]);
  EXPECT_DOUBLE_EQ(m["energy_per_token_j"]["value"], 0.13 / 60);
  EXPECT_DOUBLE_EQ(m["energy_j"]["value"], 0.13);
  EXPECT_EQ(m["largest_floor"], "matrix_unit");
  EXPECT_DOUBLE_EQ(m["largest_floor_share"], 0.2);
  EXPECT_DOUBLE_EQ(m["matrix_unit_floor_s"], 250e-6);
  EXPECT_FALSE(m.contains("bound")) << "nothing was tried";
  EXPECT_EQ(m["excluded"], nlohmann::json::array({"lm_head"}));
  EXPECT_DOUBLE_EQ(m["kernels"][0]["shares"]["matrix"], 0.5);
  EXPECT_DOUBLE_EQ(m["kernels"][0]["cycles_per_step"], 100'000);
  EXPECT_DOUBLE_EQ(m["components"]["ddr"]["static_j"], 0.01);
  EXPECT_DOUBLE_EQ(m["levels"]["memory ddr"]["moved_bytes"], 1'920'000);
  EXPECT_DOUBLE_EQ(m["reads"], 27'000);
}

TEST(RunReport, MetricsOfAProgramHaveCyclesNotTokens) {
  const nlohmann::json m = metrics_of(program_report());
  EXPECT_FALSE(m.contains("tokens_per_s"));
  EXPECT_FALSE(m.contains("energy_per_token_j"));
  EXPECT_DOUBLE_EQ(m["kernels"][0]["cycles_per_step"], 1'000'000);
  EXPECT_DOUBLE_EQ(m["writes"], 1'000);
}

/// Counts made by hand on a shipped board.
Result run_on_a_card() {
  Result r = sample::model_run();
  r.board = test::board("u250_mmfree_48");
  r.kernels[0].core = r.board.cores[0].core;
  return r;
}

TEST(RunReport, SaysWhatMultipliersWouldCostAndWhatFits) {
  const Result r = run_on_a_card();
  const std::string text = to_terminal(make_run_report(r, price(r)), false);
  // 100,000 additions a token at 2.5 pJ; 2 x 3 lanes of 128 adders.
  for (const char* part : {"DSP multipliers, registered", "250 nJ", "768 multipliers would work",
                           "device has 11,520", "There is room for", "48 there", "Clock 300 MHz"}) {
    EXPECT_TRUE(has(text, part)) << part << "\n" << text;
  }
  EXPECT_TRUE(has(to_markdown(make_run_report(r, price(r))), "bram36"));
  EXPECT_FALSE(has_no_number(text)) << text;
}

TEST(RunReport, SaysWhereItsToggleRatesComeFrom) {
  Result r = run_on_a_card();
  EXPECT_TRUE(has(to_terminal(make_run_report(r, price(r)), false), "the vendor's default:"));
  r.zero_weights = 0.25;
  EXPECT_TRUE(
      has(to_terminal(make_run_report(r, price(r)), false), "25.0 % of the ternary weights"));
}

TEST(RunReport, AClockThatNoDesignReachesIsInTheHeadline) {
  Result r = sample::model_run();
  const auto clock_tiles = [&] {
    const RunReport report = make_run_report(r, price(r));
    return std::count_if(report.page.tiles.begin(), report.page.tiles.end(),
                         [](const Tile& t) { return t.label == "Clock"; });
  };
  r.board.device.family.clock_limit =
      Coefficient<Frequency>{300.0_MHz, 250.0_MHz, 400.0_MHz, "test", Confidence::derived};
  r.board.cores[0].core.clock = 400.0_MHz;
  EXPECT_EQ(clock_tiles(), 0) << "the end of the range is in it";
  r.board.cores[0].core.clock = 401.0_MHz;
  EXPECT_EQ(clock_tiles(), 1);
}

TEST(RunReport, PowerCsvHoldsTheEnergyOfTheRun) {
  const Result r = run_on_a_card();
  const EnergyAccount account = price(r);
  std::istringstream lines(power_csv(power_over_time(r, account, Time{}, r.elapsed, 25), "a run"));
  std::string line;
  ASSERT_TRUE(std::getline(lines, line));
  EXPECT_EQ(line.rfind("time_s,ternary adders_w,", 0), 0U) << line;
  double sum = 0;
  int rows = 0;
  for (; std::getline(lines, line); ++rows) {
    const std::size_t run = line.rfind(",a run");
    ASSERT_NE(run, std::string::npos) << line;
    sum += std::stod(line.substr(line.rfind(',', run - 1) + 1)) * r.elapsed.si() / 25;
  }
  EXPECT_EQ(rows, 25);
  const double whole = account.total().value.si();
  EXPECT_NEAR(sum, whole, 1e-9 * whole);
}

TEST(RunReport, BandwidthCsvHoldsTheBytesOfTheRun) {
  const Result r = run_on_a_card();
  const TrafficSeries s = traffic_over_time(r, Time{}, r.elapsed, 25);
  std::istringstream lines(bandwidth_csv(s, "a run"));
  std::string line;
  ASSERT_TRUE(std::getline(lines, line));
  EXPECT_EQ(line, "time_s," + r.memories[0].group + "_bytes_per_s,total_bytes_per_s,run\r");
  double sum = 0;
  int rows = 0;
  for (; std::getline(lines, line); ++rows) {
    const std::size_t run = line.rfind(",a run");
    ASSERT_NE(run, std::string::npos) << line;
    sum += std::stod(line.substr(line.rfind(',', run - 1) + 1)) * r.elapsed.si() / 25;
  }
  EXPECT_EQ(rows, 25);
  double moved = 0;
  for (const MemoryResult& m : r.memories) {
    moved += moved_bytes(r.board.memory(m.group)->memory, m.activity) * m.replicas * r.rounds;
  }
  EXPECT_NEAR(sum, moved, 1e-9 * moved);
  EXPECT_GT(moved, 0);
}

TEST(RunReport, BandwidthIsDrawnBelowItsPeak) {
  const std::string page = to_html(model_report());
  EXPECT_TRUE(has(page, "Memory bandwidth over the run"));
  EXPECT_TRUE(has(page, "\"interpolate\":\"step-after\""));
  EXPECT_TRUE(has(page, "\"type\":\"rule\",\"strokeDash\""));
}

TEST(RunReport, SameInputSameBytes) {
  EXPECT_EQ(to_html(model_report()), to_html(model_report()));
  EXPECT_EQ(to_json(metrics(model_report())), to_json(metrics(model_report())));
}

TEST(RunReport, SaysWhatSharesOfZerosWereTakenForGranted) {
  Result r = sample::model_run();
  TernarySpec& t = *r.kernels[0].core.ternary;
  r.kernels[0].core.name = "skipper";
  const auto text = [&] { return to_terminal(make_run_report(r, sample::energy()), false); };
  EXPECT_FALSE(has(text(), "assumed to be zero"));
  const Coefficient<double> share{0.31, 0.3, 0.4, "some paper", Confidence::derived};
  t.skip = SkipSpec{16, 64, share, {}};
  r.kernels[0].activity.matrix.emplace();
  EXPECT_FALSE(has(text(), "assumed to be zero"));  // every matrix had its statistics
  r.kernels[0].activity.matrix->assumed_zeros = 250'000;
  EXPECT_TRUE(std::regex_search(text(), std::regex("for 25[.0]* ?% of the weights"))) << text();
  EXPECT_TRUE(has(text(), "0.31"));
  EXPECT_FALSE(has(text(), "of the activations is assumed"));
  t.skip->zero_activations = share;
  EXPECT_TRUE(has(text(), "of the activations is assumed"));
  r.zero_activations = 0.12;
  EXPECT_FALSE(has(text(), "of the activations is assumed"));
  EXPECT_TRUE(has(text(), "12.0 % of the activations they multiply are 0 according to the trace"));
  EXPECT_FALSE(has(text(), "is a theoretical bound"));
  t.ideal_weight = true;
  EXPECT_TRUE(has(text(), "is a theoretical bound"));
}

TEST(RunReport, SaysHowAModelIsSpread) {
  Result r = sample::model_run();
  r.board.mapping.parallel = ParallelSpec{2, 2, Gather::ring};
  r.board.exchange.emplace();
  r.board.exchange->energy = {EnergyPerByte{1e-12}, EnergyPerByte{1e-12}, EnergyPerByte{1e-12},
                              "test", Confidence::assumed};
  r.kernels[0].activity.units.add(CoreUnit::exchange);
  r.kernels[0].shares[CycleCause::exchange] = 20'000;
  r.kernels[0].shares[CycleCause::pipeline] = 10'000;
  r.parallel =
      ParallelResult{2, 1, 2, {{0, 3, 1000, 2000, Time{1e-3}, 512, Time{1e-6}}, {}}, 4096, 0};
  const RunReport report = make_run_report(r, price(r));
  const std::string text = to_terminal(report, false);
  for (const char* part : {"== How the model is distributed ==", "kernels of a stage", "0 - 3",
                           "exchange between kernels", "waiting for other stages",
                           "between kernels of one card, per token"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part;
  }
  EXPECT_EQ(to_terminal(model_report(), false).find("How the model is distributed"),
            std::string::npos);
  EXPECT_NEAR(price(r).component("exchange").value.si(), 4096e-12 * r.rounds, 1e-18);
}

}  // namespace
}  // namespace tritsim
