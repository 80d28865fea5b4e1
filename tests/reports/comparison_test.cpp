// SPDX-License-Identifier: Apache-2.0
#include "reports/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "arch/writer.hpp"
#include "tests/reports/html_check.hpp"
#include "tests/reports/sample.hpp"

namespace tritsim {
namespace {

ComparedRun board_run() {
  return compared(sample::model_run(), sample::energy());
}

/// Two kinds of op in 5 ms for 20 tokens, 0.5 J idle and 0.1 J of work.
ProcessorResult processor_result() {
  ProcessorResult r;
  r.processor.name = "card";
  r.processor.idle.low = 90.0_W;
  r.processor.idle.value = 100.0_W;
  r.processor.idle.high = 110.0_W;
  r.processor.byte_energy.low = r.processor.byte_energy.value = r.processor.byte_energy.high =
      EnergyPerByte{100e-12};
  r.model.name = "dense";
  r.workload = {0, 20, 1};
  r.decode_steps = 20;
  r.decode.elapsed = 5.0_ms;
  r.decode.bytes = Bytes{1e9};
  r.decode.kinds = {{OpKind::linear, 1, 0.5_ms, 2.0_ms, 0.5_ms, Bytes{0.75e9}, 0, 0},
                    {OpKind::attention, 1, 0.5_ms, 1.0_ms, {}, Bytes{0.25e9}, 0, 0}};
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
  EXPECT_NEAR(sum(r.time), r.elapsed.si(), 1e-15);
}

TEST(Comparison, SplitsTheEnergyOfABoardByCause) {
  const ComparedRun r = board_run();
  EXPECT_NEAR(part(r.dynamic, "weight bytes"), 0.01 * 0.625, 1e-12);
  EXPECT_NEAR(part(r.dynamic, "other bytes of memory"), 0.01 * 0.375, 1e-12);
  EXPECT_NEAR(part(r.dynamic, "arithmetic"), 0.06, 1e-12);
  EXPECT_NEAR(sum(r.dynamic), r.energy.total(EnergyAccount::Part::dynamic_part).value.si(), 1e-15);
  EXPECT_NEAR(r.static_power(), 4.8, 1e-12);
}

TEST(Comparison, SplitsTheTimeAndEnergyOfAProcessorByCause) {
  const ComparedRun r = compared(processor_result());
  EXPECT_NEAR(part(r.time, "weights"), 2.5e-3, 1e-15);
  EXPECT_NEAR(part(r.time, "attention and cache"), 1e-3, 1e-15);
  EXPECT_NEAR(part(r.time, "starts, issue, host"), 1.5e-3, 1e-15);
  EXPECT_NEAR(part(r.dynamic, "weight bytes"), 0.075, 1e-12);
  EXPECT_NEAR(part(r.dynamic, "bytes of attention"), 0.025, 1e-12);
  EXPECT_NEAR(r.energy_per_token().value, 0.6 / 20, 1e-12);
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
  const Range<double> r = energy_ratio(a, a);
  EXPECT_DOUBLE_EQ(r.low, 1);
  EXPECT_DOUBLE_EQ(r.value, 1);
  EXPECT_DOUBLE_EQ(r.high, 1);
}

TEST(Comparison, SharedCoefficientsMoveInBothRunsOthersDoNot) {
  const ComparedRun a = board_run();
  EnergyAccount twice = sample::energy();
  for (EnergyTerm& t : twice.terms) t.count *= 2;
  const Range<double> same = energy_ratio(a, compared(sample::model_run(), twice));
  EXPECT_NEAR(same.low, 2, 1e-12);
  EXPECT_NEAR(same.high, 2, 1e-12);

  // Another source makes it another coefficient: adders of 60 mJ, down to 30, up to 120.
  EnergyAccount other = sample::energy();
  other.terms[0].factors[0].source = "another paper";
  const Range<double> r = energy_ratio(a, compared(sample::model_run(), other));
  const double less = std::hypot(0.03 / 0.13, 1 - 0.13 / 0.19);
  const double more = std::hypot(0.06 / 0.13, 0.13 / 0.10 - 1);
  EXPECT_NEAR(r.value, 1, 1e-12);
  EXPECT_NEAR(r.low, 1 - less, 1e-9);
  EXPECT_NEAR(r.high, 1 + more, 1e-9);
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
  EXPECT_NE(text.find("Where the gap from A to C comes from"), std::string::npos);
}

TEST(Comparison, MetricsHoldTheFigures) {
  const auto n = nlohmann::json::parse(
      to_json(comparison_metrics({board_run(), compared(processor_result())})));
  ASSERT_EQ(n["runs"].size(), 2U);
  EXPECT_NEAR(n["runs"][0]["tokens_per_s"].get<double>(), 60 / 12.5e-3, 1e-6);
  EXPECT_NEAR(n["runs"][1]["energy_ratio"]["value"].get<double>(), (0.6 / 20) / (0.13 / 60), 1e-9);
  EXPECT_FALSE(n["runs"][0].contains("speed_ratio"));
  EXPECT_NEAR(n["runs"][1]["time_waterfall_s"]["to"].get<double>(), 5e-3 / 20, 1e-15);
}

TEST(Comparison, CsvHasARowForEachRun) {
  const std::string csv = comparison_csv({board_run(), compared(processor_result())});
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 3);
  EXPECT_NE(csv.find("energy_per_token_j"), std::string::npos);
}

}  // namespace
}  // namespace tritsim
