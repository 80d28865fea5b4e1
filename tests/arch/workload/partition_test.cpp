// SPDX-License-Identifier: Apache-2.0
#include "arch/workload/partition.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

MappingSpec all_on_core() {
  MappingSpec m;
  m.embedding = Target::host;
  m.lm_head = Target::core;
  return m;
}

double core_bytes(const Trace& t, const MappingSpec& m) {
  double sum = 0;
  for (const Op& op : t.ops) {
    if (m.placement_of(op).target == Target::core) sum += t.weight_bytes(op).si();
  }
  return sum;
}

std::size_t count(const Trace& t, OpKind kind) {
  return static_cast<std::size_t>(
      std::count_if(t.ops.begin(), t.ops.end(), [&](const Op& op) { return op.kind == kind; }));
}

/// Every index names a value, what an op reads was made before it (but for the first), and names
/// are unique.
bool is_in_order(const Trace& t) {
  std::set<ValueId> made;
  std::set<std::string> names;
  for (const Op& op : t.ops) {
    for (const ValueId v : op.inputs) {
      if (v >= t.values.size() || (&op != &t.ops.front() && !made.contains(v))) return false;
    }
    for (const ValueId v : op.outputs) {
      if (v >= t.values.size() || !made.insert(v).second) return false;
    }
    if (!names.insert(op.name).second) return false;
  }
  return true;
}

TEST(Shard, OneKernelHasTheTrace) {
  const Trace t = expand(test::tiny_model());
  Problems problems;
  EXPECT_EQ(shard(t, all_on_core(), 1, problems), t);
  EXPECT_EQ(stages(t, all_on_core(), 1, problems), (std::vector<OpRange>{{0, t.ops.size()}}));
  EXPECT_TRUE(problems.empty());
}

TEST(Shard, ShardsTogetherHaveTheWeights) {
  const MappingSpec m = all_on_core();
  for (const char* name : {"mmfreelm_1.3b", "llama2_7b_int4", "transformer_1.3b"}) {
    const Trace t = expand(test::model(name), 5);
    for (const std::uint32_t n : {2U, 4U}) {
      Problems problems;
      const Trace s = shard(t, m, n, problems);
      EXPECT_TRUE(problems.empty()) << name;
      EXPECT_DOUBLE_EQ(core_bytes(s, m) * n, core_bytes(t, m)) << name;
      EXPECT_TRUE(is_in_order(s)) << name;
    }
  }
}

TEST(Shard, AVectorIsBroughtTogetherOnceForAllItsReaders) {
  // Of a block of the MatMul-free model: g for its norm, o, both residual sums, and the GLU's
  // product; the first block's input is whole, and so is what norms make.
  Problems problems;
  const Trace s = shard(expand(test::tiny_model(2)), all_on_core(), 2, problems);
  EXPECT_EQ(count(s, OpKind::all_gather), 2U * 5);
}

TEST(Shard, MatricesAreCutByOutputsAndReadWholeVectors) {
  Problems problems;
  const Trace s = shard(expand(test::tiny_model(1)), all_on_core(), 4, problems);
  for (const Op& op : s.ops) {
    if (op.kind != OpKind::bit_linear) continue;
    const bool down = op.name.ends_with("down_proj");
    EXPECT_EQ(s.elements(op.inputs[0]), down ? 2816U : 1024U) << op.name;
    for (const ValueId v : op.outputs) {
      const bool up = op.name.ends_with("gate_up_proj");
      const std::uint32_t whole = up ? 2816 : op.name == "lm_head" ? 4096 : 1024;
      EXPECT_EQ(s.elements(v), whole / 4) << op.name;
    }
  }
}

TEST(Shard, AttentionIsCutByHeads) {
  Problems problems;
  const Trace s = shard(expand(test::model("llama2_7b_int4"), 9), all_on_core(), 8, problems);
  ASSERT_TRUE(problems.empty());
  for (const Op& op : s.ops) {
    if (!op.attention) continue;
    EXPECT_EQ(op.attention->heads, 4U);
    EXPECT_EQ(op.attention->kv_heads, 4U);
    for (const ValueId v : op.inputs) EXPECT_EQ(s.elements(v), 512U);
  }
}

