// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/explain.hpp"

#include <gtest/gtest.h>

#include "sim/run/run.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

using test::board;
using test::tiny_model;

const OpPlacement& op(const KernelPlacement& k, const std::string& name) {
  for (const OpPlacement& o : k.ops) {
    if (o.name == name) return o;
  }
  throw std::logic_error("no op " + name);
}

TEST(Explain, CountsTheTilesAndTheirPadding) {
  const auto kernels = explain_mapping(board("u250_mmfree_24"), tiny_model(2, 1000)).kernels;
  ASSERT_EQ(kernels.size(), 1U);
  EXPECT_EQ(kernels[0].lanes, 6U);
  const OpPlacement& down = op(kernels[0], "layers.1.mlp.down_proj");  // 2750 -> 1000
  EXPECT_EQ(down.tiles, 3U);
  EXPECT_EQ(down.tile_inputs, 1024U);
  EXPECT_NEAR(down.padding, 1 - 2750.0 * 1000 / (3.0 * 1024 * 1024), 1e-12);
  EXPECT_EQ(down.weight_bytes, 3U * 1024 * 1024 / 4);
  EXPECT_EQ(down.bound, "matrix unit");
  EXPECT_EQ(op(kernels[0], "lm_head").place, "excluded");
  EXPECT_EQ(op(kernels[0], "lm_head").why, "mapping.lm_head");
  EXPECT_EQ(op(kernels[0], "layers.0.attn.residual").why, "nothing else is said");
}

TEST(Explain, AgreesWithARunOnEveryCount) {
  for (const char* name : {"u250_mmfree_48", "k26_mmfree"}) {
    const BoardSpec b = board(name);
    const auto kernels = explain_mapping(b, tiny_model()).kernels;
    const Result r = run_model(b, tiny_model(), {0, 1, 0});
    for (std::size_t i = 0; i < kernels.size(); ++i) {
      const CoreActivity& a = r.kernels[i].activity;
      std::uint64_t weights = 0;
      std::uint64_t moves = 0;
      for (std::size_t n = 0; n < kernels[i].ops.size(); ++n) {
        const OpPlacement& o = kernels[i].ops[n];
        EXPECT_EQ(o.instructions, r.kernels[i].ops[n].instructions) << o.name;
        EXPECT_LE(o.reloads, o.loads);
        EXPECT_LE(o.spills, o.stores);
        weights += o.weight_bytes;
        moves += o.loads + o.stores;
      }
      EXPECT_EQ(weights, a.weight_bytes);
      EXPECT_EQ(moves, a.units[CoreUnit::load_store].instructions);
    }
  }
}

TEST(Explain, AMemoryThatIsTooSlowBoundsTheProducts) {
  BoardSpec b = board("u250_mmfree_24");
  const auto before = explain_mapping(b, tiny_model()).kernels;
  EXPECT_EQ(op(before[0], "layers.0.attn.i_proj").bound, "matrix unit");
  for (CoreGroup& g : b.cores) g.core.ternary->ternaries_per_cycle = 4096;
  const auto after = explain_mapping(b, tiny_model()).kernels;
  EXPECT_EQ(op(after[0], "layers.0.attn.i_proj").bound, "weight stream");
}

TEST(Explain, MoreRegistersSpillLess) {
  BoardSpec b = board("u250_mmfree_24");
  const auto spills = [&](std::uint32_t registers) {
    for (CoreGroup& g : b.cores) g.core.registers = registers;
    std::uint64_t sum = 0;
    const auto placed = explain_mapping(b, tiny_model());
    for (const OpPlacement& o : placed.kernels[0].ops) sum += o.spills;
    return sum;
  };
  EXPECT_GT(spills(3), spills(32));
  EXPECT_EQ(spills(32), 0U);
}

TEST(Explain, AnOpMovesByItsName) {
  BoardSpec b = board("u250_mmfree_24");
  b.mapping.ops["layers.0.attn.g_norm"] = Target::host;
  b.host.tasks["rms_norm"] = b.host.tasks.begin()->second;
  const auto kernels = explain_mapping(b, tiny_model()).kernels;
  EXPECT_EQ(op(kernels[0], "layers.0.attn.g_norm").place, "host");
  EXPECT_EQ(op(kernels[0], "layers.0.attn.g_norm").why, "mapping.ops: layers.0.attn.g_norm");
  EXPECT_EQ(op(kernels[0], "layers.1.attn.g_norm").place, "core");
  const Result r = run_model(b, tiny_model(), {0, 3, 0});
  EXPECT_EQ(r.host.tasks, 3U);
  EXPECT_EQ(r.host.launches, 6U);  // before and after the host's op
  b.mapping.ops["layers.5.*"] = Target::host;
  EXPECT_THROW(static_cast<void>(run_model(b, tiny_model(), {0, 3, 0})), ConfigError);
}

}  // namespace
}  // namespace tritsim
