// SPDX-License-Identifier: Apache-2.0
// Cycle counts of the published RTL (Mattiwos/ternary_matmul_afu, rtl/ version), simulated with a
// memory that answers each request L cycles after its issue, from start to ready.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "sim/run/run.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

using test::board;

std::uint64_t cycles_of(const std::string& program, std::uint32_t dim, std::uint32_t latency) {
  BoardSpec b = test::with_fixed_memory(board("d5005_mmfree"), latency);
  b.cores[0].core.vector_length = dim;
  std::vector<std::string> warnings;
  const Result r = run_program(b, program, "test.tmi", warnings);
  return r.kernels[0].activity.cycles;
}

struct Case {
  const char* program;
  std::uint32_t dim;
  std::uint32_t latency;
  std::uint64_t cycles;
};

class PublishedCycles : public testing::TestWithParam<Case> {};

TEST_P(PublishedCycles, AreMetExactly) {
  const Case& c = GetParam();
  EXPECT_EQ(cycles_of(c.program, c.dim, c.latency), c.cycles) << c.program;
}

INSTANTIATE_TEST_SUITE_P(
    D5005, PublishedCycles,
    testing::Values(Case{"add v0, v1, v2", 64, 1, 67}, Case{"exp v0, v1", 64, 1, 67},
                    Case{"add v0, v1, v2\nmul v3, v0, v2", 64, 1, 133}, Case{"norm v0", 64, 1, 194},
                    Case{"norm v0\nadd v3, v1, v2", 64, 1, 194}, Case{"ldv v0, X", 64, 1, 67},
                    Case{"ldv v0, X", 64, 4, 259}, Case{"ldv v0, X", 64, 13, 835},
                    Case{"sv v0, X", 64, 1, 67}, Case{"sv v0, X", 64, 4, 259},
                    Case{"sv v0, X", 64, 13, 835}, Case{"tmatmul v1, v0, W", 64, 1, 4166},
                    Case{"tmatmul v1, v0, W", 64, 4, 5192}, Case{"tmatmul v1, v0, W", 64, 8, 9288},
                    Case{"tmatmul v1, v0, W", 128, 13, 57480}));

// Between the published points: compute-bound up to four cycles a byte (period L + 1), then one
// period a byte: D^2 / 4 (L + 1) + D + 8.
TEST(PublishedCyclesBetween, TmatmulTurnsFromComputeBoundToMemoryBound) {
  std::uint64_t before = 0;
  for (std::uint32_t latency = 1; latency <= 20; ++latency) {
    const std::uint64_t cycles = cycles_of("tmatmul v1, v0, W", 64, latency);
    const std::uint64_t first = latency + 1;
    const std::uint64_t expected =
        latency < 4 ? first + 64 * 64 + 64 + 4 : 1024ULL * (latency + 1) + 64 + 8;
    EXPECT_EQ(cycles, expected) << "L = " << latency;
    EXPECT_GT(cycles, before);
    before = cycles;
  }
}

// A million answers that are waited for one by one leave no rounding behind.
TEST(PublishedCyclesBetween, LongProgramsEndInTheirCycle) {
  for (const std::uint32_t latency : {12U, 13U, 20U}) {
    const std::uint64_t product = 1024ULL * 1024 * (latency + 1) + 2048 + 7;
    EXPECT_EQ(cycles_of("tmatmul v1, v0, W\ntmatmul v2, v1, W\ntmatmul v3, v2, W", 2048, latency),
              3 * product + 1)
        << "L = " << latency;
  }
}

// D^2 ternaries, one a cycle: at an odd D the last of the ceil(D^2 / 4) bytes holds a single one.
TEST(PublishedCyclesBetween, TmatmulTakesNothingButTernaries) {
  for (const std::uint32_t d : {5U, 65U, 127U}) {
    EXPECT_EQ(cycles_of("tmatmul v1, v0, W", d, 1), d * d + d + 1 + 5);
    EXPECT_EQ(cycles_of("tmatmul v1, v0, W", d, 8), (d * d + 3) / 4 * 9 + d + 5);
  }
}

TEST(PublishedCyclesBetween, VectorOperationsAreLinearInLengthAndLatency) {
  for (const std::uint32_t d : {1U, 7U, 64U, 100U, 512U, 2048U}) {
    EXPECT_EQ(cycles_of("add v0, v1, v2", d, 1), d + 3);
    EXPECT_EQ(cycles_of("norm v0", d, 1), 3 * d + 2);
    for (const std::uint32_t latency : {1U, 2U, 13U}) {
      EXPECT_EQ(cycles_of("ldv v0, X", d, latency), d * latency + 3);
      EXPECT_EQ(cycles_of("sv v0, X", d, latency), d * latency + 3);
    }
  }
}

// Units work side by side unless they share a register or the memory port.
TEST(PublishedCyclesBetween, IndependentUnitsOverlapAndSharedThingsDoNot) {
  EXPECT_EQ(cycles_of("ldv v0, X\nnorm v1", 64, 13), 835U);
  EXPECT_EQ(cycles_of("ldv v0, X\nnorm v0", 64, 13), 835U - 1 + 194);
  EXPECT_EQ(cycles_of("ldv v0, X\nldv v1, Y", 64, 13), 2 * 835U - 1);
  EXPECT_EQ(cycles_of("ldv v0, X\ntmatmul v2, v1, W", 64, 8), 515U - 1 + 9288);
  EXPECT_EQ(cycles_of("tmatmul v2, v1, W\nadd v3, v4, v5", 64, 8), 9288U);
  // Two readers of one register: it has a single read port.
  EXPECT_EQ(cycles_of("norm v0\nadd v3, v0, v5", 64, 1), 194U - 1 + 67);
}

TEST(PublishedCyclesBetween, ReadsAndWritesAreCounted) {
  BoardSpec b = test::with_fixed_memory(board("d5005_mmfree"), 4);
  b.cores[0].core.vector_length = 64;
  std::vector<std::string> warnings;
  const Result r = run_program(b, "ldv v0, X\ntmatmul v1, v0, W\nsv v1, Y", "t.tmi", warnings);
  EXPECT_EQ(r.memories[0].activity.reads, 64U + 1024U);
  EXPECT_EQ(r.memories[0].activity.writes, 64U);
}

// The timed program on the board's DDR4: 43 ms measured at D = 512, to which the front-end latency
// was fitted. One byte costs a round trip, so time grows with D^2 to larger D.
TEST(TokenMixer, MeetsItsCalibrationAndScales) {
  const std::string text = read_file(test::config("programs/token_mixer.tmi"));
  const auto time = [&](std::uint32_t dim) {
    BoardSpec b = board("d5005_mmfree");
    b.cores[0].core.vector_length = dim;
    std::vector<std::string> warnings;
    const Result r = run_program(b, text, "token_mixer.tmi", warnings);
    EXPECT_TRUE(warnings.empty());
    return cycles_to_time(static_cast<double>(r.kernels[0].activity.cycles), Frequency{60e6}).si();
  };
  const double at_512 = time(512);
  EXPECT_NEAR(at_512, 43e-3, 0.02 * 43e-3);
  const double at_1024 = time(1024);
  EXPECT_GT(at_1024, 3.8 * at_512);
  EXPECT_LT(at_1024, 4.0 * at_512);
  EXPECT_GT(time(2048), 3.9 * at_1024);
}

}  // namespace
}  // namespace tritsim
