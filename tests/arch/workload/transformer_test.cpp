// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "arch/base/reader.hpp"
#include "arch/workload/trace.hpp"
#include "tests/support/files.hpp"
#include "tests/support/models.hpp"

namespace tritsim {
namespace {

ModelSpec shipped(const std::string& name) {
  return load<ModelSpec>(test::source_dir() + "configs/models/" + name + ".yaml");
}

/// Published figures of a model: parameters of the checkpoint, and weights in matrices.
struct Published {
  const char* file;
  std::uint64_t parameters;
  std::uint64_t matrices;
};

class PublishedTransformer : public testing::TestWithParam<Published> {};

INSTANTIATE_TEST_SUITE_P(Each, PublishedTransformer,
                         testing::Values(Published{"transformer_370m", 0, 341'049'344},
                                         Published{"transformer_1.3b", 0, 1'298'661'376},
                                         Published{"transformer_2.7b", 0, 2'619'473'920},
                                         Published{"llama2_7b", 6'738'415'616, 6'607'077'376},
                                         Published{"llama2_7b_int4", 6'738'415'616, 6'607'077'376},
                                         Published{"llama2_7b_int8", 6'738'415'616, 6'607'077'376},
                                         Published{"tinyllama_1.1b", 1'100'048'384, 1'034'420'224},
                                         Published{"gpt2_medium", 354'823'168, 353'453'056},
                                         Published{"bitnet_2b_4t", 2'412'820'480, 2'412'380'160},
                                         Published{"bitnet_0.7b", 728'842'752, 728'632'320}),
                         [](const auto& test_case) {
                           return test::test_name(test_case.param.file);
                         });

TEST_P(PublishedTransformer, HasThePublishedNumberOfParameters) {
  const ModelSpec model = shipped(GetParam().file);
  EXPECT_EQ(size_of(model).weights, GetParam().matrices);
  if (GetParam().parameters != 0) {
    EXPECT_EQ(size_of(model).parameters, GetParam().parameters);
  }
}

TEST_P(PublishedTransformer, ItsTraceHasTheSameWeightsInEveryLayer) {
  const ModelSpec model = shipped(GetParam().file);
  const Trace trace = expand(model, 7);
  std::map<std::int32_t, std::uint64_t> weights;
  for (const Op& op : trace.ops) weights[op.layer] += trace.weights(op);
  ASSERT_EQ(weights.size(), model.size("layers") + 1);
  for (const auto& [layer, sum] : weights) {
    EXPECT_EQ(sum, layer == Op::no_layer ? model.size("hidden") * model.size("vocabulary")
                                         : test::block_weights(model))
        << layer;
  }
}

TEST(Transformer, AHeadMayBeWiderThanItsShareOfTheChannels) {
  ModelSpec model = shipped("tinyllama_1.1b");
  model.set("head_width", 128);
  EXPECT_EQ(test::query_width(model), 32U * 128);
  EXPECT_EQ(test::kv_width(model), 4U * 128);
  const Trace trace = expand(model);
  std::uint64_t weights = 0;
  for (const Op& op : trace.ops) weights += trace.weights(op);
  EXPECT_EQ(weights, size_of(model).weights);
  const std::uint64_t projections = 2 * 2048 * 4096 + 2 * 2048 * 512;
  EXPECT_EQ(test::block_weights(model), projections + 3 * 2048 * 5632);
}

TEST(Transformer, BiasesOfQueryKeyAndValueAreParameters) {
  ModelSpec model = shipped("tinyllama_1.1b");
  const std::uint64_t without = size_of(model).parameters;
  model.set("qkv_bias", 1);
  EXPECT_EQ(size_of(model).parameters - without, 22U * (2048 + 2 * 256));
}

TEST(Transformer, OnlyAttentionDependsOnThePosition) {
  const ModelSpec model = shipped("tinyllama_1.1b");
  const Trace early = expand(model, 1);
  Trace late = expand(model, 1000);
  ASSERT_NE(early, late);
  for (Op& op : late.ops) {
    if (op.attention) op.attention->context = 1;
  }
  EXPECT_EQ(early, late);
}

TEST(Transformer, TheCacheIsTwoVectorsOfTheKeyHeadsAPosition) {
  // The sizes that the runs of the H200 held: 201,326,592 bytes at 1.3B and 1024 positions.
  for (const auto& [name, context, bytes] :
       {std::tuple{"transformer_1.3b", 1024U, 201'326'592.0},
        std::tuple{"transformer_370m", 2048U, 201'326'592.0},
        std::tuple{"tinyllama_1.1b", 1024U, 2.0 * 2 * 22 * 1024 * 256},
        std::tuple{"bitnet_2b_4t", 10U, 2.0 * 2 * 30 * 10 * 640}}) {
    const Trace trace = expand(shipped(name), context);
    Bytes sum;
    for (const Op& op : trace.ops) sum += trace.cache_bytes(op);
    EXPECT_EQ(sum.si(), bytes) << name;
  }
}

TEST(Transformer, AttentionWorksOnEveryQueryChannelAndPositionTwice) {
  const Trace trace = expand(shipped("tinyllama_1.1b"), 100);
  const auto it = std::find_if(trace.ops.begin(), trace.ops.end(),
                               [](const Op& op) { return op.kind == OpKind::attention; });
  ASSERT_NE(it, trace.ops.end());
  EXPECT_EQ(trace.work(*it), 2U * 2048 * 100);
}

TEST(Transformer, WeightsTakeTheBitsOfTheirFormatAndGroup) {
  const auto bytes = [](const char* name) {
    const Trace trace = expand(shipped(name));
    Bytes sum;
    for (const Op& op : trace.ops) {
      if (op.layer != Op::no_layer) sum += trace.weight_bytes(op);
    }
    return sum.si() * 8 /
           static_cast<double>(test::block_weights(shipped(name)) * shipped(name).size("layers"));
  };
  EXPECT_DOUBLE_EQ(bytes("llama2_7b"), 16);
  EXPECT_NEAR(bytes("llama2_7b_int8"), 8, 0.01);
  EXPECT_DOUBLE_EQ(bytes("llama2_7b_int4"), 4.25);
  EXPECT_DOUBLE_EQ(bytes("bitnet_2b_4t"), 2);
  EXPECT_DOUBLE_EQ(bytes("mmfreelm_370m"), 2);
}

TEST(Transformer, BlocksAreThoseOfTheirPublications) {
  const auto kinds = [](const char* name) {
    std::map<OpKind, int> count;
    for (const Op& op : expand(shipped(name)).ops) count[op.kind] += op.layer == 1;
    std::erase_if(count, [](const auto& entry) { return entry.second == 0; });
    return count;
  };
  using K = OpKind;
  EXPECT_EQ(kinds("llama2_7b"), (std::map<K, int>{{K::rms_norm, 2},
                                                  {K::linear, 7},
                                                  {K::rotary, 2},
                                                  {K::attention, 1},
                                                  {K::silu, 1},
                                                  {K::multiply, 1},
                                                  {K::add, 2}}));
  EXPECT_EQ(kinds("bitnet_2b_4t"), (std::map<K, int>{{K::rms_norm, 4},
                                                     {K::linear, 7},
                                                     {K::rotary, 2},
                                                     {K::attention, 1},
                                                     {K::squared_relu, 1},
                                                     {K::multiply, 1},
                                                     {K::add, 2}}));
  EXPECT_EQ(kinds("gpt2_medium"),
            (std::map<K, int>{
                {K::layer_norm, 2}, {K::linear, 6}, {K::attention, 1}, {K::gelu, 1}, {K::add, 2}}));
}

}  // namespace
}  // namespace tritsim
