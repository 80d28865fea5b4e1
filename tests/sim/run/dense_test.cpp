// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "sim/result/energy.hpp"
#include "sim/run/run.hpp"
#include "sim/study/validate.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

Result run(const std::string& board, const ModelSpec& model, Workload workload = {0, 1, 1},
           std::uint32_t context = 0) {
  workload.context = context;
  return run_model(test::board(board), model, workload);
}

/// Two layers of a shipped transformer.
ModelSpec two_layers(const std::string& name) {
  ModelSpec m = test::model(name);
  m.layers = 2;
  return m;
}

std::uint64_t products(const Result& r, const char* format) {
  return r.kernels[0].activity.matrix.value().products.at(format);
}

TEST(Dense, ATokensWeightBytesAreThoseOfItsShapes) {
  struct Case {
    const char* board;
    const char* model;
    double bits;
  };

  for (const Case& c : {Case{"k26_dense", "transformer_370m", 16},
                        Case{"k26_dense", "llama2_7b_int8", 8 + 16.0 / 4096},
                        Case{"kv260_llama", "llama2_7b_w4_kv8", 4.25},
                        Case{"u280_flightllm", "llama2_7b_3.5bit", 3.5}}) {
    ModelSpec m = two_layers(c.model);
    m.transformer->head = m.transformer->projections;
    m.vocabulary = 1000;
    if (m.hidden > 8192 || (std::string(c.board) == "k26_dense" && m.intermediate > 8192)) {
      m.intermediate = 8192;
    }
    const Result r = run(c.board, m);
    const double expected = double(m.matrix_weights()) * c.bits / 8;
    EXPECT_NEAR(double(r.kernels[0].activity.weight_bytes), expected, 64) << c.model;
    EXPECT_EQ(r.kernels[0].activity.ternaries, 0U);
  }
}

TEST(Dense, ProductsAreOneAWeightAndPadsNothingButTheArray) {
  const ModelSpec m = two_layers("transformer_370m");
  const Result r = run("k26_dense", m, {0, 2, 1});
  // 64 inputs at once divide every width of the model.
  EXPECT_EQ(products(r, "fp16"), 2 * m.matrix_weights());
}

TEST(Dense, EveryShippedTransformerRunsOnABoardThatHasItsUnits) {
  for (const char* name : {"transformer_370m", "transformer_1.3b", "transformer_2.7b",
                           "tinyllama_1.1b", "gpt2_medium"}) {
    EXPECT_GT(run("k26_dense", two_layers(name), {1, 2, 1}, 7).elapsed, Time{}) << name;
    EXPECT_GT(run("u250_dense", two_layers(name), {0, 1, 0}).elapsed, Time{}) << name;
  }
  for (const char* name : {"llama2_7b_int4", "llama2_7b_int8", "llama2_7b"}) {
    EXPECT_GT(run("kv260_llama", two_layers(name)).elapsed, Time{}) << name;
  }
  for (const char* name : {"bitnet_2b_4t", "bitnet_0.7b"}) {
    const Result r = run("k26_bitnet", two_layers(name), {0, 2, 1}, 20);
    const ModelSpec m = two_layers(name);
    EXPECT_EQ(r.kernels[0].activity.ternaries, 2 * m.layers * m.block_weights()) << name;
    EXPECT_GT(products(r, "fp16"), 0U);
  }
}

TEST(Dense, TheWholeModelDecodesWithinTheBandwidthBound) {
  const ModelSpec m = test::model("llama2_7b_w4_kv8");
  const Result r = run("kv260_llama", m, {0, 1, 1}, 512);
  const double bytes = double(m.matrix_weights()) * 4.25 / 8 + 2.0 * m.layers * 513 * m.kv_width();
  const double bound = bytes / 19.2e9;
  EXPECT_GT(r.elapsed.si(), bound);
  EXPECT_LT(r.elapsed.si(), 1.12 * bound);
}

