// SPDX-License-Identifier: Apache-2.0
#include "reports/comparison/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "arch/base/writer.hpp"
#include "tests/reports/html_check.hpp"
#include "tests/reports/sample.hpp"
#include "tests/support/models.hpp"

namespace tritsim {
namespace {

ComparedRun board_run() {
  return compared(sample::model_run(), sample::energy());
}

/// Two kinds of op in 5 ms for 10 tokens, 0.5 J idle and 0.1 J of work.
ProcessorResult processor_result() {
  ProcessorResult r;
  r.processor.name = "card";
  r.processor.idle.low = 90.0_W;
  r.processor.idle.value = 100.0_W;
  r.processor.idle.high = 110.0_W;
  r.processor.byte_energy.low = r.processor.byte_energy.value = r.processor.byte_energy.high =
      EnergyPerByte{100e-12};
  r.model = test::shipped_model("transformer_370m");
  r.model.name = "dense";
  r.workload = {0, 10, 1};
  r.decode_steps = 10;
  r.decode.elapsed = 5.0_ms;
  r.decode.bytes = r.decode.priced.bytes = Bytes{1e9};
  r.decode.kinds = {{OpKind::linear, 1, 0.5_ms, 2.0_ms, 0.5_ms, Bytes{0.75e9}, {}, 0, 0},
                    {OpKind::attention, 1, 0.5_ms, 1.0_ms, {}, Bytes{0.25e9}, {}, 0, 0}};
  return r;
}

double sum(const std::vector<CostPart>& parts) {
  double total = 0;
  for (const CostPart& p : parts) total += p.value;
  return total;
}

double part(const std::vector<CostPart>& parts, const std::string& cause) {
  for (const CostPart& p : parts) {
    if (p.cause == cause) return p.value;
  }
  return 0;
}

TEST(Comparison, SplitsTheTimeOfABoardByCause) {
  const ComparedRun r = board_run();
  EXPECT_NEAR(part(r.time, "weights"), 7e-3, 1e-12);
  EXPECT_NEAR(part(r.time, "norms, gates, recurrence"), 2.5e-3, 1e-12);
  EXPECT_NEAR(part(r.time, "starts, issue, host"), 3e-3, 1e-12);
  EXPECT_NEAR(sum(r.time), r.job.elapsed.si(), 1e-15);
}

TEST(Comparison, SplitsTheEnergyOfABoardByCause) {
  const ComparedRun r = board_run();
  EXPECT_NEAR(part(r.dynamic, "weight bytes"), 0.01 * 0.625, 1e-12);
  EXPECT_NEAR(part(r.dynamic, "other bytes of memory"), 0.01 * 0.375, 1e-12);
  EXPECT_NEAR(part(r.dynamic, "arithmetic"), 0.06, 1e-12);
  EXPECT_NEAR(sum(r.dynamic), r.job.energy.total(EnergyAccount::Part::dynamic_part).value.si(),
              1e-15);
  EXPECT_NEAR(r.static_power(), 4.8, 1e-12);
}

TEST(Comparison, SplitsTheTimeAndEnergyOfAProcessorByCause) {
  const ComparedRun r = compared(processor_result());
  EXPECT_NEAR(part(r.time, "weights"), 2.5e-3, 1e-15);
  EXPECT_NEAR(part(r.time, "attention and cache"), 1e-3, 1e-15);
  EXPECT_NEAR(part(r.time, "starts, issue, host"), 1.5e-3, 1e-15);
  EXPECT_NEAR(part(r.dynamic, "weight bytes"), 0.075, 1e-12);
  EXPECT_NEAR(part(r.dynamic, "bytes of attention"), 0.025, 1e-12);
  EXPECT_NEAR(r.job.token_energy().value, 0.6 / 10, 1e-12);
  EXPECT_EQ(r.bound, "memory");
}

TEST(Comparison, TheStepsOfAWaterfallAddUpToTheGap) {
  std::mt19937 random(7);
  const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
  std::uniform_real_distribution<double> any(0.1, 10);
  for (int i = 0; i < 200; ++i) {
    Result changed = sample::model_run();
    changed.workload.batch = 1 + below(6);
    changed.elapsed = Time{12.5e-3 * any(random)};
    changed.kernels[0].activity.weight_bytes = 1 + below(100'000);
    changed.kernels[0].ops[0].exposed = below(300'000);
    EnergyAccount energy = sample::energy();
    for (EnergyTerm& t : energy.terms) t.count *= any(random);
    const ComparedRun a = board_run();
    const ComparedRun b = i % 2 == 0 ? compared(changed, energy) : compared(processor_result());
    for (const Waterfall& w : {time_waterfall(a, b), energy_waterfall(a, b)}) {
      EXPECT_NEAR(w.first + sum(w.steps), w.last, 1e-12 * (w.first + w.last));
    }
  }
}

TEST(Comparison, ARunHasNoGapToItself) {
  const ComparedRun a = board_run();
  for (const CostPart& s : energy_waterfall(a, a).steps) EXPECT_EQ(s.value, 0) << s.cause;
  const Range<double> r = ratios_of(a, a).job->energy;
  EXPECT_DOUBLE_EQ(r.low, 1);
  EXPECT_DOUBLE_EQ(r.value, 1);
  EXPECT_DOUBLE_EQ(r.high, 1);
}

TEST(Comparison, SharedCoefficientsMoveInBothRunsOthersDoNot) {
  const ComparedRun a = board_run();
  EnergyAccount twice = sample::energy();
  for (EnergyTerm& t : twice.terms) t.count *= 2;
  const auto against_a = [&](const EnergyAccount& energy) {
    return ratios_of(a, compared(sample::model_run(), energy)).job->energy;
  };
  const Range<double> same = against_a(twice);
  EXPECT_NEAR(same.low, 2, 1e-12);
  EXPECT_NEAR(same.high, 2, 1e-12);

  // Another source makes it another coefficient: adders of 60 mJ, down to 30, up to 120.
  EnergyAccount other = sample::energy();
  other.terms[0].factors[0].source = "another paper";
  const Range<double> r = against_a(other);
  const double less = std::hypot(std::log(0.10 / 0.13), std::log(0.13 / 0.19));
  const double more = std::hypot(std::log(0.19 / 0.13), std::log(0.13 / 0.10));
  EXPECT_NEAR(r.value, 1, 1e-12);
  EXPECT_NEAR(r.low, std::exp(-less), 1e-9);
  EXPECT_NEAR(r.high, std::exp(more), 1e-9);
}

TEST(Comparison, PageShowsEveryRunAndGap) {
  const std::vector<ComparedRun> runs{board_run(), compared(processor_result()), board_run()};
  const Page page = comparison_page(runs);
  const std::string html = to_html(page);
  EXPECT_EQ(html_faults(html), "");
  for (const char* text : {"board &lt;A&gt;", "dense", "gap-2", "gap-3", "adds", "saves"}) {
    EXPECT_NE(html.find(text), std::string::npos) << text;
  }
  const std::string text = to_terminal(page, false);
  EXPECT_NE(text.find("From A to C in steps"), std::string::npos);
}

TEST(Comparison, MetricsHoldTheFigures) {
  const auto n = nlohmann::json::parse(
      to_json(comparison_metrics({board_run(), compared(processor_result())})));
  ASSERT_EQ(n["runs"].size(), 2U);
  EXPECT_NEAR(n["runs"][0]["tokens_per_s"].get<double>(), 60 / 12.5e-3, 1e-6);
  EXPECT_NEAR(n["runs"][1]["job_energy_ratio"]["value"].get<double>(), 0.6 / (0.13 / 6), 1e-9);
  EXPECT_EQ(n["runs"][0]["job_speed_ratio"].get<double>(), 1);
  EXPECT_FALSE(n["runs"][0].contains("job_time_waterfall_s"));
  EXPECT_NEAR(n["runs"][1]["job_time_waterfall_s"]["to"].get<double>(), 5e-3, 1e-15);
}

TEST(Comparison, CsvHasARowForEachRunUnderTheKeysOfTheMetrics) {
  const std::vector<ComparedRun> runs{board_run(), compared(processor_result())};
  const std::string csv = comparison_csv(runs);
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 3);
  const auto metrics = nlohmann::json::parse(to_json(comparison_metrics(runs)))["runs"][1];
  std::stringstream header(csv.substr(0, csv.find_first_of("\r\n")));
  std::size_t columns = 0;
  for (std::string key; std::getline(header, key, ','); ++columns) {
    const bool low = key.ends_with("_low") && metrics.contains(key.substr(0, key.size() - 4));
    const bool high = key.ends_with("_high") && metrics.contains(key.substr(0, key.size() - 5));
    EXPECT_TRUE(metrics.contains(key) || low || high) << key;
  }
  EXPECT_GT(columns, 40U);
}

/// What a sequence costs and what it is divided by, done by hand.
TEST(HeadlineComparison, ThreeRatiosHaveTheSameDenominatorsOnBothSides) {
  ComparedRun board = board_run();  // 6 sequences, 10 tokens, 12.5 ms, 0.13 J
  ProcessorResult p = processor_result();
  p.workload = {100, 10, 2};
  p.decode_steps = 9;
  p.prefill = p.decode;
  p.prefill.elapsed = 20.0_ms;
  ComparedRun processor = compared(p);  // 25 ms; 2.7 J
  board.request.prompt = 100;           // as if its 10 steps were behind a prompt
  board.best = board.job;
  processor.best = processor.job;
  const Ratios r = ratios_of(board, processor);
  EXPECT_NEAR(r.job->speed, 12.5 / 25, 1e-12);
  EXPECT_NEAR(r.job->energy.value, (2.7 / 2) / (0.13 / 6), 1e-9);
  EXPECT_NEAR(r.token->speed, (12.5 / 10) / (5.0 / 9), 1e-12);
  EXPECT_NEAR(r.token->energy.value, (0.6 / 18) / (0.13 / 60), 1e-9);
  EXPECT_NEAR(r.throughput->speed, (20 / 25e-3) / (60 / 12.5e-3), 1e-12);
  EXPECT_NEAR(r.throughput->energy.value, (2.7 / 20) / (0.13 / 60), 1e-9);
  for (const Range<double>* e : {&r.job->energy, &r.token->energy, &r.throughput->energy}) {
    EXPECT_GT(e->low, 0);
    EXPECT_LT(e->low, e->value);
    EXPECT_LT(e->value, e->high);
  }
}

TEST(HeadlineComparison, DifferentJobsHaveNoRatioAndNoWaterfall) {
  ComparedRun b = board_run();
  b.request.generate += 1;
  const Ratios r = ratios_of(board_run(), b);
  EXPECT_FALSE(r.job || r.throughput);
  ASSERT_EQ(r.refused.size(), 1U);
  EXPECT_NE(r.refused[0].find("different jobs"), std::string::npos);
  EXPECT_TRUE(waterfall_tables({board_run(), b}).empty());
  b = board_run();
  b.request.context = 5;  // a model without a cache beside one with
  EXPECT_TRUE(ratios_of(board_run(), b).job);
}

TEST(HeadlineComparison, ThroughputNeedsTheBestBatchOfBoth) {
  ComparedRun a = board_run();
  ComparedRun b = board_run();
  a.best = a.job;
  EXPECT_FALSE(ratios_of(a, b).throughput);
  ASSERT_EQ(ratios_of(a, b).refused.size(), 1U);
  b.best = b.job;
  EXPECT_TRUE(ratios_of(a, b).throughput);
  EXPECT_TRUE(ratios_of(a, b).refused.empty());
  // Programs have none, and nothing is said of it.
  const auto program = compared(sample::program_run(), sample::energy());
  EXPECT_TRUE(ratios_of(program, program).job);
  EXPECT_TRUE(ratios_of(program, program).refused.empty());
}

TEST(HeadlineComparison, NothingWinsOnADeviceThatDoesNotHoldIt) {
  ComparedRun b = board_run();
  b.misfit = "385 % of logic cells";
  for (const auto& runs : {std::vector{board_run(), b}, std::vector{b, board_run()}}) {
    const Ratios r = ratios_of(runs[0], runs[1]);
    EXPECT_FALSE(r.job || r.token || r.throughput);
    const std::string text = to_terminal(comparison_page(runs), false);
    EXPECT_NE(text.find("does not fit its device (385 % of logic cells)"), std::string::npos);
    EXPECT_EQ(text.find("faster"), std::string::npos);
    EXPECT_EQ(text.find("slower"), std::string::npos);
  }
}

TEST(HeadlineComparison, BatchesThatDifferStandInTheFirstLines) {
  const Page page = comparison_page({board_run(), compared(processor_result())});
  EXPECT_NE(page.subtitle.find("tiny on board <A> & \"B\", batch 6;"), std::string::npos);
  EXPECT_NE(page.subtitle.find("dense on card, batch 1"), std::string::npos);
  EXPECT_NE(page.tiles.front().detail.find("batch 1 against 6"), std::string::npos);
}

TEST(HeadlineComparison, SharesOfTheGapAreShownOnlyWhereNoStepIsLargerThanIt) {
  std::mt19937 random(3);
  std::uniform_real_distribution<double> any(-1, 1);
  std::size_t shown = 0;
  for (int i = 0; i < 500; ++i) {
    Waterfall w{1, 1, {}};
    for (int k = 0; k < 4; ++k) w.steps.push_back({"step", any(random)});
    w.last += sum(w.steps);
    bool larger = false;
    for (const CostPart& s : w.steps) larger |= std::abs(s.value) > std::abs(w.last - w.first);
    EXPECT_EQ(w.has_shares(), !larger);
    shown += w.has_shares() ? 1 : 0;
  }
  EXPECT_GT(shown, 50U);
  EXPECT_LT(shown, 450U);
  EXPECT_FALSE((Waterfall{1, 1, {}}.has_shares()));
}

}  // namespace
}  // namespace tritsim
