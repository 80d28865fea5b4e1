// SPDX-License-Identifier: Apache-2.0
#include "sim/run/time_ranges.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "arch/base/number_setter.hpp"
#include "sim/result/energy.hpp"
#include "sim/result/monte_carlo.hpp"
#include "sim/run/run.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

Result offload_run(BoardSpec board) {
  return run_model(board, test::model("mmfreelm_370m"), {0, 2, 0});
}

TimeRanges ranges_of(const Result& r) {
  return time_ranges(r.board, short_run(r, RunSample::steps));
}

/// All coefficients and numbers of the board without a range.
BoardSpec exact(BoardSpec board) {
  for_each_uncertain(board, [](const std::string&, auto& part) { part.uncertain.clear(); });
  for_each_coefficient(board, [](const std::string&, auto& c) { c.low = c.high = c.value; });
  return board;
}

TEST(CoefficientVisitor, FindsACoefficientAtTheKeyThatOverridesTake) {
  BoardSpec board = test::board("k26_mmfree");
  std::vector<std::string> paths;
  for_each_coefficient(board, [&](const std::string& path, const auto&) { paths.push_back(path); });
  for (const char* wanted :
       {"memories.0.memory.dram.controller.front_end", "link.dma_setup", "host.tasks.pack.per_work",
        "power.idle", "device.family.logic_cell"}) {
    EXPECT_EQ(std::count(paths.begin(), paths.end(), wanted), 1) << wanted;
  }
}

TEST(TimeRanges, WithoutRangesNothingMoves) {
  EXPECT_TRUE(ranges_of(offload_run(exact(test::board("k26_mmfree")))).movements.empty());
}

TEST(TimeRanges, TheLatencyOfALaunchMovesTheTimeByItsShare) {
  BoardSpec board = exact(test::board("k26_mmfree"));
  ASSERT_TRUE(board.host.command);
  board.host.command->low = board.host.command->value / 2;
  board.host.command->high = board.host.command->value * 2;
  const Result r = offload_run(board);
  const TimeRanges found = ranges_of(r);
  ASSERT_EQ(found.movements.size(), 1U);
  EXPECT_EQ(found.movements[0].coefficient, "host.command");
  // Launches follow each other, so each is longer by that much.
  const double share = board.host.command->value * static_cast<double>(r.host.launches) / r.elapsed;
  EXPECT_NEAR(found.movements[0].at_high, 1 + share, 0.002);
  EXPECT_NEAR(found.movements[0].at_low, 1 - share / 2, 0.002);
}

TEST(TimeRanges, APlainNumberThatIsListedAsUncertainMovesTheTime) {
  BoardSpec board = exact(test::board("k26_dense"));
  board.memories[0].memory.uncertain = {
      {"dram.clock", "600 MHz", "1200 MHz", "half the rate", Confidence::assumed}};
  const Result r = run_model(board, test::model("transformer_370m_int8"), {0, 1, 0});
  const TimeRanges found = ranges_of(r);
  ASSERT_EQ(found.movements.size(), 1U);
  EXPECT_EQ(found.movements[0].coefficient, "memories.0.memory.dram.clock");
  EXPECT_EQ(found.movements[0].source, "half the rate");
  EXPECT_GT(found.movements[0].at_low, 1.5);  // bound by its memory
  EXPECT_DOUBLE_EQ(found.movements[0].at_high, 1);
}

TEST(TimeRanges, TheHostDrawsItsPowerAsLongAsTheRunTakes) {
  Result r;
  r.board = exact(test::board("kv260_bitnet_2bit"));
  r.board.memories.clear();
  r.board.cores.clear();
  r.elapsed = 2.0_s;
  r.host.working = 2.0_s;
  r.time_ranges.emplace().movements = {{"some latency", 0.5, 2, "made up", Confidence::assumed}};
  const EnergyAccount account = price(r);
  const double host = (r.board.host.power->working.value * r.elapsed).si();
  EXPECT_NEAR(account.component("host processor").value.si(), host, 1e-12);
  EXPECT_NEAR(account.component("host processor").high.si(), 2 * host, 1e-12);
  EXPECT_NEAR(account.over_time().component("host processor").high.si(), host, 1e-12);
}

