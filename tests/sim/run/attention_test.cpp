// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "sim/plan/lower.hpp"
#include "sim/result/energy.hpp"
#include "sim/run/run.hpp"
#include "tests/sim/fault.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

using test::fault;

/// A ternary transformer of two layers: attention of `heads` query heads over `kv_heads`.
ModelSpec ternary_transformer(std::uint32_t heads = 8, std::uint32_t kv_heads = 2) {
  ModelSpec m = test::model("bitnet_2b_4t");
  m.set("layers", 2);
  m.set("hidden", 512);
  m.set("intermediate", 1024);
  m.set("vocabulary", 1000);
  m.set("heads", heads);
  m.set("kv_heads", kv_heads);
  m.own.formats["cache"] = {NumberFormat::int8};
  return m;
}

/// The U250's small kernel with an attention unit, and what a transformer needs beside it.
BoardSpec board_with_attention(std::uint32_t lanes = 1) {
  BoardSpec b = test::board("u250_mmfree_24");
  b.cores.resize(1);
  b.cores[0].channels = {0};
  b.cores[0].lanes = lanes;
  CoreSpec& c = b.cores[0].core;
  c.attention = AttentionSpec{8, "", {}, 1 << 16, 16_bit, 8_KiB, {4_KiB, 2, 1, {}}};
  c.instructions["append"] = {1, 0, 0, 0, 4};
  c.instructions["scores"] = {1, 0, 0, 0, 8};
  c.instructions["softmax"] = {0, 0, 3, 4, 16};
  c.instructions["values"] = {0, 1, 0, 0, 8};
  c.instructions["relu2"] = {1, 1, 1, 0, 6};
  c.instructions["rotary"] = {1, 1, 1, 0, 6};
  return b;
}

Result run(const ModelSpec& model, Workload workload, std::uint32_t context = 0,
           BoardSpec board = board_with_attention()) {
  workload.context = context;
  return run_model(board, model, workload);
}

const AttentionActivity& attention(const Result& r) {
  return r.kernels[0].activity.attention.value();
}

TEST(Attention, BytesOfTheCacheAreThoseOfEveryStepsContext) {
  const ModelSpec m = ternary_transformer();
  const Result r = run(m, {3, 5, 1}, 10);
  ASSERT_EQ(r.steps, 7U);
  EXPECT_EQ(r.context, 10U);
  std::uint64_t positions = 0;
  for (std::uint64_t step = 0; step < 7; ++step) positions += 10 + step + 1;
  EXPECT_EQ(attention(r).bytes_read, m.size("layers") * 2 * positions * test::kv_width(m));
  EXPECT_EQ(attention(r).bytes_written, m.size("layers") * 2 * 7 * test::kv_width(m));
  EXPECT_EQ(attention(r).products, m.size("layers") * 2 * positions * m.size("hidden"));
  EXPECT_EQ(attention(r).softmax, 3 * m.size("layers") * positions * m.size("heads"));
}

// Steps of one run are those of runs that start where the others end.
TEST(Attention, StepsAreWhatSingleStepsAtTheirContextsAre) {
  const ModelSpec m = ternary_transformer();
  const BoardSpec b = test::with_fixed_memory(board_with_attention(), 20);
  const Result all = run(m, {0, 6, 1}, 3, b);
  std::uint64_t end = 0;
  for (std::uint32_t step = 0; step < 6; ++step) {
    const Result one = run(m, {0, 1, 1}, 3 + step, b);
    end += one.kernels[0].step_ends[0];
    // The next step's first loads may start under the end of this one.
    EXPECT_NEAR(double(all.kernels[0].step_ends[step]), double(end), 64.0 * (step + 1)) << step;
  }
  EXPECT_EQ(attention(all).products,
            6 * attention(run(m, {0, 1, 1}, 3, b)).products +
                m.size("layers") * 2 * m.size("hidden") * (1 + 2 + 3 + 4 + 5));
}

TEST(Attention, ALongerContextIsNeverFaster) {
  const ModelSpec m = ternary_transformer();
  Time before;
  for (const std::uint32_t context : {0U, 1U, 7U, 63U, 64U, 500U, 2000U}) {
    const Result r = run(m, {0, 1, 1}, context);
    EXPECT_GE(r.elapsed, before) << context;
    before = r.elapsed;
  }
}

