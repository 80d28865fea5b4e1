// SPDX-License-Identifier: Apache-2.0
#include "sim/study/calibrate.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "arch/base/writer.hpp"
#include "sim/result/energy.hpp"
#include "sim/run/run.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

const std::string cell = "device.family.logic_cell";
const std::string pins = "memories.0.memory.dram.io_energy";

/// Power of a board with known true coefficients, times an error.
CalibrationCase power_case(const std::string& name, const std::vector<Override>& truth,
                           double error = 1) {
  const ModelSpec model = test::tiny_model();
  const Result r = run_model(test::board(name, truth), model, {0, 4, 0});
  CalibrationCase c;
  c.measurement.name = name;
  c.measurement.board = test::board(name);
  c.measurement.model = model;
  c.measurement.workload = {0, 4, 0};
  c.measurement.power = price(r).total().value / r.elapsed * error;
  return c;
}

CalibrationCase idle_case(const std::string& name, const std::vector<Override>& truth) {
  Result r;
  r.board = test::board(name, truth);
  r.elapsed = Time{1};
  CalibrationCase c;
  c.measurement.name = name + " idle";
  c.measurement.board = test::board(name);
  c.measurement.idle_power = price(r).total().value / r.elapsed;
  return c;
}

const std::vector<Override> truth{{cell + ".value", "0.11 pJ"}, {"power.idle.value", "37.5 W"}};

std::string refusal(const std::vector<CalibrationCase>& cases,
                    const std::vector<std::string>& paths) {
  try {
    static_cast<void>(calibrate(cases, paths));
  } catch (const ConfigError& e) {
    return e.what();
  }
  return "";
}

TEST(Calibrate, FindsTheCoefficientsThatMadeTheMeasurements) {
  const Calibration c =
      calibrate({power_case("u250_mmfree_48", truth), idle_case("u250_mmfree_48", truth)},
                {cell, "power.idle"});
  ASSERT_EQ(c.parameters.size(), 2U);
  EXPECT_NEAR(c.parameters[0].fitted, 0.11e-12, 0.11e-12 * 1e-3);
  EXPECT_NEAR(c.parameters[1].fitted, 37.5, 37.5e-3);
  for (const FittedCase& f : c.cases) {
    EXPECT_LT(std::fabs(f.fitted), 1e-6) << f.name;
    EXPECT_GT(std::fabs(f.before), 1e-3) << f.name;
    EXPECT_FALSE(f.left_out) << "two parameters need both cases";
  }
  EXPECT_FALSE(c.redundant);
}

TEST(Calibrate, LeavesEachCaseOutWhereTheOthersSuffice) {
  const Calibration c =
      calibrate({power_case("u250_mmfree_48", truth), idle_case("u250_mmfree_48", truth),
                 power_case("u250_mmfree_48", truth, 1.02)},
                {cell, "power.idle"});
  EXPECT_TRUE(c.redundant);
  ASSERT_TRUE(c.cases[0].left_out);
  // Fitted to the other two, the first is predicted 2 % too high.
  EXPECT_NEAR(*c.cases[0].left_out, 0.02, 1e-3);
  EXPECT_NEAR(*c.cases[2].left_out, 1 / 1.02 - 1, 1e-3);
  EXPECT_FALSE(c.cases[1].left_out) << "loads alone do not tell the two apart";
  EXPECT_NEAR(c.cases[0].fitted, 0.01, 1e-3);
  EXPECT_NEAR(c.noise, 0.014, 1e-3);
}

TEST(Calibrate, StaysInTheRangeAndSaysSo) {
  const std::vector<Override> far{{"power.idle.value", "60 W"}, {"power.idle.high", "60 W"}};
  const Calibration c = calibrate({idle_case("u250_mmfree_48", far)}, {"power.idle"});
  EXPECT_TRUE(c.parameters[0].at_bound);
  EXPECT_NEAR(c.parameters[0].fitted, c.parameters[0].high, 1e-6);
  EXPECT_LT(c.cases[0].fitted, -0.2);
}

TEST(Calibrate, ATimingFigureRunsTheCaseAnew) {
  CalibrationCase c;
  c.measurement.name = "d5005";
  c.measurement.board = test::board("d5005_mmfree");
  c.measurement.program = "tmatmul v1, v0, W\n";
  c.measurement.dim = 128;
  const std::string path = "memories.0.memory.dram.controller.front_end";
  BoardSpec true_board = test::board(
      "d5005_mmfree", {{path + ".value", "176 ns"}, {"cores.0.core.vector_length", "128"}});
  std::vector<std::string> warnings;
  const Result r = run_program(true_board, c.measurement.program, "test", warnings);
  c.measurement.time =
      cycles_to_time(static_cast<double>(r.kernels[0].activity.cycles), r.kernels[0].core.clock);
  const Calibration fitted = calibrate({c}, {path});
  EXPECT_NEAR(fitted.parameters[0].fitted, 176e-9, 1.5e-9);  // the DRAM's clock is 0.83 ns
  EXPECT_LT(std::fabs(fitted.cases[0].fitted), 0.005);
  EXPECT_GT(std::fabs(fitted.cases[0].before), 0.01);
}

TEST(Calibrate, RefusesWhatTheCasesDoNotDetermine) {
  const CalibrationCase one = power_case("u250_mmfree_48", truth);
  const CalibrationCase idle = idle_case("u250_mmfree_48", truth);
  EXPECT_NE(refusal({one}, {cell, "power.idle"}).find("2 parameters and 1 case"),
            std::string::npos);
  EXPECT_NE(refusal({idle}, {cell}).find("moves none of the cases"), std::string::npos);
  EXPECT_NE(refusal({one, one}, {cell, pins}).find("cannot tell"), std::string::npos);
  EXPECT_NE(refusal({one}, {"power.idel"}).find("is no coefficient"), std::string::npos);
  EXPECT_NE(refusal({one}, {"cores.0.lanes"}).find("is no coefficient"), std::string::npos);
  EXPECT_NE(refusal({idle, idle_case("d5005_mmfree", {})}, {"power.idle"}).find("differs"),
            std::string::npos);
}

TEST(Calibrate, ItsOverlayMakesTheBoardOfTheFit) {
  const CalibrationCase c = power_case("u250_mmfree_48", truth);
  const Calibration fitted =
      calibrate({c, idle_case("u250_mmfree_48", truth)}, {cell, "power.idle"});
  const auto overlay = load_text<OverlayFile>(to_yaml(Writer::write(fitted.overlay)), "fit.yaml");
  EXPECT_EQ(overlay, fitted.overlay);
  const BoardSpec b = test::board("u250_mmfree_48", overrides_of(overlay, "fit.yaml"));
  EXPECT_EQ(b.device.family.logic_cell.confidence, Confidence::calibrated);
  const Result r = run_model(b, *c.measurement.model, c.measurement.workload);
  EXPECT_NEAR((price(r).total().value / r.elapsed) / *c.measurement.power, 1, 1e-4);
}

}  // namespace
}  // namespace tritsim
