// SPDX-License-Identifier: Apache-2.0
#include "reports/run/figures.hpp"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "tests/reports/sample.hpp"

namespace tritsim {
namespace {

RunFigures figures() {
  return make_run_figures(sample::model_run(), sample::energy());
}

TEST(RunFigures, Speed) {
  const RunFigures f = figures();
  EXPECT_TRUE(f.of_model);
  EXPECT_DOUBLE_EQ(f.tokens, 60);
  EXPECT_DOUBLE_EQ(f.tokens_per_s, 4800);
  EXPECT_DOUBLE_EQ(f.sequence_tokens_per_s, 800);
  EXPECT_DOUBLE_EQ(f.step.si(), 1.25e-3);
  EXPECT_EQ(f.lanes, 6U);
}

TEST(RunFigures, RoundsMultiplyTimeNotTheStep) {
  Result r = sample::model_run();
  r.rounds = 2;
  r.workload.batch = 12;
  r.elapsed = r.elapsed * 2.0;
  const RunFigures f = make_run_figures(r, sample::energy());
  EXPECT_DOUBLE_EQ(f.tokens_per_s, 4800);
  EXPECT_DOUBLE_EQ(f.sequence_tokens_per_s, 800);
  EXPECT_DOUBLE_EQ(f.step.si(), 1.25e-3);
  EXPECT_DOUBLE_EQ(f.levels[0].read, 144'000 * 3 * 2);
  EXPECT_DOUBLE_EQ(f.roofline.attained_operations, 4.8e8);
}

TEST(RunFigures, EnergyOfATokenAndPower) {
  const RunFigures f = figures();
  EXPECT_DOUBLE_EQ(f.energy.value.si(), 0.13);
  EXPECT_DOUBLE_EQ(f.per_token(f.energy).value, 0.13 / 60);
  EXPECT_DOUBLE_EQ(f.power.value, 10.4);
  EXPECT_NEAR(f.per_token(f.energy).low, (0.13 - std::hypot(0.03, 0.025)) / 60, 1e-12);
  EXPECT_NEAR(f.per_token(f.energy).high, (0.13 + std::hypot(0.06, 0.0125)) / 60, 1e-12);
  EXPECT_DOUBLE_EQ(f.static_energy.value.si(), 0.06);
}

TEST(RunFigures, ComponentsSumToTheTotal) {
  const RunFigures f = figures();
  ASSERT_EQ(f.components.size(), 3U);
  double sum = 0;
  for (const ComponentFigures& c : f.components) {
    EXPECT_NEAR((c.dynamic_part + c.static_part - c.energy.value).si(), 0, 1e-15) << c.name;
    sum += c.energy.value.si();
  }
  EXPECT_NEAR(sum, f.energy.value.si(), 1e-15);
  EXPECT_NEAR(f.components[1].dynamic_part.si(), 0.01, 1e-15);
  EXPECT_NEAR(f.components[1].static_part.si(), 0.01, 1e-15);
}

TEST(RunFigures, SharesSumToOne) {
  const KernelFigures k = figures().kernels.at(0);
  EXPECT_NEAR(std::accumulate(k.shares.begin(), k.shares.end(), 0.0), 1, 1e-12);
}

TEST(RunFigures, TheHostHasWhatTheLongestKernelDoesNotExplain) {
  Result r = sample::model_run();
  KernelResult slow = r.kernels[0];
  slow.name = "slow_0";
  slow.replicas = 1;
  slow.activity.cycles = 1'200'000;
  r.kernels.push_back(slow);
  EXPECT_NEAR(figures().host_part.si(), 0.25e-3, 1e-15);
  const RunFigures f = make_run_figures(r, sample::energy());
  EXPECT_EQ(f.slowest, 1U);
  EXPECT_NEAR(f.host_part.si(), 0.05e-3, 1e-15);
}

TEST(RunFigures, Floors) {
  const RunFigures f = figures();
  EXPECT_DOUBLE_EQ(f.floor(Resource::matrix_unit).si(), 250e-6);
  EXPECT_DOUBLE_EQ(f.floor(Resource::memory).si(), 4e-6);
  // 100,000 bytes of weights and 60,000 of vectors at 8 bytes a cycle of 100 MHz, ten steps.
  EXPECT_DOUBLE_EQ(f.floor(Resource::port).si(), 20e-6);
  EXPECT_DOUBLE_EQ(f.floor(Resource::host).si(), 0);
  ASSERT_NE(f.largest_floor(), nullptr);
  EXPECT_EQ(f.largest_floor()->resource, Resource::matrix_unit);
}

TEST(RunFigures, AnInstructionThatMovesLessTakesLessOfThePort) {
  Result r = sample::model_run();
  for (OpCycles& op : r.kernels[0].ops) op.memory_bytes /= 2;
  r.kernels[0].activity.weight_bytes /= 2;
  EXPECT_DOUBLE_EQ(make_run_figures(r, sample::energy()).floor(Resource::port).si(), 10e-6);
}

TEST(RunFigures, Roofline) {
  const RooflineFigures r = figures().roofline;
  EXPECT_DOUBLE_EQ(r.peak_operations, 2.4e9);
  EXPECT_DOUBLE_EQ(r.attained_operations, 4.8e8);
  EXPECT_DOUBLE_EQ(r.peak_bandwidth.si(), 48e9);
  EXPECT_DOUBLE_EQ(r.attained_bandwidth.si(), 1.92e6 / 12.5e-3);
  EXPECT_DOUBLE_EQ(r.intensity, 3.125);
  EXPECT_DOUBLE_EQ(r.ridge, 0.05);
  // 2 layers of 4 d^2 + 3 d I = 112 weights, for 60 tokens.
  EXPECT_DOUBLE_EQ(r.useful_operations, 2 * 112 * 4800.0);
}

TEST(RunFigures, AMemoryWithoutLimitHasNoPeak) {
  Result r = sample::model_run();
  r.board.memories[0].memory.dram.reset();
  r.board.memories[0].memory.fixed.emplace();
  const RunFigures f = make_run_figures(r, sample::energy());
  EXPECT_EQ(f.roofline.peak_bandwidth, Bandwidth{});
  EXPECT_TRUE(std::isnan(f.roofline.ridge));
  EXPECT_DOUBLE_EQ(f.levels[0].moved, 160'000 * 3.0) << "no bursts: what was asked for";
}

TEST(RunFigures, Bytes) {
  const RunFigures f = figures();
  ASSERT_EQ(f.levels.size(), 4U);
  EXPECT_EQ(f.levels[0].name, "memory ddr");
  EXPECT_DOUBLE_EQ(f.levels[0].read, 432'000);
  EXPECT_DOUBLE_EQ(f.levels[0].written, 48'000);
  EXPECT_DOUBLE_EQ(f.levels[0].moved, 4 * 480'000.0) << "16-byte requests cost 64-byte bursts";
  EXPECT_DOUBLE_EQ(f.levels[1].read, 300'000) << "weights: one stream per kernel";
  EXPECT_DOUBLE_EQ(f.levels[2].moved, 30'000) << "registers: every lane has its own";
}

TEST(RunFigures, OpsByKindRoleAndLayer) {
  const RunFigures f = figures();
  ASSERT_EQ(f.kinds.size(), 3U);
  EXPECT_EQ(f.kinds[0].name, "bit_linear");
  EXPECT_EQ(f.kinds[0].exposed, 700'000U);
  EXPECT_EQ(f.kinds[0].busy, 720'000U);
  EXPECT_EQ(f.kinds[0].ops, 2U);
  EXPECT_EQ(f.roles[0].name, "layers.*.a");
  EXPECT_EQ(f.roles[0].longest, 400'000U);
  ASSERT_EQ(f.layers.size(), 2U);
  EXPECT_EQ(f.layers[0].exposed, 390'000U);
  EXPECT_EQ(f.layers[1].exposed, 510'000U);
}

TEST(RunFigures, StepTimes) {
  const KernelFigures k = figures().kernels.at(0);
  EXPECT_DOUBLE_EQ(k.step.si(), 1e-3);
  EXPECT_DOUBLE_EQ(k.step_min.si(), 0.9e-3);
  EXPECT_DOUBLE_EQ(k.step_max.si(), 1.1e-3);
}

TEST(RunFigures, LayerNumbersAreTakenOut) {
  EXPECT_EQ(without_layer("layers.17.attn.f_proj"), "layers.*.attn.f_proj");
  EXPECT_EQ(without_layer("lm_head"), "lm_head");
  EXPECT_EQ(without_layer("2: tmatmul"), "2: tmatmul");
  EXPECT_EQ(without_layer("a.0"), "a.*");
  EXPECT_EQ(without_layer(""), "");
}

TEST(RunFigures, ProductsOfAMacArrayAreOperationsToo) {
  Result r = sample::model_run();
  KernelResult& k = r.kernels[0];
  MacSpec mac;
  mac.rows = 4;
  mac.columns = 2;
  mac.formats["int8"] = {"int8", 2, 1, {}};
  mac.formats["fp16"] = {"fp16", 1, 1, {}};
  k.core.ternary.reset();
  k.core.mac = mac;
  k.activity.ternaries = 0;
  k.activity.matrix.emplace();
  k.activity.matrix->products = {{"fp16", 400'000}, {"int8", 1'600'000}};
  const KernelFigures f = make_run_figures(r, sample::energy()).kernels.at(0);
  EXPECT_NEAR(f.peak_operations, 16.0 * 2 * 100e6, 1);  // of int8, two lanes
  EXPECT_NEAR(f.attained_operations, 2e6 * 2 / r.elapsed.si(), 1);
}

}  // namespace
}  // namespace tritsim