TEST(TimeRanges, StaticEnergyVariesWithTheTimeAndStaticPowerDoesNot) {
  BoardSpec board = exact(test::board("k26_mmfree"));
  board.host.command->high = board.host.command->value * 2;
  Result r = offload_run(board);
  r.time_ranges = ranges_of(r);
  const Range<double> time = r.time_ranges->range();
  EXPECT_GT(time.high, 1.001);
  EXPECT_DOUBLE_EQ(time.low, 1);
  const EnergyAccount account = price(r);
  const EnergyAccount rates = account.over_time();
  const auto moved = [](const EnergyAccount& a) {
    for (const Sensitivity& c : a.sensitivities()) {
      if (c.coefficient == "host.command") return c.at_high.si();
    }
    return 0.0;
  };
  const auto part = [&](EnergyAccount::Part p) { return account.total(p).value.si(); };
  const double fixed = part(EnergyAccount::Part::static_part);
  const double work = part(EnergyAccount::Part::dynamic_part);
  EXPECT_NEAR(moved(account) / (fixed * (time.high - 1)), 1, 1e-9);
  EXPECT_NEAR(moved(rates) / (work * (1 / time.high - 1)), 1, 1e-9);
  EXPECT_NEAR(rates.total().value / account.total().value, 1, 1e-12);
}

TEST(TimeRanges, IndependentCoefficientsAddInQuadrature) {
  TimeRanges r;
  r.movements = {{"a", 0.97, 1.03, "s", Confidence::assumed}, {"b", 0.96, 1.04, "s"}};
  EXPECT_NEAR(r.range().high, 1 + std::hypot(0.03, 0.04), 1e-12);
  EXPECT_NEAR(r.range().low, 1 - std::hypot(0.03, 0.04), 1e-12);
  r.movements[0].common_source = r.movements[1].common_source = "one table";
  EXPECT_NEAR(r.range().high, 1.03 * 1.04, 1e-12);
}

TEST(TimeRanges, TheFrontEndMovesTheIdleLatencyByItself) {
  MemorySpec memory = test::board("u250_mmfree_48").memories[0].memory;
  memory.uncertain.clear();
  const Coefficient<Time>& front = memory.dram->controller.front_end;
  const Time hit = 100.0_ns;
  const auto time = [&](const MemorySpec& m) {
    return (hit + m.dram->controller.front_end.value - front.value).si();
  };
  const std::vector<FigureMovement> found = figure_movements<MemorySpec>(memory, hit.si(), time);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].coefficient, "dram.controller.front_end");
  EXPECT_NEAR(found[0].at_high, 1 + (front.high - front.value) / hit, 1e-12);
}

// A coefficient that rises makes nothing faster: latencies and times of tasks are costs.
TEST(TimeRanges, AHigherLatencyIsNeverFaster) {
  constexpr double phase = 1e-3;  // it shifts what meets a refresh
  for (const char* name : {"u250_mmfree_24", "k26_mmfree", "k26_mac", "kv260_llama"}) {
    const BoardSpec board = test::board(name);
    const bool is_llama = board.cores[0].core.attention.has_value();
    const Result r =
        run_model(board, test::model(is_llama ? "llama2_7b_w4_kv8" : "mmfreelm_370m"), {0, 1, 0});
    for (const FigureMovement& m : ranges_of(r).movements) {
      if (m.coefficient.ends_with("buffer") || m.coefficient.ends_with("queue") ||
          m.coefficient.ends_with("tREFI")) {
        continue;  // room, or an interval
      }
      EXPECT_LE(m.at_low, 1 + phase) << name << ": " << m.coefficient;
      EXPECT_GE(m.at_high, 1 - phase) << name << ": " << m.coefficient;
    }
  }
}

}  // namespace
}  // namespace tritsim
