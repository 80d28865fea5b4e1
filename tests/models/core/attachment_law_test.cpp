// SPDX-License-Identifier: Apache-2.0
// Cycles of a kernel of the U250 behind its DMA engines, beside those of a stand-in that was wired
// from the public modules and simulated (sifferman/ternip, verilog-axi): D = 1024, VP = 4, a memory
// that answers after 40 cycles.
#include <cmath>

#include <gtest/gtest.h>

#include "arch/base/reader.hpp"
#include "models/core/core_law.hpp"
#include "models/core/scoreboard_law.hpp"
#include "tests/models/support/specs.hpp"

namespace tritsim::test {
namespace {

CoreSpec attached(const char* attachment) {
  CoreSpec core = shipped_core("ternip_1024.yaml");
  core.attachment =
      load<AttachmentSpec>(std::string(TRITSIM_SOURCE_DIR) + "/configs/attachments/" + attachment);
  return core;
}

/// From issue to end, alone.
Cycle cycles_of(const CoreSpec& core, Opcode op, std::uint32_t lanes, const MemoryLaw& memory) {
  const OpcodeCost cost = opcode_cost(core, Instruction{op}, lanes);
  StreamScheduler scheduler(memory);
  const double end = scheduler.finish(scheduler.submit(cost.stream)).finish * core.clock;
  return static_cast<Cycle>(std::ceil(end - 1e-3)) + cost.cycles;
}

MemoryLaw forty_cycles() {
  return FixedLatencyLaw({40}, Frequency{300e6});
}

struct LaneCount {
  std::uint32_t lanes;
  Cycle load;
  Cycle store;
};

class VectorsByLanes : public testing::TestWithParam<LaneCount> {};

TEST_P(VectorsByLanes, TakeTheCyclesOfTheStandIn) {
  const CoreSpec core = attached("ternip_axi_dma.yaml");
  const LaneCount& c = GetParam();
  EXPECT_EQ(cycles_of(core, Opcode::ldv, c.lanes, forty_cycles()), c.load);
  EXPECT_EQ(cycles_of(core, Opcode::sv, c.lanes, forty_cycles()), c.store);
}

INSTANTIATE_TEST_SUITE_P(Attachment, VectorsByLanes,
                         testing::Values(LaneCount{6, 323, 263}, LaneCount{8, 322, 267},
                                         LaneCount{9, 356, 297}, LaneCount{14, 516, 446}));

TEST(Attachment, StagesDelayAProduct) {
  const auto go = [](const char* attachment) {
    return cycles_of(attached(attachment), Opcode::go, 1, forty_cycles());
  };
  EXPECT_EQ(go("ternip_axi_dma.yaml"), 9284U);
  EXPECT_EQ(go("ternip_axi_dma_1.yaml"), 9270U);
  EXPECT_EQ(cycles_of(shipped_core("ternip_1024.yaml"), Opcode::go, 1, forty_cycles()), 9267U);
}

/// Mean of ten products in a row on a DRAM with a refresh of 105 cycles in 2340, and without one.
double refresh_cost(double buffer_words) {
  CoreSpec core = attached("ternip_axi_dma.yaml");
  core.attachment->buffer->value = Bytes{buffer_words * 64};
  const auto mean = [&](bool refreshed) {
    DramSpec spec = ddr4_2400();
    spec.timing.trefi = refreshed ? 9360 : 1'000'000'000;
    spec.timing.trfc = 420;
    StreamRequest stream = opcode_cost(core, Instruction{Opcode::go}, 1).stream;
    StreamScheduler scheduler{DramLaw(spec)};
    for (int n = 0; n < 10; ++n) {
      stream.start = scheduler.finish(scheduler.submit(stream)).finish;
      stream.address += stream.bytes;
    }
    return stream.start * core.clock / 10;
  };
  return mean(true) - mean(false);
}

// The engine's buffer alone hides 40 of the 105 cycles of each refresh: 262 of a product are felt.
// Besides its 18 words those under way in the memory are asked for: 20 cycles, 9 words.
TEST(Attachment, ARefreshIsFeltAsFarAsTheBufferDoesNotReach) {
  EXPECT_NEAR(refresh_cost(18 + 9), 262, 30);
  EXPECT_LT(refresh_cost(128), 5);
  double before = 1e9;
  for (const double words : {18.0, 27.0, 40.0, 50.0, 64.0}) {
    const double cost = refresh_cost(words);
    EXPECT_LE(cost, before + 1) << words;
    before = cost;
  }
}

TEST(Attachment, InstructionsComeNoFasterThanTheyAreFetched) {
  CoreSpec core = attached("ternip_axi_dma.yaml");
  core.instructions["clear"].latency = 0;
  core.instructions["clear"].flushes_tree = false;
  const auto ends = [&](std::uint32_t count) {
    Scoreboard board(core);
    for (std::uint32_t n = 0; n < count; ++n) {
      const Instruction i{Opcode::clear};
      const Cycle at = board.issue_time(i).cycle;
      board.issue(i, at, at);
    }
    return board.next_issue();
  };
  EXPECT_EQ(ends(10), 44U);  // the first is there after four cycles
  core.attachment.reset();
  EXPECT_EQ(ends(10), 10U);
}

}  // namespace
}  // namespace tritsim::test
