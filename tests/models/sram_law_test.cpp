// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "models/memory_law.hpp"

namespace tritsim {
namespace {

/// Time until reads and writes of 64 beats each, asked for in turn, are through.
Time both(RamPorts ports, bool writes) {
  SramSpec spec;
  spec.clock = 100.0_MHz;
  spec.width = 8_B;
  spec.ports = ports;
  SramLaw law(spec);
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

}  // namespace
}  // namespace tritsim