TEST(Shard, WhatDoesNotDivideIsSaidOnceForEachCause) {
  Problems problems;
  static_cast<void>(shard(expand(test::model("llama2_7b_int4")), all_on_core(), 3, problems));
  ASSERT_FALSE(problems.empty());
  std::size_t heads = 0;
  for (const Problem& p : problems.all()) {
    if (p.what.find("32 heads on 32 of keys and values, which 3 kernels") != std::string::npos) {
      EXPECT_EQ(p.path, "layers.0.attn.attention");
      EXPECT_NE(p.remedy.find("mapping.parallel.tensor"), std::string::npos);
      ++heads;
    }
  }
  EXPECT_EQ(heads, 1U);
}

TEST(Shard, AKindWithoutARuleIsRefusedByName) {
  Trace t = expand(test::tiny_model(1));
  t.ops[2].kind = OpKind::all_gather;
  Problems problems;
  static_cast<void>(shard(t, all_on_core(), 2, problems));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems.all()[0].path, t.ops[2].name);
  EXPECT_EQ(problems.all()[0].what,
            "is of kind 'all_gather', which a tensor-parallel group cannot share");
  EXPECT_NE(problems.all()[0].remedy.find("mapping.parallel.tensor"), std::string::npos);
}

TEST(Shard, OpsOnTheHostStayWhole) {
  MappingSpec m = all_on_core();
  m.lm_head = Target::host;
  Problems problems;
  const Trace s = shard(expand(test::tiny_model(1)), m, 2, problems);
  EXPECT_EQ(s.ops.back().name, "lm_head");
  EXPECT_EQ(s.elements(s.ops.back().outputs[0]), 4096U);
  EXPECT_EQ(s.elements(s.ops.back().inputs[0]), 1024U);
}