TEST(Attention, SharedHeadsSaveReadsButNoProducts) {
  const Result shared = run(ternary_transformer(8, 2), {0, 2, 1}, 100);
  const Result full = run(ternary_transformer(8, 8), {0, 2, 1}, 100);
  EXPECT_EQ(attention(full).products, attention(shared).products);
  EXPECT_EQ(attention(full).bytes_read, 4 * attention(shared).bytes_read);
  EXPECT_LT(shared.elapsed, full.elapsed);
}

TEST(Attention, WithoutWaitingForMemoryItTakesItsProductsAndSoftmax) {
  BoardSpec b = test::with_fixed_memory(board_with_attention(), 1);
  CoreSpec& c = b.cores[0].core;
  c.attachment.reset();
  c.memory_port = Bytes{1 << 16};
  c.attention->fetch = {Bytes{1 << 20}, 64, 0, {}};
  c.attention->fifo = Bytes{1 << 20};
  const ModelSpec m = ternary_transformer();
  const auto cycles = [&](std::uint32_t context) {
    std::uint64_t sum = 0;
    const Result r = run(m, {0, 1, 1}, context, b);
    for (const OpCycles& op : r.kernels[0].ops) {
      if (op.kind == "attention") sum += op.busy;
    }
    return sum;
  };
  // 2 x 512 products a position by 8 a cycle, 8 heads of scores three times by 4 a cycle.
  const std::uint64_t each = 2 * 512 / 8 + 3 * 8 / 4;
  EXPECT_NEAR(double(cycles(1000) - cycles(0)), double(m.size("layers") * 1000 * each), 16);
}

TEST(Attention, LanesReadCachesOfTheirOwnAndShareTheWeights) {
  const ModelSpec m = ternary_transformer();
  const Result one = run(m, {0, 2, 1}, 50, board_with_attention(4));
  const Result four = run(m, {0, 2, 4}, 50, board_with_attention(4));
  EXPECT_EQ(attention(four).bytes_read, attention(one).bytes_read);  // of a lane
  const std::uint64_t more =
      four.memories[0].activity.bytes_read - one.memories[0].activity.bytes_read;
  EXPECT_GE(more, 3 * attention(one).bytes_read);
  EXPECT_EQ(four.kernels[0].activity.weight_bytes, one.kernels[0].activity.weight_bytes);
}

TEST(Attention, ACacheInAMemoryOfItsOwnIsReadThere) {
  BoardSpec b = board_with_attention();
  b.mapping.kv_in = "cache";
  b.memories.push_back(b.memories[0]);
  b.memories.back().name = "cache";
  const Result r = run(ternary_transformer(), {0, 2, 1}, 30, b);
  ASSERT_EQ(r.memories.size(), 2U);
  EXPECT_EQ(r.memories[1].group, "cache");
  EXPECT_EQ(r.memories[1].activity.bytes_read, attention(r).bytes_read);
  EXPECT_EQ(r.memories[1].activity.bytes_written, attention(r).bytes_written);
}

TEST(Attention, WhatDoesNotFitIsRefusedWithNeedAndLimit) {
  const ModelSpec m = ternary_transformer();
  EXPECT_NE(
      fault(board_with_attention(), m, {0, 2, 1}, 8191)
          .find("has 65544 scores in the last step (8 heads x 8193 positions), the score buffer "
                "of core 'ternip, D = 1024' holds 65536"),
      std::string::npos)
      << fault(board_with_attention(), m, {0, 2, 1}, 8191);
  BoardSpec small = board_with_attention();
  small.memories[0].memory.capacity = 4096_KiB;
  EXPECT_EQ(fault(small, m, {0, 2, 1}, 10), "");
  EXPECT_NE(fault(small, m, {0, 2, 1}, 8000).find("for weights, vectors, keys and values"),
            std::string::npos);
  const ModelSpec dense = test::model("transformer_370m");
  EXPECT_NE(fault(board_with_attention(), dense, {0, 2, 1}).find("fp16"), std::string::npos);
  EXPECT_NE(fault(board_with_attention(), test::tiny_model(), {0, 2, 1}, 4)
                .find("has no attention and keeps no cache"),
            std::string::npos);
}

}  // namespace
}  // namespace tritsim
