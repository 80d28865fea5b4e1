// SPDX-License-Identifier: Apache-2.0
// A long run of a model with a cache is that of every step, up to the error that it states.
#include <cmath>

#include <gtest/gtest.h>

#include "sim/run/run.hpp"
#include "sim/run/step_choice.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

using test::board;
using test::model;

constexpr double stated = 0.002;

ModelSpec small(const char* name, std::uint64_t layers) {
  ModelSpec m = model(name);
  m.set("layers", layers);
  m.set("vocabulary", 1000);
  return m;
}

double apart(double a, double b) {
  return b == 0 ? std::abs(a) : std::abs(a / b - 1);
}

/// Runs both ways; returns the run with fewer steps.
Result compare(const BoardSpec& b, const ModelSpec& m, const Workload& w) {
  Result some = run_model(b, m, w);
  const Result all = run_model(b, m, w, {{}, Stepping::every_step});
  const std::string what = b.name + ", " + m.name;
  EXPECT_FALSE(all.kernels.at(0).sampled) << what;
  EXPECT_LT(apart(some.elapsed.si(), all.elapsed.si()), stated) << what;
  EXPECT_LT(apart(some.first_token.si(), all.first_token.si()), stated) << what;
  EXPECT_LT(apart(some.host.waiting.si(), all.host.waiting.si()), stated) << what;
  for (std::size_t k = 0; k < all.kernels.size(); ++k) {
    const KernelResult& x = some.kernels[k];
    const KernelResult& y = all.kernels[k];
    // What instructions say is exact; what takes time is near.
    EXPECT_EQ(x.activity.ternaries, y.activity.ternaries) << what;
    EXPECT_EQ(x.activity.vector_elements, y.activity.vector_elements) << what;
    EXPECT_EQ(x.activity.register_bytes, y.activity.register_bytes) << what;
    EXPECT_EQ(x.activity.weight_bytes, y.activity.weight_bytes) << what;
    if (y.activity.attention) {
      EXPECT_EQ(x.activity.attention->products, y.activity.attention->products) << what;
      EXPECT_EQ(x.activity.attention->softmax, y.activity.attention->softmax) << what;
      EXPECT_EQ(x.activity.attention->bytes_read, y.activity.attention->bytes_read) << what;
      EXPECT_EQ(x.activity.attention->bytes_written, y.activity.attention->bytes_written) << what;
    }
    EXPECT_LT(apart(double(x.activity.cycles), double(y.activity.cycles)), stated) << what;
    EXPECT_EQ(x.step_ends.size(), y.step_ends.size()) << what;
    for (std::size_t i = 0; i < y.step_ends.size(); ++i) {
      EXPECT_LT(apart(double(x.step_ends[i]), double(y.step_ends[i])), stated) << what << ", " << i;
    }
    for (std::size_t i = 0; i < y.ops.size(); ++i) {
      EXPECT_EQ(x.ops[i].instructions, y.ops[i].instructions) << what << ", " << y.ops[i].name;
      EXPECT_EQ(x.ops[i].memory_bytes, y.ops[i].memory_bytes) << what << ", " << y.ops[i].name;
      EXPECT_EQ(x.ops[i].matrix_operations, y.ops[i].matrix_operations) << what;
    }
  }
  for (std::size_t i = 0; i < all.memories.size(); ++i) {
    const MemoryActivity& x = some.memories[i].activity;
    const MemoryActivity& y = all.memories[i].activity;
    EXPECT_EQ(x.bytes_read, y.bytes_read) << what;
    EXPECT_EQ(x.bytes_written, y.bytes_written) << what;
    EXPECT_LT(apart(double(x.bursts_read), double(y.bursts_read)), stated) << what;
    EXPECT_LT(apart(double(x.refreshes), double(y.refreshes)), 0.01) << what;
    EXPECT_LT(apart(x.busy.si(), y.busy.si()), stated) << what;
  }
  return some;
}

TEST(SampledSteps, ACacheThatGrowsOnOneKernel) {
  const Result r = compare(board("kv260_llama"), small("llama2_7b_w4_kv8", 2), {0, 128, 1});
  ASSERT_TRUE(r.kernels[0].sampled);
  EXPECT_LT(r.kernels[0].sampled->simulated, 12U);
  EXPECT_LT(r.kernels[0].sampled->error, StepChoice::tolerance);
}

TEST(SampledSteps, PromptAndGenerationInTheSameSteps) {
  Workload w{40, 60, 1};
  w.context = 500;
  EXPECT_TRUE(compare(board("kv260_llama"), small("llama2_7b_w4_kv8", 1), w).kernels[0].sampled);
}

TEST(SampledSteps, AWindowThatFillsUp) {
  ModelSpec m = small("gemma3_270m", 6);
  m.set("window", 100);
  const Result r = compare(board("u250_general"), m, {0, 160, 0});
  ASSERT_TRUE(r.kernels[0].sampled);
  EXPECT_LT(r.kernels[0].sampled->simulated, 30U);
}

TEST(SampledSteps, AHostThatAttends) {
  ModelSpec m = small("bitnet_2b_4t", 1);
  m.set("vocabulary", 512);
  const Result r = compare(board("k26_bitnet"), m, {0, 64, 1});
  ASSERT_TRUE(r.kernels[0].sampled);
}

TEST(SampledSteps, OfALayerSample) {
  Workload w{0, 100, 1};
  w.simulate_layers = 2;
  EXPECT_TRUE(compare(board("kv260_llama"), small("llama2_7b_w4_kv8", 6), w).kernels[0].sampled);
}

TEST(SampledSteps, ShortRunsAndThoseWithoutACacheHaveNone) {
  EXPECT_FALSE(
      run_model(board("kv260_llama"), small("llama2_7b_w4_kv8", 1), {0, 31, 1}).kernels[0].sampled);
  EXPECT_FALSE(
      run_model(board("u250_mmfree_48"), test::tiny_model(), {0, 100, 0}).kernels[0].sampled);
}

TEST(SampledSteps, TheStepsThatAreSimulatedDoNotGrowWithTheRun) {
  const auto simulated = [](std::uint32_t steps) {
    return run_model(board("kv260_llama"), small("llama2_7b_w4_kv8", 1), {0, steps, 1})
        .kernels[0]
        .sampled.value()
        .simulated;
  };
  EXPECT_LE(simulated(2000), simulated(200) + 8);
}

}  // namespace
}  // namespace tritsim
