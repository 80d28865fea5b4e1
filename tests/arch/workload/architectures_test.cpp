// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "arch/workload/partition.hpp"
#include "tests/support/models.hpp"

namespace tritsim {
namespace {

const Op& op_of(const Trace& trace, const std::string& name) {
  for (const Op& op : trace.ops) {
    if (op.name == name) return op;
  }
  throw std::out_of_range(name);
}

/// Parameters of the published checkpoints, as their model cards or files state them.
struct Published {
  const char* file;
  double parameters;
};

class PublishedSize : public testing::TestWithParam<Published> {};

INSTANTIATE_TEST_SUITE_P(Each, PublishedSize,
                         testing::Values(Published{"qwen3_8b_int4", 8'190'735'360.0},
                                         Published{"llama3_8b_1.58", 8'030'261'248.0},
                                         Published{"bitnet_b1_58_3b", 3'324'387'840.0},
                                         Published{"deepseek_v3_int4", 671'026'404'352.0},
                                         Published{"olmoe_1b_7b", 6'919'161'856.0},
                                         Published{"gemma3_270m", 268'098'176.0},
                                         Published{"gemma3_1b", 999'885'952.0},
                                         Published{"gemma3_4b", 3'880'263'168.0},
                                         Published{"deepseek_v2_lite_int4", 15'706'484'224.0},
                                         Published{"falcon3_1b_1.58", 1'669'408'768.0},
                                         Published{"falcon3_3b_1.58", 3'227'655'168.0},
                                         Published{"falcon3_7b_1.58", 7'455'550'464.0},
                                         Published{"falcon3_10b_1.58", 10'305'653'760.0},
                                         Published{"rwkv7_0.4b", 450'767'872.0},
                                         Published{"rwkv7_1.5b", 1'527'404'544.0}),
                         [](const auto& test_case) {
                           return test::test_name(test_case.param.file);
                         });

TEST_P(PublishedSize, IsThatOfTheBlocks) {
  const auto here = static_cast<double>(size_of(test::shipped_model(GetParam().file)).parameters);
  EXPECT_NEAR(here / GetParam().parameters, 1, 0.005);
}

TEST(Architectures, SizesFromTheShapes) {
  // in_proj, three convolutions over 4 tokens with a bias, out_proj, two norms, the step's bias.
  const std::uint64_t mamba =
      2048 * (2 * 4096 + 2 * 128 + 64) + (4096 + 256) * 5 + 4096 * 2048 + 4096 + 2048 + 64;
  EXPECT_EQ(size_of(test::shipped_model("mamba2_1.3b")).parameters,
            48 * mamba + 50288 * 2048 + 2048);
  // q, k 2048 x 1024; v, g, o 2048 x 2048; decay of rank 16; norm of a head of 512; the mixer.
  const std::uint64_t gla = 2 * 2048 * 1024 + 3 * 2048 * 2048 + 16 * (2048 + 1024) + 1024 + 512 +
                            3 * 2048 * 5632 + 2 * 2048;
  EXPECT_EQ(size_of(test::shipped_model("gla_1.3b")).parameters,
            24 * gla + 2 * 32000 * 2048 + 2048);
}

TEST(Experts, StoredAndActiveAreDifferentNumbers) {
  const ModelSize s = size_of(test::shipped_model("olmoe_1b_7b"));
  const std::uint64_t idle = 16ULL * 3 * 2048 * 1024 * (64 - 8);
  EXPECT_EQ(s.parameters - s.active_parameters, idle);
  EXPECT_NEAR(static_cast<double>(s.active_parameters), 1.28e9, 0.01e9) << "1B active";
}

TEST(Experts, DistinctOnesByTheClosedForm) {
  const ExpertShape e{64, 8, false};
  EXPECT_EQ(e.distinct(1), 8);
  EXPECT_DOUBLE_EQ(e.distinct(2), 64 * (1 - 49.0 / 64));
  EXPECT_NEAR(e.distinct(16), 64 * (1 - std::pow(0.875, 16)), 1e-12);
  EXPECT_NEAR(e.distinct(1000), 64, 1e-9);
  EXPECT_EQ((ExpertShape{4, 4, true}).distinct(3), 4);
}

TEST(Experts, ATokenReadsTheChosenAndABatchTheDistinctOnes) {
  const Trace t = expand(test::shipped_model("olmoe_1b_7b_int4"));
  const Op& up = op_of(t, "layers.3.mlp.up_proj");
  const double one = 2048.0 * 1024 * 4.25 / 8;  // bytes of an expert's matrix
  EXPECT_EQ(t.elements(up.outputs[0]), 8U * 1024);
  EXPECT_DOUBLE_EQ(t.weight_bytes(up).si(), 8 * one);
  EXPECT_DOUBLE_EQ(t.weight_bytes(up, 2).si(), 15 * one);
  EXPECT_DOUBLE_EQ(t.all_weight_bytes(up).si(), 64 * one);
  const Op& down = op_of(t, "layers.3.mlp.down_proj");
  EXPECT_EQ(t.weights(down), 8U * 1024 * 2048) << "each reads its own part of the input";
  EXPECT_EQ(t.elements(op_of(t, "layers.3.mlp.sum").outputs[0]), 2048U);
}

TEST(Experts, BytesOfATokenOfOlmoe) {
  const Trace t = expand(test::shipped_model("olmoe_1b_7b_int4"));
  double bytes = 0;
  for (const Op& op : t.ops) bytes += t.weight_bytes(op).si();
  const double attention = 16 * 4.0 * 2048 * 2048 * 4.25 / 8;
  const double experts = 16 * 3 * 8.0 * 2048 * 1024 * 4.25 / 8;
  const double routers = 16 * 2048.0 * 64 * 2;
  EXPECT_DOUBLE_EQ(bytes, attention + experts + routers + 2048.0 * 50304 * 2);
}

TEST(Windows, OfGemmaAreReadBlockByBlock) {
  const Trace t = expand(test::shipped_model("gemma3_1b"), 4096);
  double bytes = 0;
  int whole = 0;
  for (const Op& op : t.ops) {
    bytes += t.cache_bytes(op).si();
    whole += op.attention && !op.attention->window ? 1 : 0;
  }
  EXPECT_EQ(whole, 4) << "every sixth of 26 blocks";
  // Keys and values of one head of 256 in fp16.
  EXPECT_DOUBLE_EQ(bytes, 2 * 256 * 2 * (22 * 512.0 + 4 * 4096));
  const Trace early = expand(test::shipped_model("gemma3_1b"), 100);
  EXPECT_EQ(early.cache_bytes(op_of(early, "layers.0.attn.attention")),
            early.cache_bytes(op_of(early, "layers.5.attn.attention")));
}

TEST(LatentAttention, CachesAVectorAndARotaryKey) {
  const Trace t = expand(test::shipped_model("deepseek_v2_lite_int4"), 1000);
  double bytes = 0;
  for (const Op& op : t.ops) bytes += t.cache_bytes(op).si();
  EXPECT_DOUBLE_EQ(bytes, 27 * (512 + 64) * 2 * 1000.0);
  const Op& attention = op_of(t, "layers.1.attn.attention");
  EXPECT_EQ(t.work(attention), 16U * (512 + 64 + 512) * 1000);
  EXPECT_EQ(t.weights(op_of(t, "layers.1.attn.k_b_proj")), 16U * 128 * 512);
  EXPECT_EQ(op_of(t, "layers.0.mlp.gate_proj").kind, OpKind::linear) << "the first block is dense";
  EXPECT_EQ(op_of(t, "layers.1.mlp.gate_proj").kind, OpKind::expert_linear);
}

TEST(States, OfRecurrentModels) {
  const auto state_bytes = [](const char* name) {
    double bytes = 0;
    for (const Op& op : expand(test::shipped_model(name)).ops) {
      if (op.state) bytes += op.state->bytes().si();
    }
    return bytes;
  };
  EXPECT_DOUBLE_EQ(state_bytes("rwkv7_1.5b"), 24 * (2048.0 * 64 * 4 + 7 * 2048 * 2));
  EXPECT_DOUBLE_EQ(state_bytes("mamba2_1.3b"), 48 * (4096.0 * 128 * 4 + 3 * (4096 + 256) * 2));
  EXPECT_DOUBLE_EQ(state_bytes("gla_1.3b"), 24 * 4 * 256.0 * 512 * 4);
  EXPECT_DOUBLE_EQ(state_bytes("hgrn2_1.3b"), 24 * 2048.0 * 128 * 4);
  const Trace t = expand(test::shipped_model("rwkv7_1.5b"));
  EXPECT_EQ(t.work(op_of(t, "layers.2.attn.scan")), 5U * 2048 * 64);
  EXPECT_FALSE(has_attention(t));
}

TEST(LatentAttention, HeadsAreSharedByAGroupAndTheCacheIsNot) {
  const Trace t = expand(test::shipped_model("deepseek_v2_lite_int4"), 1000);
  Problems problems;
  MappingSpec mapping;
  mapping.lm_head = Target::core;
  const Trace part = shard(t, mapping, 4, problems);
  EXPECT_TRUE(problems.empty());
  const Op& attention = op_of(part, "layers.1.attn.attention");
  EXPECT_EQ(attention.attention->heads, 4U);
  EXPECT_EQ(part.cache_bytes(attention), t.cache_bytes(op_of(t, "layers.1.attn.attention")));
  EXPECT_EQ(part.work(attention) * 4, t.work(op_of(t, "layers.1.attn.attention")));
  for (const char* name : {"layers.1.attn.k_b_proj", "layers.1.attn.v_b_proj"}) {
    EXPECT_EQ(part.weights(op_of(part, name)) * 4, t.weights(op_of(t, name))) << name;
  }
}

TEST(States, AKeyThatAllHeadsShareIsWholeInAGroup) {
  const Trace t = expand(test::shipped_model("mamba2_1.3b"));
  Problems problems;
  const Trace part = shard(t, MappingSpec{}, 4, problems);
  const Op& scan = op_of(part, "layers.0.scan");
  EXPECT_EQ(part.elements(scan.inputs[0]), 128U) << "C";
  EXPECT_EQ(part.elements(scan.inputs[2]), 1024U) << "the kernel's heads";
  EXPECT_EQ(scan.state->elements, 1024U * 128);
}

TEST(States, AreSharedByATensorParallelGroup) {
  const Trace t = expand(test::shipped_model("gla_1.3b"));
  Problems problems;
  const MappingSpec mapping;
  const Trace part = shard(t, mapping, 4, problems);
  EXPECT_EQ(op_of(part, "layers.0.attn.scan").state->elements,
            op_of(t, "layers.0.attn.scan").state->elements / 4);
}

}  // namespace
}  // namespace tritsim