TEST(Dense, FewerBitsOfAWeightAreNeverSlower) {
  Time before;
  for (const char* name : {"llama2_7b_w4_kv8", "llama2_7b_int8", "llama2_7b"}) {
    ModelSpec m = two_layers(name);
    m.transformer->cache = NumberFormat::int8;
    m.transformer->head = m.transformer->projections;
    const Time t = run("kv260_llama", m).elapsed;
    EXPECT_GT(t, before) << name;
    before = t;
  }
}

TEST(Dense, AttentionOnTheHostGrowsWithTheContext) {
  BoardSpec b = test::board("k26_bitnet");
  b.cores[0].core.attention.reset();
  for (const char* op : {"append", "scores", "softmax", "values"})
    b.cores[0].core.instructions.erase(op);
  const ModelSpec m = two_layers("bitnet_0.7b");
  EXPECT_THROW(static_cast<void>(run_model(b, m, {0, 1, 1})), ConfigError);
  b.mapping.places["attention"] = Place::host;
  EXPECT_THROW(static_cast<void>(run_model(b, m, {0, 1, 1})), ConfigError);  // no cost of it
  HostTaskSpec cost = b.host.tasks.at("silu");
  cost.per_work = {1.0_ns, 1.0_ns, 1.0_ns, "test", Confidence::assumed};
  b.host.tasks["attention"] = cost;
  const auto working = [&](std::uint32_t steps, std::uint32_t context) {
    Workload w{0, steps, 1};
    w.context = context;
    return run_model(b, m, w).host.working.si();
  };
  // Each step's host work is that of its own context.
  EXPECT_NEAR(working(3, 100), working(1, 100) + working(1, 101) + working(1, 102), 1e-9);
  EXPECT_GT(working(1, 200), working(1, 100));
}

TEST(Dense, ACardRunsTheTernaryModelFasterThanItsDenseTwinInFp16) {
  const Result ternary = run("u250_mmfree_48", test::model("mmfreelm_370m"), {0, 1, 0});
  const Result dense = run("u250_dense", test::model("transformer_370m"), {0, 1, 0});
  EXPECT_GT(ternary.tokens_per_second(), dense.tokens_per_second());
}

TEST(Dense, ADsp58MakesThreeInt8ProductsOutOfOneBlock) {
  BoardSpec b = test::board("k26_dense");
  b.device = load<DeviceSpec>(test::config("devices/xcvc1902.yaml"));
  const auto block_cycles = [&](const char* mode, std::uint32_t products) {
    MacFormatSpec& f = b.cores[0].core.mac->formats.at("int8");
    f.mode = mode;
    f.products = products;
    ModelSpec model = two_layers("transformer_370m_int8");
    for (const EnergyTerm& t : price(run_model(b, model, {0, 1, 1})).terms) {
      if (t.cause == "multipliers and cycles, weights int8") return t.count;
    }
    return 0.0;
  };
  const double one_each = block_cycles("int16", 1);
  EXPECT_GT(one_each, 0);
  EXPECT_NEAR(block_cycles("int8", 3) * 3 / one_each, 1, 0.02);  // rows that three do not divide
}

TEST(Dense, AMeasurementIsTakenAtItsContext) {
  MeasurementSpec m;
  m.board = test::board("kv260_llama");
  m.model = two_layers("llama2_7b_w4_kv8");
  m.workload = {0, 1, 1};
  m.workload.context = 300;
  EXPECT_EQ(run_case(m).context, 300U);
  EXPECT_EQ(run_case(m).elapsed, run("kv260_llama", *m.model, m.workload, 300).elapsed);
}

TEST(Dense, AttentionAndItsUnitsArePriced) {
  const EnergyAccount account =
      price(run("kv260_llama", two_layers("llama2_7b_w4_kv8"), {0, 1, 1}, 100));
  double of_attention = 0;
  double of_products = 0;
  for (const EnergyTerm& t : account.terms) {
    if (t.cause == "multipliers and cycles, attention") of_attention = t.count;
    if (t.cause == "multipliers and cycles, weights int4") of_products = t.count;
  }
  EXPECT_EQ(of_attention, 2 * 2 * 101 * 4096.0);
  EXPECT_GT(of_products, 0);
}

}  // namespace
}  // namespace tritsim
