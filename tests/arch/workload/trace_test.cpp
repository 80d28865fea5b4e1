// SPDX-License-Identifier: Apache-2.0
#include "arch/workload/trace.hpp"

#include <map>
#include <set>

#include <gtest/gtest.h>

#include "arch/base/reader.hpp"
#include "tests/support/files.hpp"
#include "tests/support/models.hpp"

namespace tritsim {
namespace {

/// Figures of a model in arXiv 2406.02528 and its reference implementation.
struct Published {
  const char* file;
  std::uint32_t layers;
  std::uint32_t hidden;
  std::uint32_t intermediate;
  std::uint64_t block_weights;
  double ternary_millions;
};

class PublishedModel : public testing::TestWithParam<Published> {
 protected:
  const Published& published_ = GetParam();
  ModelSpec model_ =
      load<ModelSpec>(test::source_dir() + "configs/models/" + published_.file + ".yaml");
  Trace trace_ = expand(model_);
};

INSTANTIATE_TEST_SUITE_P(
    Each, PublishedModel,
    testing::Values(Published{"mmfreelm_370m", 24, 1024, 2816, 12'845'056, 341.0},
                    Published{"mmfreelm_1.3b", 24, 2048, 5632, 51'380'224, 1298.7},
                    Published{"mmfreelm_2.7b", 32, 2560, 6912, 79'298'560, 2619.5}),
    [](const auto& test_case) { return test::test_name(test_case.param.file); });

TEST_P(PublishedModel, HasThePublishedShapes) {
  EXPECT_EQ(model_.size("layers"), published_.layers);
  EXPECT_EQ(model_.size("hidden"), published_.hidden);
  EXPECT_EQ(model_.size("intermediate"), published_.intermediate);
  EXPECT_EQ(model_.size("vocabulary"), 32000U);
  // I = 256 ceil(int(8 d / 3) / 256)
  EXPECT_EQ(model_.size("intermediate"), (8 * model_.size("hidden") / 3 + 255) / 256 * 256);
}

TEST_P(PublishedModel, HasThePublishedNumberOfWeights) {
  EXPECT_EQ(test::block_weights(model_), published_.block_weights);
  EXPECT_NEAR(static_cast<double>(size_of(model_).weights) / 1e6, published_.ternary_millions,
              0.05);
}

TEST_P(PublishedModel, ItsTraceHasTheSameWeights) {
  std::map<std::int32_t, std::uint64_t> weights;
  std::uint64_t sum = 0;
  for (const Op& op : trace_.ops) {
    weights[op.layer] += trace_.weights(op);
    sum += trace_.weights(op);
  }
  EXPECT_EQ(sum, size_of(model_).weights);
  for (std::int32_t layer = 0; layer < static_cast<std::int32_t>(model_.size("layers")); ++layer) {
    EXPECT_EQ(weights[layer], published_.block_weights);
  }
  EXPECT_EQ(weights[Op::no_layer], model_.size("hidden") * model_.size("vocabulary"));
}

TEST_P(PublishedModel, EveryLayerHasTheOpsOfABlock) {
  std::map<std::int32_t, std::map<OpKind, int>> count;
  for (const Op& op : trace_.ops) ++count[op.layer][op.kind];
  ASSERT_EQ(count.size(), model_.size("layers") + 1);
  for (auto& [layer, kinds] : count) {
    if (layer == Op::no_layer) {
      EXPECT_EQ(kinds,
                (std::map<OpKind, int>{
                    {OpKind::embedding, 1}, {OpKind::rms_norm, 1}, {OpKind::bit_linear, 1}}));
      continue;
    }
    std::map<OpKind, int> expected{{OpKind::rms_norm, 3},   {OpKind::bit_linear, 6},
                                   {OpKind::sigmoid, 1},    {OpKind::silu, 3},
                                   {OpKind::complement, 1}, {OpKind::multiply, 3},
                                   {OpKind::recurrence, 1}, {OpKind::add, 2}};
    if (layer > 0) expected[OpKind::lower_bound] = 1;
    EXPECT_EQ(kinds, expected) << "layer " << layer;
  }
}

TEST_P(PublishedModel, EveryValueIsProducedOnceAndBeforeItIsUsed) {
  std::vector<bool> made(trace_.values.size());
  for (const Op& op : trace_.ops) {
    for (const ValueId v : op.inputs) {
      ASSERT_LT(v, made.size());
      EXPECT_TRUE(made[v]) << op.name << " uses " << trace_.values[v].name;
    }
    for (const ValueId v : op.outputs) {
      ASSERT_LT(v, made.size());
      EXPECT_FALSE(made[v]) << op.name;
      made[v] = true;
    }
  }
  EXPECT_EQ(std::count(made.begin(), made.end(), false), 0);
}

TEST_P(PublishedModel, EveryValueButTheLogitsIsUsed) {
  std::set<ValueId> used;
  for (const Op& op : trace_.ops) used.insert(op.inputs.begin(), op.inputs.end());
  EXPECT_EQ(used.size() + 1, trace_.values.size());
  EXPECT_EQ(trace_.values.back().name, "lm_head");
  EXPECT_EQ(trace_.values.back().elements, model_.size("vocabulary"));
}

TEST_P(PublishedModel, NamesAreUniqueAndSayTheirLayer) {
  std::set<std::string> ops;
  for (const Op& op : trace_.ops) {
    EXPECT_TRUE(ops.insert(op.name).second) << op.name;
    if (op.layer != Op::no_layer) {
      EXPECT_EQ(op.name.rfind("layers." + std::to_string(op.layer) + ".", 0), 0U) << op.name;
    }
  }
  std::set<std::string> values;
  for (const Value& v : trace_.values) EXPECT_TRUE(values.insert(v.name).second) << v.name;
}

TEST_P(PublishedModel, LengthsFitTheKindOfOp) {
  for (const Op& op : trace_.ops) {
    for (const ValueId v : op.outputs) {
      if (op.kind == OpKind::bit_linear || op.kind == OpKind::embedding) continue;
      for (const ValueId input : op.inputs) {
        EXPECT_EQ(trace_.elements(input), trace_.elements(v)) << op.name;
      }
    }
  }
}

ModelSpec tiny() {
  return test::hgrn_bit("tiny", 2, 8, 16, 32);
}

TEST(Trace, ABlockInTheOrderOfTheReference) {
  std::vector<std::string> names;
  for (const Op& op : expand(tiny()).ops) {
    if (op.layer == 1) names.push_back(op.name.substr(9));
  }
  EXPECT_EQ(names,
            (std::vector<std::string>{"attn_norm",        "attn.i_proj",      "attn.f_proj",
                                      "attn.forget",      "attn.lower_bound", "attn.input_gate",
                                      "attn.input_share", "attn.input",       "attn.recurrence",
                                      "attn.g_proj",      "attn.g_norm",      "attn.output_gate",
                                      "attn.output",      "attn.o_proj",      "attn.residual",
                                      "mlp_norm",         "mlp.gate_up_proj", "mlp.gate",
                                      "mlp.glu",          "mlp.down_proj",    "mlp.residual"}));
}

TEST(Trace, WorkIsWeightsOrElements) {
  const Trace t = expand(tiny());
  std::map<std::string, const Op*> ops;
  for (const Op& op : t.ops) ops[op.name] = &op;
  EXPECT_EQ(t.work(*ops["embedding"]), 8U);
  EXPECT_EQ(t.work(*ops["layers.0.attn_norm"]), 8U);
  EXPECT_EQ(t.work(*ops["layers.0.attn.input"]), 16U);
  EXPECT_EQ(t.work(*ops["layers.0.mlp.gate_up_proj"]), 8U * 32U);
  EXPECT_EQ(t.weights(*ops["layers.0.mlp.gate_up_proj"]), 8U * 32U);
  EXPECT_EQ(t.weights(*ops["layers.0.attn_norm"]), 0U);
  EXPECT_EQ(ops["layers.0.mlp.gate_up_proj"]->outputs.size(), 2U);
}

TEST(Trace, IsAFunctionOfTheModel) {
  EXPECT_EQ(expand(tiny()), expand(tiny()));
  ModelSpec other = tiny();
  other.set("hidden", 9);
  EXPECT_NE(expand(tiny()), expand(other));
}

TEST(Trace, CountsOfTheLargestModelDoNotOverflow) {
  ModelSpec m = tiny();
  m.set("layers", 10000);
  m.set("hidden", 1 << 20);
  m.set("intermediate", 1 << 22);
  m.set("vocabulary", 1 << 26);
  const auto d = static_cast<double>(m.size("hidden"));
  EXPECT_EQ(static_cast<double>(test::block_weights(m)), 4 * d * d + 3 * d * (1 << 22));
  EXPECT_EQ(static_cast<double>(size_of(m).weights),
            10000 * (4 * d * d + 3 * d * (1 << 22)) + d * (1 << 26));
}

}  // namespace
}  // namespace tritsim
