// SPDX-License-Identifier: Apache-2.0
#include "arch/hardware/sram.hpp"

#include <gtest/gtest.h>

namespace tritsim {
namespace {

struct Case {
  RamBlock block;
  RamPorts ports;
  std::uint64_t depth, width, blocks;
};

class Blocks : public testing::TestWithParam<Case> {};

TEST_P(Blocks, FollowFromTheModes) {
  const Case& c = GetParam();
  EXPECT_EQ(layout_of(c.block, c.ports, c.depth, c.width).blocks(), c.blocks);
}

INSTANTIATE_TEST_SUITE_P(Modes, Blocks,
                         testing::Values(Case{RamBlock::m20k, RamPorts::simple_dual, 512, 40, 1},
                                         Case{RamBlock::m20k, RamPorts::simple_dual, 513, 40, 2},
                                         Case{RamBlock::m20k, RamPorts::simple_dual, 512, 41, 2},
                                         Case{RamBlock::m20k, RamPorts::true_dual, 512, 40, 2},
                                         Case{RamBlock::m20k, RamPorts::single, 16384, 1, 1},
                                         Case{RamBlock::bram36, RamPorts::simple_dual, 512, 72, 1},
                                         Case{RamBlock::bram36, RamPorts::true_dual, 512, 72, 2},
                                         Case{RamBlock::bram36, RamPorts::single, 2048, 18, 1},
                                         Case{RamBlock::bram36, RamPorts::single, 1024, 512, 15},
                                         Case{RamBlock::uram, RamPorts::true_dual, 4096, 72, 1},
                                         Case{RamBlock::uram, RamPorts::single, 1, 1, 1},
                                         Case{RamBlock::mlab, RamPorts::simple_dual, 64, 20, 2},
                                         Case{RamBlock::mlab, RamPorts::true_dual, 32, 20, 0},
                                         Case{RamBlock::lutram, RamPorts::simple_dual, 64, 8, 8}));

TEST(SramSpec, NeverHoldsMoreThanItsBlocksDo) {
  constexpr std::array<std::pair<RamBlock, std::uint64_t>, 5> bits{{{RamBlock::m20k, 20480},
                                                                    {RamBlock::mlab, 640},
                                                                    {RamBlock::bram36, 36864},
                                                                    {RamBlock::uram, 294912},
                                                                    {RamBlock::lutram, 64}}};
  for (const auto& [block, size] : bits) {
    for (const std::uint64_t depth : {1, 63, 512, 5000, 100'000}) {
      std::uint64_t before = 0;
      for (const std::uint64_t width : {1, 7, 36, 72, 500}) {
        const std::uint64_t n = layout_of(block, RamPorts::simple_dual, depth, width).blocks();
        EXPECT_GE(n * size, depth * width);
        EXPECT_GE(n, before);
        before = n;
      }
    }
  }
}

TEST(SramSpec, ADoubleBufferTakesTwice) {
  SramSpec s;
  s.width = 64_B;
  s.block = RamBlock::m20k;
  const std::uint64_t once = s.blocks(Bytes{4.0 * 1024 * 1024});
  EXPECT_EQ(once, 16U * 103);  // 65536 words of 512 bits in 4096 x 5
  s.double_buffered = true;
  EXPECT_EQ(s.blocks(Bytes{4.0 * 1024 * 1024}), 2 * once);
  s.block.reset();
  EXPECT_EQ(s.blocks(Bytes{4.0 * 1024 * 1024}), 0U);
}

TEST(SramSpec, ADeepCascadeTakesCycles) {
  SramSpec s;
  s.width = 9_B;
  s.latency = 2;
  s.block = RamBlock::uram;
  const Bytes deep{4096.0 * 9 * 16};  // 16 blocks one behind the other
  EXPECT_EQ(s.layout(deep).deep, 16U);
  EXPECT_EQ(s.access_cycles(deep), 2U);  // one long path, which is a matter of the clock
  s.cascade = 16;
  EXPECT_EQ(s.access_cycles(deep), 2U);
  s.cascade = 15;
  EXPECT_EQ(s.access_cycles(deep), 3U);
  s.cascade = 4;
  EXPECT_EQ(s.access_cycles(deep), 5U);
  s.cascade = 1;
  EXPECT_EQ(s.access_cycles(deep), 17U);
  EXPECT_EQ(s.access_cycles(9_B), 2U);
}

}  // namespace
}  // namespace tritsim
