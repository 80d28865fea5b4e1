// SPDX-License-Identifier: Apache-2.0
// A run of some of a model's layers beside one of all.
#include <map>
#include <numeric>

#include <gtest/gtest.h>

#include "arch/workload/layer_sample.hpp"
#include "sim/result/energy.hpp"
#include "sim/run/run.hpp"
#include "tests/sim/fault.hpp"
#include "tests/sim/shipped.hpp"
#include "tests/support/files.hpp"

namespace tritsim {
namespace {

using test::board;
using test::fault;
using test::model;
using test::tiny_model;

TEST(LayerSample, LayersLeftOutTakeTurns) {
  const LayerSample sample{9, 3};
  std::map<std::uint32_t, std::uint32_t> copies;
  for (std::uint32_t layer = 3; layer < 9; ++layer) ++copies[sample.like(layer)];
  EXPECT_EQ(copies, (std::map<std::uint32_t, std::uint32_t>{{1, 3}, {2, 3}}));
  for (std::uint32_t layers = 2; layers < 30; ++layers) {
    for (std::uint32_t n = 2; n <= layers; ++n) {
      const LayerSample s{layers, n};
      std::vector<std::uint32_t> stands_for(n, 0);
      for (std::uint32_t layer = 0; layer < layers; ++layer) ++stands_for[s.like(layer)];
      for (std::uint32_t layer = 0; layer < n; ++layer) {
        EXPECT_EQ(stands_for[layer], 1 + s.copies(layer)) << layers << ", " << n << ", " << layer;
      }
    }
  }
}

TEST(LayerSample, AThinTraceIsThatOfTheModelWithFewerLayers) {
  for (const char* name : {"mmfreelm_370m", "bitnet_0.7b", "transformer_370m_int8"}) {
    ModelSpec m = model(name);
    const Trace whole = expand(m, 17);
    const auto layers = static_cast<std::uint32_t>(m.size("layers"));
    for (const std::uint32_t n : {2U, 3U, 7U}) {
      m.set("layers", n);
      Trace fewer = expand(m, 17);
      fewer.model = whole.model;
      EXPECT_EQ(thin(whole, {layers, n}, {}), fewer) << name << ", " << n;
    }
  }
}

TEST(LayerSample, LayersThatDifferAreRefused) {
  BoardSpec b = board("u250_mmfree_48");
  const Workload w{0, 1, 0, 2};
  b.mapping.ops["layers.3.mlp.glu"] = Target::excluded;
  EXPECT_NE(fault(b, tiny_model(6), w)
                .find("'layers.3.mlp.glu' is mapped to another place than 'layers.1.mlp.glu'"),
            std::string::npos);
  b = board("u250_mmfree_48");
  b.mapping.products["layers.4.*"] = {LoopOrder::by_input, 0};
  EXPECT_NE(fault(b, tiny_model(6), w).find("is cut in another way than 'layers.1."),
            std::string::npos);
  const Trace whole = expand(tiny_model(6));
  const auto refusal = [&](const std::function<void(Trace&)>& change) {
    Trace t = whole;
    change(t);
    try {
      static_cast<void>(thin(t, {6, 2}, {}));
    } catch (const ConfigError& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  const auto of_layer = [](Trace& t, std::int32_t layer, OpKind kind) -> Op& {
    return *std::find_if(t.ops.begin(), t.ops.end(),
                         [&](const Op& op) { return op.layer == layer && op.kind == kind; });
  };
  EXPECT_NE(refusal([&](Trace& t) {
              of_layer(t, 4, OpKind::silu).kind = OpKind::sigmoid;
            }).find("is of another kind than"),
            std::string::npos);
  EXPECT_NE(refusal([&](Trace& t) {
              of_layer(t, 4, OpKind::bit_linear).zeros = ZeroShares{};
            }).find("has other zeros among its weights than"),
            std::string::npos);
  EXPECT_NE(refusal([&](Trace& t) {
              Op& op = of_layer(t, 5, OpKind::add);
              std::swap(op.inputs[0], op.inputs[1]);
            }).find("reads other values than"),
            std::string::npos);
  EXPECT_NE(refusal([&](Trace& t) {
              t.ops.erase(std::find_if(t.ops.begin(), t.ops.end(), [](const Op& op) {
                return op.layer == 2 && op.kind == OpKind::silu;
              }));
            }).find("block 2 of 'tiny' has"),
            std::string::npos);
  EXPECT_NE(refusal([&](Trace& t) {
              Op& op = of_layer(t, 1, OpKind::add);
              op.inputs[0] = t.ops.front().outputs[0];
            }).find("reads other values than 'layers.1."),
            std::string::npos);
  // The first may differ: it has no lower bound.
  EXPECT_EQ(refusal([](Trace&) {}), "");
}

TEST(LayerSample, WhereItCannotBeTakenItIsRefused) {
  const Workload w{0, 1, 0, 2};
  EXPECT_NE(fault(board("u250_mmfree_24_tensor"), tiny_model(4, 4096), w).find("mapping.parallel"),
            std::string::npos);
  BoardSpec shared = board("u250_mmfree_24");
  shared.cores[0].channels = {0, 0};
  EXPECT_NE(fault(shared, tiny_model(4), w).find("shares a memory channel"), std::string::npos);
  BoardSpec inside = board("u250_mmfree_24");
  for (const char* last : {"lower_bound", "final_norm"}) {
    inside.mapping.ops["layers.*.attn.o_proj"] = Target::host;
    inside.mapping.ops["lm_head"] = inside.mapping.ops["embedding"] = Target::excluded;
    if (last == std::string("final_norm")) inside.mapping.ops[last] = Target::excluded;
    EXPECT_NE(fault(inside, tiny_model(4), w).find("the host has turns inside the blocks"),
              std::string::npos)
        << last;
  }
  // As many as there are, or more, are all.
  EXPECT_EQ(run_model(board("u250_mmfree_24"), tiny_model(4), {0, 2, 0, 4}).kernels,
            run_model(board("u250_mmfree_24"), tiny_model(4), {0, 2, 0}).kernels);
}

TEST(LayerSample, BlocksMayBeNamedOneByOne) {
  BoardSpec b = board("u250_mmfree_24");
  for (int layer = 0; layer < 6; ++layer) {
    b.mapping.ops["layers." + std::to_string(layer) + ".attn.o_proj"] = Target::core;
  }
  EXPECT_EQ(fault(b, tiny_model(6), {0, 1, 0, 2}), "");
  b.mapping.ops["layers.6.attn.o_proj"] = Target::core;
  EXPECT_NE(fault(b, tiny_model(6), {0, 1, 0, 2}).find("layers.6.attn.o_proj: matches no op"),
            std::string::npos);
}

TEST(LayerSample, AModelThatDoesNotFitIsRefusedAsAWhole) {
  BoardSpec b = board("k26_mmfree");
  for (MemoryGroup& m : b.memories) m.memory.capacity = Bytes{20e6};
  const ModelSpec m = model("mmfreelm_370m");
  const std::string all = fault(b, m, {0, 1, 0});
  EXPECT_NE(all.find("needs"), std::string::npos);
  EXPECT_EQ(fault(b, m, {0, 1, 0, 3}), all);
}

// ---- beside all layers, on every board that can hold the model ----------------------------------

class SampledBoard : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(LayerSample, SampledBoard, testing::ValuesIn(test::board_names()),
                         [](const auto& test) { return test::test_name(test.param); });

/// Sums of kernels and memories that must agree to the last one, whatever the time.
std::map<std::string, std::uint64_t> counts_of(const Result& r) {
  std::map<std::string, std::uint64_t> n;
  for (const KernelResult& k : r.kernels) {
    n["ternaries"] += k.activity.ternaries;
    n["weight bytes"] += k.activity.weight_bytes;
    n["register bytes"] += k.activity.register_bytes;
    n["vector elements"] += k.activity.vector_elements;
    n["instructions"] += k.activity.units[CoreUnit::matrix].instructions +
                         k.activity.units[CoreUnit::load_store].instructions +
                         k.activity.units[CoreUnit::element_wise].instructions +
                         k.activity.units[CoreUnit::norm].instructions;
    for (const OpCycles& op : k.ops) {
      n["ops"] += 1;
      n["instructions of ops"] += op.instructions;
      n["bytes of ops"] += op.memory_bytes;
    }
  }
  for (const MemoryResult& m : r.memories) {
    n["reads"] += m.activity.reads;
    n["writes"] += m.activity.writes;
    n["bytes"] += m.activity.bytes_read + m.activity.bytes_written;
  }
  n["launches"] = r.link.register_writes;
  return n;
}

TEST_P(SampledBoard, IsNearAllLayers) {
  const BoardSpec b = board(GetParam());
  std::optional<ModelSpec> m;
  for (const char* name : {"mmfreelm_370m", "transformer_370m_int8", "llama2_7b_w4_kv8",
                           "llama2_7b_3.5bit", "bitnet_0.7b"}) {
    m = model(name);
    if (fault(b, *m, {0, 1, 1}).empty()) break;
    m.reset();
  }
  if (!m) GTEST_SKIP() << "holds none of these models";
  if (b.mapping.parallel) GTEST_SKIP() << "kernels share the model";
  const Result all = run_model(b, *m, {0, 2, 0});
  for (const std::uint32_t layers : {2U, 3U, 5U}) {
    SCOPED_TRACE(layers);
    const Result some = run_model(b, *m, {0, 2, 0, layers});
    EXPECT_EQ(some.sample, (LayerSample{static_cast<std::uint32_t>(m->size("layers")), layers}));
    EXPECT_EQ(counts_of(some), counts_of(all));
    const double bound = layers == 2 ? 0.005 : 0.003;
    EXPECT_NEAR(some.elapsed / all.elapsed, 1, bound);
    EXPECT_NEAR(some.first_token / all.first_token, 1, bound);
    EXPECT_NEAR(price(some).total().value / price(all).total().value, 1, bound);
    for (std::size_t k = 0; k < all.kernels.size(); ++k) {
      const KernelResult& one = some.kernels[k];
      ASSERT_EQ(one.ops.size(), all.kernels[k].ops.size());
      for (std::size_t i = 0; i < one.ops.size(); ++i) {
        EXPECT_EQ(one.ops[i].name, all.kernels[k].ops[i].name);
        EXPECT_EQ(one.ops[i].layer, all.kernels[k].ops[i].layer);
      }
      // What the ops explain is the time, and the shares are its parts.
      const std::uint64_t explained =
          std::accumulate(one.ops.begin(), one.ops.end(), std::uint64_t{0},
                          [](std::uint64_t sum, const OpCycles& op) { return sum + op.exposed; });
      EXPECT_EQ(explained, one.step_ends.back());
      EXPECT_EQ(one.shares.sum(), one.activity.cycles);
    }
  }
}

}  // namespace
}  // namespace tritsim
