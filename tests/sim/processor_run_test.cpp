// SPDX-License-Identifier: Apache-2.0
#include "sim/processor_run.hpp"

#include <gtest/gtest.h>

#include "sim/validate.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

ProcessorSpec h200() {
  return load<ProcessorSpec>(test::config("processors/h200.yaml"));
}

TEST(ProcessorRun, TheH200IsMetWithinTenPercentOfLatencyAndFifteenOfPower) {
  const auto file = load<MeasurementFile>(test::config("measurements/h200.yaml"));
  for (const char* quantity : {"time", "power"}) {
    std::vector<Verdict> verdicts;
    for (const MeasurementSpec& m : file.cases) {
      Verdict v = judge(m, file.source);
      if (v.quantity == quantity) verdicts.push_back(v);
    }
    for (const Fitted which : {Fitted::calibrated, Fitted::predicted}) {
      const ErrorSummary s = summarize(verdicts, which);
      EXPECT_GE(s.count, 11U);
      EXPECT_LT(s.mean, std::string(quantity) == "time" ? 0.10 : 0.15);
    }
  }
}

TEST(ProcessorRun, ThePromptIsOneStepAndYieldsTheFirstToken) {
  const ProcessorResult r = run_processor(h200(), test::model("transformer_370m"), {64, 5, 2});
  EXPECT_EQ(r.decode_steps, 4U);
  EXPECT_EQ(r.first_token, r.prefill.elapsed);
  EXPECT_EQ(r.tokens(), 10);
  EXPECT_GT(r.decode.elapsed, Time{});
}

TEST(ProcessorRun, AContextOrAGeneratedPrefixLeadToTheSameStep) {
  const ModelSpec model = test::model("transformer_370m");
  const ProcessorResult whole = run_processor(h200(), model, {0, 3, 1, {}, 100});
  Time sum;
  for (const std::uint32_t context : {100U, 101U, 102U}) {
    sum += run_processor(h200(), model, {0, 1, 1, {}, context}).elapsed();
  }
  EXPECT_NEAR(whole.elapsed().si(), sum.si(), 1e-12);
}

TEST(ProcessorRun, AMatMulFreeModelIsAsFastAtAnyPosition) {
  const ModelSpec model = test::model("mmfreelm_370m");
  EXPECT_EQ(run_processor(h200(), model, {0, 1, 1, {}, 0}).elapsed(),
            run_processor(h200(), model, {0, 1, 1, {}, 30000}).elapsed());
}

TEST(ProcessorRun, WhatDoesNotFitOrDoesNothingIsRefused) {
  const ModelSpec model = test::model("llama2_7b");
  EXPECT_THROW(static_cast<void>(run_processor(h200(), model, {0, 1, 64, {}, 8000})), ConfigError);
  EXPECT_THROW(static_cast<void>(run_processor(h200(), model, {0, 0, 1})), ConfigError);
}

}  // namespace
}  // namespace tritsim