/// Column by column, then row by row: two sums a block of a transformer, as GPUs do it.
TEST(ShardWithSums, ATransformerAddsUpTwiceABlock) {
  const Trace t = expand(test::model("transformer_370m"));
  Problems problems;
  const Trace s = shard_with_sums(t, 4, problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_TRUE(is_in_order(s));
  const auto blocks =
      1 + static_cast<std::size_t>(
              std::max_element(t.ops.begin(), t.ops.end(), [](const Op& a, const Op& b) {
                return a.layer < b.layer;
              })->layer);
  EXPECT_EQ(count(s, OpKind::all_reduce), 2 * blocks);
  EXPECT_EQ(count(s, OpKind::all_gather), 1U);  // of the largest logits
  for (const Op& op : s.ops) {
    if (op.kind == OpKind::all_reduce) {
      EXPECT_EQ(s.elements(op.outputs[0]), 1024U) << op.name;
    }
  }
}

/// The norm inside a product of the MatMul-free model needs the sum of squares of all shards.
TEST(ShardWithSums, ANormOfAShardTakesAStatistic) {
  const Trace t = expand(test::model("mmfreelm_370m"));
  Problems problems;
  const Trace s = shard_with_sums(t, 2, problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_TRUE(is_in_order(s));
  std::size_t statistics = 0;
  for (const Op& op : s.ops) {
    statistics += op.kind == OpKind::all_reduce && s.elements(op.outputs[0]) == 1 ? 1 : 0;
  }
  EXPECT_GT(statistics, 0U);
  EXPECT_EQ(count(s, OpKind::all_gather), 1U);
}

TEST(ShardWithSums, CardsTogetherHaveTheWeights) {
  for (const char* name : {"transformer_370m", "mmfreelm_370m", "olmoe_1b_7b"}) {
    const Trace t = expand(test::model(name));
    for (const std::uint32_t n : {2U, 8U}) {
      Problems problems;
      const Trace s = shard_with_sums(t, n, problems);
      EXPECT_TRUE(problems.empty()) << name;
      EXPECT_TRUE(is_in_order(s)) << name;
      double whole = 0;
      double part = 0;
      for (const Op& op : t.ops) {
        if (is_matrix(op.kind)) whole += t.all_weight_bytes(op).si();
      }
      for (const Op& op : s.ops) {
        if (is_matrix(op.kind)) part += s.all_weight_bytes(op).si();
      }
      // A router is on every card.
      EXPECT_NEAR(part * n / whole, 1, 1e-3 * n) << name << " on " << n;
      EXPECT_GE(part * n, whole * (1 - 1e-12)) << name << " on " << n;
    }
  }
}

TEST(ShardWithSums, WhatDoesNotDivideIsRefusedWithTheKeyToChange) {
  Problems problems;
  (void)shard_with_sums(expand(test::model("transformer_370m")), 3, problems);
  ASSERT_FALSE(problems.empty());
  EXPECT_EQ(problems.all().front().remedy, "give cards a number that divides it");
}

TEST(Stages, AreRunsOfBlocksThatCoverTheTrace) {
  const MappingSpec m = all_on_core();
  const Trace t = expand(test::tiny_model(7));
  Problems problems;
  const std::vector<OpRange> out = stages(t, m, 3, problems);
  ASSERT_EQ(out.size(), 3U);
  EXPECT_EQ(out.front().first, 0U);
  EXPECT_EQ(out.back().last, t.ops.size());
  for (std::size_t k = 1; k < out.size(); ++k) {
    EXPECT_EQ(out[k].first, out[k - 1].last);
    EXPECT_NE(t.ops[out[k].first].layer, t.ops[out[k].first - 1].layer);
    EXPECT_EQ(handed_on(t, m, out[k - 1]).size(), 1U);  // the block's result
  }
  EXPECT_TRUE(handed_on(t, m, out.back()).empty());
}

/// Bytes of the fullest stage of every way to cut, tried one by one.
double best_of_all(const std::vector<double>& blocks, std::size_t first, std::uint32_t n) {
  if (n == 1) {
    double sum = 0;
    for (std::size_t i = first; i < blocks.size(); ++i) sum += blocks[i];
    return sum;
  }
  double best = 1e300;
  double sum = 0;
  for (std::size_t i = first; i + n <= blocks.size(); ++i) {
    sum += blocks[i];
    best = std::min(best, std::max(sum, best_of_all(blocks, i + 1, n - 1)));
  }
  return best;
}

TEST(Stages, TheFullestHasAsFewBytesAsCanBe) {
  const MappingSpec m = all_on_core();
  const Trace t = expand(test::tiny_model(9));
  std::vector<double> blocks(9);
  for (const Op& op : t.ops) {
    const auto block = op.layer == Op::no_layer ? 8U : static_cast<std::uint32_t>(op.layer);
    if (m.placement_of(op).target == Target::core) blocks[block] += t.weight_bytes(op).si();
  }
  for (std::uint32_t n = 2; n <= 9; ++n) {
    Problems problems;
    double fullest = 0;
    for (const OpRange& r : stages(t, m, n, problems)) {
      double sum = 0;
      for (std::size_t i = r.first; i < r.last; ++i) {
        if (m.placement_of(t.ops[i]).target == Target::core) sum += t.weight_bytes(t.ops[i]).si();
      }
      fullest = std::max(fullest, sum);
    }
    EXPECT_DOUBLE_EQ(fullest, best_of_all(blocks, 0, n)) << n;
  }
}

TEST(Stages, MoreThanThereAreBlocksIsAProblem) {
  Problems problems;
  static_cast<void>(stages(expand(test::tiny_model(2)), all_on_core(), 3, problems));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems.all()[0].what, "'tiny' has 2 blocks for 3 stages");
}

}  // namespace
}  // namespace tritsim
