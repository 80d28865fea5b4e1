// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "models/memory/memory_law.hpp"

namespace tritsim {
namespace {

/// Time until reads and writes of 64 beats each, asked for in turn, are through.
Time both(RamPorts ports, bool writes, bool double_buffered = false) {
  SramSpec spec;
  spec.double_buffered = double_buffered;
  spec.clock = 100.0_MHz;
  spec.width = 8_B;
  spec.ports = ports;
  SramLaw law(spec, Bytes{4096});
  Time end;
  for (int n = 0; n < 64; ++n) {
    end = std::max(end, law.serve(Time{}, 0, 8, false).last);
    end = std::max(end, law.serve(Time{}, 0, 8, writes).last);
  }
  return end;
}

TEST(SramLaw, ASinglePortTakesOneAccessACycle) {
  EXPECT_NEAR(both(RamPorts::single, true).si(), 128 * 10e-9, 1e-12);
}

TEST(SramLaw, ASimpleDualPortReadsAndWritesAtOnce) {
  EXPECT_NEAR(both(RamPorts::simple_dual, true).si(), 64 * 10e-9, 1e-12);
  EXPECT_NEAR(both(RamPorts::simple_dual, false).si(), 128 * 10e-9, 1e-12);
}

TEST(SramLaw, ATrueDualPortTakesTwoOfAnyKind) {
  EXPECT_NEAR(both(RamPorts::true_dual, true).si(), 64 * 10e-9, 1e-12);
  EXPECT_NEAR(both(RamPorts::true_dual, false).si(), 64 * 10e-9, 1e-12);
}

TEST(SramLaw, ADoubleBufferIsFilledWhileItIsRead) {
  EXPECT_NEAR(both(RamPorts::single, true, true).si(), 64 * 10e-9, 1e-12);
  EXPECT_NEAR(both(RamPorts::single, false, true).si(), 128 * 10e-9, 1e-12);
  EXPECT_NEAR(both(RamPorts::true_dual, true, true).si(), 32 * 10e-9, 1e-12);
}

TEST(SramLaw, ACascadeDelaysTheFirstDataOnly) {
  SramSpec spec;
  spec.clock = 100.0_MHz;
  spec.width = 9_B;
  spec.block = RamBlock::uram;
  const Bytes capacity{4096.0 * 9 * 8};
  SramLaw flat(spec, capacity);
  spec.cascade = 2;
  SramLaw deep(spec, capacity);
  const Access a = flat.serve(Time{}, 0, 90, false);
  const Access b = deep.serve(Time{}, 0, 90, false);
  EXPECT_NEAR((b.first - a.first).si(), 3 * 10e-9, 1e-15);
  EXPECT_NEAR((b.last - a.last).si(), 3 * 10e-9, 1e-15);
  EXPECT_EQ(flat.activity().busy, deep.activity().busy);
}

}  // namespace
}  // namespace tritsim
