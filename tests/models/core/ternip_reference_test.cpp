// SPDX-License-Identifier: Apache-2.0
// The second implementation of the ternip core's rules, which the laws are compared with, against
// the counts of its simulated RTL.
#include "tests/models/support/ternip_reference.hpp"

#include <gtest/gtest.h>

#include "tests/models/support/ternip_counts.hpp"

namespace tritsim::test {
namespace {

TEST(TernipReference, MeetsEveryCountOfTheSimulatedRtl) {
  for (const TernipCount& c : ternip_counts()) {
    EXPECT_EQ(ternip_cycles(c.build, c.program), c.cycles) << testing::PrintToString(c);
  }
}

/// Whether the formulae that sum up the simulated RTL hold for a build.
void expect_formulae(const TernipBuild& b) {
  const auto cycles = [&](const char* program) { return ternip_cycles(b, program); };
  const RtlCycle n = b.chunks();
  const auto pad = [&](RtlCycle depth) { return (depth - n % depth) % depth; };
  SCOPED_TRACE(testing::PrintToString(TernipCount{b, "formulae"}));
  EXPECT_EQ(cycles("normalize v1, v1"), 2 * n + 1 + pad(8));
  EXPECT_EQ(cycles("csig v1, v2"), 2 * n + 1 + pad(8));
  EXPECT_EQ(cycles("silu v1, v2"), 2 * n + 1 + pad(11));
  EXPECT_EQ(cycles("ldv v1, X"), n + 2 + b.latency);
  EXPECT_EQ(cycles("sv v1, X"), n + 7);
  if (b.tp == 256 && b.latency > 40) return;  // the memory does not keep up
  const RtlCycle row = b.d / b.tp;
  const RtlCycle unseen = 1 + (log2_up(b.tp) + 3) / (row + 1);  // results after the last beat
  EXPECT_EQ(cycles("go W"), b.d * row + b.d + log2_up(b.tp) + 6 + std::max(b.latency, 3U) - unseen);
}

TEST(TernipReference, HasTheDurationsOfTheFormulae) {
  for (const std::uint32_t d : {512U, 768U, 1536U, 2560U}) {
    for (const std::uint32_t tp : {64U, 128U, 256U}) {
      for (const std::uint32_t vp : {2U, 4U, 8U}) {
        for (const std::uint32_t latency : {1U, 20U, 60U}) expect_formulae({d, tp, vp, latency});
      }
    }
  }
}

TEST(TernipReference, NothingOverlapsOutsideAGo) {
  const TernipBuild b;
  EXPECT_EQ(ternip_cycles(b, "add v1, v2, v3\nldv v0, X\nmul v2, v2, v3"), 772U + 298 + 774);
  EXPECT_EQ(ternip_cycles(b, "import v1\ngo W\nexport v1"), 263U + 9267 + 260);
}

TEST(TernipReference, AQueuedInstructionLetsNothingPass) {
  const TernipBuild b;
  EXPECT_EQ(ternip_cycles(b, "go W\nadd v1, v1, v2\nimport v1\nmul v1, v1, v2"), 9267U + 263 + 774);
  // The second GO frees the issue two cycles after its start.
  EXPECT_EQ(ternip_cycles(b, "go W\ngo W\nadd v1, v1, v2"), 2 * 9267U);
}

}  // namespace
}  // namespace tritsim::test
