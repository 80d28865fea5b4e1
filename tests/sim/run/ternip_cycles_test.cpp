// SPDX-License-Identifier: Apache-2.0
// Cycles of the U250's core (sifferman/ternip): counts of its simulated RTL, and random programs
// beside the second implementation of its rules (tests/models/support/ternip_reference.hpp).
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "sim/run/run.hpp"
#include "tests/models/support/ternip_counts.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

using test::TernipBuild;
using test::TernipCount;

/// A single lane of a build behind a memory that answers each request alike, whatever else it does.
BoardSpec one_lane(const TernipBuild& build) {
  BoardSpec b = test::with_fixed_memory(test::board("u250_mmfree_24"), build.latency);
  CoreGroup& group = b.cores[0];
  group.lanes = 1;
  group.channels = {0};
  group.core.vector_length = build.d;
  group.core.elements_per_cycle = build.vp;
  group.core.ternary->ternaries_per_cycle = build.tp;
  return b;
}

std::uint64_t cycles_of(const TernipBuild& build, const std::string& program) {
  std::vector<std::string> warnings;
  const Result r = run_program(one_lane(build), program, "test.tmi", warnings);
  return r.kernels[0].activity.cycles;
}

TEST(TernipCycles, OfTheSimulatedRtlAreMetExactly) {
  for (const TernipCount& c : test::ternip_counts()) {
    EXPECT_EQ(cycles_of(c.build, c.program), c.cycles) << testing::PrintToString(c);
  }
}

/// Any instruction, a GO more often than others.
std::string any_instruction(std::mt19937& random) {
  constexpr std::array forms{"ldv v{0}, X{1}",
                             "sv v{0}, X{1}",
                             "add v{0}, v{1}, v{2}",
                             "sub v{0}, v{1}, v{2}",
                             "mul v{0}, v{1}, v{2}",
                             "sig v{0}, v{1}",
                             "csig v{0}, v{1}",
                             "silu v{0}, v{1}",
                             "clear",
                             "acc v{0}",
                             "finish",
                             "normalize v{0}, v{1}",
                             "import v{0}",
                             "export v{0}",
                             "go W{0}",
                             "go W{0}",
                             "go W{0}"};
  const auto reg = [&] { return random() % 4; };
  return fmt::format(fmt::runtime(forms[random() % forms.size()]), reg(), reg(), reg()) + "\n";
}

TernipCount any_program(std::mt19937& random) {
  constexpr std::array widths{32U, 64U, 128U, 256U};
  TernipCount c;
  c.build.tp = widths[random() % widths.size()];
  c.build.d = c.build.tp * (1 + random() % (1280 / c.build.tp));
  c.build.vp = 2U << (random() % 3);
  c.build.latency = random() % 4 == 0 ? random() % 300 : 1 + random() % 60;
  for (std::uint32_t n = 1 + random() % 20; n > 0; --n) c.program += any_instruction(random);
  return c;
}

TEST(TernipCycles, OfRandomProgramsAreThoseOfTheReference) {
  std::mt19937 random(22);
  for (int i = 0; i < 400; ++i) {
    TernipCount c = any_program(random);
    c.cycles = test::ternip_cycles(c.build, c.program);
    ASSERT_EQ(cycles_of(c.build, c.program), c.cycles) << i << ": " << testing::PrintToString(c);
  }
}

}  // namespace
}  // namespace tritsim
