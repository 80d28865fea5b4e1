// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <gtest/gtest.h>

#include "arch/core/program.hpp"
#include "sim/plan/lower.hpp"
#include "tests/support/models.hpp"

namespace tritsim {
namespace {

CoreSpec dense_core() {
  return load<CoreSpec>(test::source_dir() + "configs/cores/dense_k26.yaml");
}

/// The ops of the blocks `first` and on alone, lowered for so many lanes.
Program program_of(const ModelSpec& model, std::uint32_t lanes = 1, std::uint32_t context = 1,
                   std::uint32_t steps = 1) {
  return lower(expand(model, context), MappingSpec{}, dense_core(), lanes, {steps});
}

ModelSpec model(const std::string& name, std::uint64_t layers) {
  ModelSpec m = test::shipped_model(name);
  m.set("layers", layers);
  return m;
}

/// Weights that products read whose symbols have `part` in their names.
double weights_read(const Program& p, const std::string& part) {
  double sum = 0;
  for (const Instruction& i : p.instructions) {
    if (!is_product(i.op) || p.symbols[i.symbol].name.find(part) == std::string::npos) continue;
    sum += static_cast<double>(i.elements) * i.outputs;
  }
  return sum;
}

std::uint64_t bytes_stored(const Program& p, const std::string& part) {
  std::uint64_t sum = 0;
  for (const Symbol& s : p.symbols) {
    if (s.kind == Symbol::Kind::matrix && s.name.find(part) != std::string::npos) sum += s.bytes;
  }
  return sum;
}

std::size_t count(const Program& p, Opcode op) {
  return static_cast<std::size_t>(std::count_if(p.instructions.begin(), p.instructions.end(),
                                                [&](const Instruction& i) { return i.op == op; }));
}

TEST(LowerExperts, OneSequenceReadsTheChosen) {
  const Program p = program_of(model("olmoe_1b_7b_int4", 1));
  const double expert = 2048.0 * 1024;
  EXPECT_EQ(weights_read(p, "mlp.up_proj"), 8 * expert);
  EXPECT_EQ(weights_read(p, "mlp.down_proj"), 8 * expert);
}

TEST(LowerExperts, ABatchReadsTheDistinctOnesInTheSumOfTheBlocks) {
  const double expert = 2048.0 * 1024;
  for (const std::uint32_t lanes : {2U, 8U, 16U}) {
    const Program p = program_of(model("olmoe_1b_7b_int4", 16), lanes);
    const double mean = ExpertShape{64, 8, false}.distinct(lanes);
    for (const char* matrix : {"mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"}) {
      EXPECT_NEAR(weights_read(p, matrix) / expert, 16 * mean, 1) << lanes << " " << matrix;
    }
  }
}

TEST(LowerExperts, AllOfThemAreStored) {
  for (const std::uint32_t lanes : {1U, 4U}) {
    const Program p = program_of(model("olmoe_1b_7b_int4", 1), lanes);
    EXPECT_NEAR(static_cast<double>(bytes_stored(p, "mlp.up_proj")), 64 * 2048.0 * 1024 * 4.25 / 8,
                4096)
        << lanes;
  }
}

TEST(LowerWindow, TheCacheOfAStepIsNoLongerThanTheWindow) {
  const Program p = program_of(model("gemma3_1b", 6), 1, 600, 4);
  std::uint32_t local = 0;
  for (const Instruction& i : p.instructions) {
    if (i.op != Opcode::scores) continue;
    const bool whole = i.attention.window == 0;
    local += whole ? 0 : 1;
    EXPECT_EQ(i.attention.positions, whole ? 600U : 512U);
    EXPECT_EQ(later_by(i, 100).attention.positions, whole ? 700U : 512U);
    EXPECT_EQ(p.symbols[i.symbol].bytes, (whole ? 603U : 512U) * 256 * 2) << "room of the cache";
  }
  EXPECT_EQ(local, 5U);
}

TEST(LowerWindow, GrowsUntilItIsFull) {
  const Program p = program_of(model("gemma3_1b", 1), 1, 510);
  const auto scores = std::find_if(p.instructions.begin(), p.instructions.end(),
                                   [](const Instruction& i) { return i.op == Opcode::scores; });
  ASSERT_NE(scores, p.instructions.end());
  EXPECT_EQ(later_by(*scores, 1).attention.positions, 511U);
  EXPECT_EQ(later_by(*scores, 9).attention.positions, 512U);
}

TEST(LowerLatentAttention, TwoCachesAndTwoScores) {
  const Program p = program_of(model("deepseek_v2_lite_int4", 1), 1, 100);
  EXPECT_EQ(count(p, Opcode::append), 2U);
  EXPECT_EQ(count(p, Opcode::scores), 2U);
  EXPECT_EQ(count(p, Opcode::values), 1U);
  std::uint64_t cache = 0;
  for (const Symbol& s : p.symbols) cache += s.kind == Symbol::Kind::cache ? s.bytes : 0;
  EXPECT_EQ(cache, 100U * (512 + 64) * 2);
  EXPECT_EQ(weights_read(p, "k_b_proj"), 16.0 * 128 * 512);
}

/// A core that can also compute sigmoids, which the gates of recurrent models need.
CoreSpec with_sigmoid() {
  CoreSpec core = dense_core();
  core.instructions["sig"] = core.instructions.at("silu");
  return core;
}

TEST(LowerState, ARegistersWorthIsReadAndWrittenOnce) {
  const ModelSpec m = model("gla_1.3b", 1);
  const Program p = lower(expand(m), MappingSpec{}, with_sigmoid(), 1, {1});
  const std::uint64_t registers = 4 * 256 * 512 / 8192;
  std::size_t loads = 0;
  std::size_t stores = 0;
  std::size_t on_state = 0;
  const Trace t = expand(m);
  for (const Instruction& i : p.instructions) {
    const bool state = i.op == Opcode::ldv || i.op == Opcode::sv
                           ? p.symbols[i.symbol].name.find(".state[") != std::string::npos
                           : false;
    loads += state && i.op == Opcode::ldv ? 1 : 0;
    stores += state && i.op == Opcode::sv ? 1 : 0;
    if (t.ops[i.trace_op].kind == OpKind::gated_scan) {
      on_state += i.op == Opcode::mul || i.op == Opcode::add ? 1 : 0;
    }
  }
  for (const Instruction& i : p.instructions) {
    if (t.ops[i.trace_op].kind == OpKind::gated_scan && i.op == Opcode::mul) {
      EXPECT_EQ(i.elements, 8192U) << "a register's worth, also of shorter keys";
    }
  }
  EXPECT_EQ(loads, registers);
  EXPECT_EQ(stores, registers);
  EXPECT_EQ(on_state, registers * 4 + registers - 1) << "three products, two sums, the first free";
}

TEST(LowerState, AConvolutionReadsTheTokensBefore) {
  const Program p = lower(expand(model("mamba2_1.3b", 1)), MappingSpec{}, with_sigmoid(), 1, {1});
  std::size_t loads = 0;
  for (const Instruction& i : p.instructions) {
    loads +=
        i.op == Opcode::ldv && p.symbols[i.symbol].name.find("x_conv.tail") != std::string::npos
            ? 1
            : 0;
  }
  EXPECT_EQ(loads, 3U) << "4 taps, 4096 channels in one register";
}

TEST(LowerState, ACoreWithoutTheInstructionIsToldWhichItLacks) {
  try {
    static_cast<void>(program_of(model("gla_1.3b", 1)));
    FAIL();
  } catch (const ConfigError& e) {
    EXPECT_NE(std::string(e.what()).find("needs the instruction 'sig'"), std::string::npos);
  }
}

}  // namespace
}  // namespace tritsim
