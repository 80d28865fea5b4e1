// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <sstream>

#include <gtest/gtest.h>

#include "arch/workload/token_bytes.hpp"
#include "arch/workload/trace_file.hpp"
#include "tests/support/models.hpp"

namespace tritsim {
namespace {

/// One block with an op of one's own, whose keys are `keys`.
ModelSpec model_with(const std::string& keys, const std::string& popularity = "") {
  return load_text<ModelSpec>(
      "kind: model\nname: m\nsource: test\ndimensions: {layers: 2, hidden: 64}\n"
      "formats: {half: {format: fp16}}\n" +
          popularity +
          "start:\n  - {op: embedding, name: embedding, width: hidden, rows: 100}\n"
          "blocks:\n  block:\n"
          "    - {op: linear, name: x, width: hidden, weights: half}\n"
          "    - {op: custom, name: own, in: [x, input], " +
          keys +
          "}\npattern:\n  - {block: block}\nend:\n"
          "  - {op: linear, name: lm_head, width: 100, weights: half}\n",
      "m.yaml");
}

std::string fault_of(const std::string& keys, const std::string& popularity = "") {
  try {
    static_cast<void>(model_with(keys, popularity));
  } catch (const ConfigError& e) {
    return e.what();
  }
  return "";
}

TEST(Custom, CountsAreExpressionsOverTheDimensions) {
  const Trace t = expand(
      model_with("adds: 3 * hidden, multiplies: hidden, reads: 2 * hidden, writes: 8, passes: 2, "
                 "instruction: mul, task: mix"));
  const Op& op = t.ops[2];
  ASSERT_TRUE(op.custom);
  EXPECT_EQ(*op.custom, (CustomShape{192, 64, 128, 8, 2, "mul", "mix"}));
  EXPECT_EQ(t.elements(op.outputs[0]), 64U) << "as long as the first input";
  EXPECT_EQ(t.work(op), 256U);
  EXPECT_EQ(t.custom_bytes(op).si(), 136);
  EXPECT_EQ(op.custom->host_task(), "custom.mix");
  const Trace wide = expand(model_with("width: 4 * hidden"));
  EXPECT_EQ(wide.elements(wide.ops[2].outputs[0]), 256U);
  EXPECT_EQ(wide.work(wide.ops[2]), 256U) << "without counts its elements";
}

TEST(Custom, KeysBelongToTheKind) {
  const std::string fault = fault_of("state: 4, adds: -1");
  EXPECT_NE(fault.find("state"), std::string::npos) << fault;
  EXPECT_NE(fault.find("means nothing to 'custom'"), std::string::npos) << fault;
  EXPECT_NE(fault_of("adds: 0 - 1").find("adds"), std::string::npos);
}

TEST(Custom, ATraceFileKeepsIt) {
  const TraceFile file = record(model_with("adds: hidden, reads: 64, instruction: add"), "test");
  std::ostringstream text;
  write_trace(text, file);
  EXPECT_EQ(read_trace_text(text.str(), "t").trace(),
            expand(model_with("adds: hidden, reads: 64, instruction: "
                              "add")));
}

TEST(Popularity, IsThatOfTheModelsOwnList) {
  ModelSpec m = test::shipped_model("olmoe_1b_7b_int4");
  std::vector<double> counts(64, 1.0);
  counts[5] = 9;  // of 72 choices, 8 by each token: chosen by every token
  m.own.popularity["experts"] = counts;
  const Trace t = expand(m);
  const Op* up = nullptr;
  for (const Op& op : t.ops) {
    if (op.name == "layers.0.mlp.up_proj") up = &op;
  }
  ASSERT_NE(up, nullptr);
  const double p = 8.0 / 72;
  EXPECT_NEAR(up->experts->distinct(3), 1 + 63 * (1 - (1 - p) * (1 - p) * (1 - p)), 1e-9);
  EXPECT_EQ(up->experts->distinct(1), 8) << "a token chooses as many, whatever is popular";
  ExpertShape even{64, 8, false, {}};
  EXPECT_LT(up->experts->distinct(16), even.distinct(16)) << "even routing reads the most";
}

TEST(Popularity, OfEquallyPopularExpertsIsTheClosedForm) {
  const ExpertShape counted{64, 8, false, std::vector<double>(64, 17)};
  const ExpertShape even{64, 8, false, {}};
  for (const double n : {1.0, 2.0, 16.0}) EXPECT_NEAR(counted.distinct(n), even.distinct(n), 1e-9);
}

TEST(Popularity, FaultsAreNamed) {
  EXPECT_EQ((ExpertShape{4, 2, false, {1, 1, 1, 1}}).popularity_fault(), "");
  EXPECT_NE((ExpertShape{4, 2, false, {1, 1, 1}}).popularity_fault(), "");
  EXPECT_NE((ExpertShape{4, 2, false, {0, 0, 0, 0}}).popularity_fault(), "");
  EXPECT_NE((ExpertShape{4, 2, false, {3, -1, 1, 1}}).popularity_fault(), "");
  const std::string twice = ExpertShape{4, 2, false, {4, 1, 1, 1}}.popularity_fault();
  EXPECT_NE(twice.find("4 of 7 choices"), std::string::npos) << twice;
  const std::string unused = fault_of("adds: 1", "popularity: {expert: [1, 2]}\n");
  EXPECT_NE(unused.find("popularity.expert"), std::string::npos) << unused;
}

TEST(TokenBytes, OfBlocksByKind) {
  Trace t = expand(test::shipped_model("gemma3_1b"), 4096);
  const TokenBytes b = token_bytes(t, 4);
  ASSERT_EQ(b.layers.size(), 3U);
  EXPECT_EQ(b.context, 4096U);
  EXPECT_EQ(b.layers[0].layers, "attention, window 512");
  EXPECT_EQ(b.layers[0].count, 22U);
  EXPECT_DOUBLE_EQ(b.layers[0].cache.si(), 22 * 2 * 256 * 2.0 * 512);
  EXPECT_EQ(b.layers[1].layers, "attention");
  EXPECT_EQ(b.layers[1].count, 4U);
  EXPECT_DOUBLE_EQ(b.layers[1].cache.si(), 4 * 2 * 256 * 2.0 * 4096);
  // q and o 1152 x 1024, k and v 1152 x 256, the mixer, in fp16.
  const double block = 2.0 * (2 * 1152 * 1024 + 2 * 1152 * 256 + 3 * 1152 * 6912);
  EXPECT_DOUBLE_EQ(b.layers[1].weights.si(), 4 * block);
  EXPECT_EQ(b.layers[2].layers, "outside the blocks");
  EXPECT_DOUBLE_EQ(b.layers[2].weights.si(), 2.0 * 1152 * 262144);
  EXPECT_DOUBLE_EQ(b.of_token().si(),
                   (26 * block + 2.0 * 1152 * 262144) / 4 + 2 * 256 * 2.0 * (22 * 512 + 4 * 4096));
}

TEST(TokenBytes, OfExpertsAndStates) {
  const TokenBytes olmoe = token_bytes(expand(test::shipped_model("olmoe_1b_7b_int4"), 1), 16);
  EXPECT_EQ(olmoe.layers[0].layers, "attention; 8 of 64 experts");
  const double expert = 3 * 2048.0 * 1024 * 4.25 / 8;
  const double distinct = 64 * (1 - std::pow(1 - 8.0 / 64, 16));
  EXPECT_NEAR(olmoe.layers[0].weights.si(),
              16 * (4 * 2048.0 * 2048 * 4.25 / 8 + 2048 * 64 * 2 + distinct * expert), 1);
  const TokenBytes mamba = token_bytes(expand(test::shipped_model("mamba2_1.3b")), 1);
  EXPECT_EQ(mamba.layers[0].layers, "gated_scan");
  EXPECT_DOUBLE_EQ(mamba.layers[0].state.si(), 2 * 48 * (4096.0 * 128 * 4 + 3 * (4096 + 256) * 2));
  const TokenBytes delta = token_bytes(expand(test::shipped_model("delta_net_1.3b")), 1);
  EXPECT_DOUBLE_EQ(delta.layers[0].state.si(), 2 * 24 * (16 * 128.0 * 128 * 4 + 3 * 3 * 2048 * 2));
  const TokenBytes hgrn = token_bytes(expand(test::shipped_model("mmfreelm_370m")), 1);
  ASSERT_EQ(hgrn.layers.size(), 2U) << "the first block differs in a bound, not in bytes";
  EXPECT_DOUBLE_EQ(hgrn.layers[0].state.si(), 24 * 2 * 1024.0 * 4);
  EXPECT_DOUBLE_EQ(hgrn.layers[0].weights.si(), 24 * 12'845'056.0 / 4);
}

}  // namespace
}  // namespace tritsim
