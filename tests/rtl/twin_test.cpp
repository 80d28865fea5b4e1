// SPDX-License-Identifier: Apache-2.0
// The simulator beside a core in SystemVerilog that was written from the same description: cycles
// of both, and the values of the RTL against a golden model.
#include "tests/rtl/twin.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "arch/base/reader.hpp"
#include "arch/study/measurement.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim::rtl {
namespace {

/// Sums over a set of programs.
class Tally {
 public:
  void add(const Outcome& o) {
    ++programs_;
    exact_ += o.rtl_cycles == o.simulated_cycles ? 1 : 0;
    worst_ = std::max(worst_, std::abs(o.error()));
    sum_.instructions += o.instructions;
    sum_.rtl_cycles += o.rtl_cycles;
    sum_.simulated_cycles += o.simulated_cycles;
    sum_.rtl_seconds += o.rtl_seconds;
    sum_.simulator_seconds += o.simulator_seconds;
  }

  void print(const char* what) const {
    fmt::print(
        "{}: {} programs, {} instructions; RTL {} cycles, simulator {} cycles; exact {}, worst "
        "error {:.4f} %; RTL {:.3g} s, simulator {:.3g} s, speed ratio simulator : RTL {:.3g}\n",
        what, programs_, sum_.instructions, sum_.rtl_cycles, sum_.simulated_cycles, exact_,
        100 * worst_, sum_.rtl_seconds, sum_.simulator_seconds,
        sum_.rtl_seconds / sum_.simulator_seconds);
  }

 private:
  std::size_t programs_ = 0;
  std::size_t exact_ = 0;
  double worst_ = 0;
  Outcome sum_;
};

TEST(RtlTwin, MeetsThePublishedCycleCountsOfTheD5005) {
  const auto file = load<MeasurementFile>(test::config("measurements/d5005_rtl.yaml"));
  ASSERT_EQ(file.cases.size(), 14U);
  std::uint32_t seed = 1;
  for (const MeasurementSpec& m : file.cases) {
    Configuration c;
    c.d = m.dim;
    c.memory_latency = m.memory_latency_cycles;
    const Outcome o = compare(m.program, c, seed++);
    EXPECT_EQ(o.rtl_cycles, *m.cycles) << m.name;
    EXPECT_EQ(o.simulated_cycles, *m.cycles) << m.name;
    EXPECT_EQ(o.wrong_bytes, 0U) << m.name;
    fmt::print("{}: published {}, RTL {}, simulator {}\n", m.name, *m.cycles, o.rtl_cycles,
               o.simulated_cycles);
  }
}

// 13 cycles a weight byte: the round trip that the board took.
TEST(RtlTwin, RunsTheTimedProgramOfTheD5005) {
  Configuration c;
  c.d = 512;
  c.memory_latency = 12;
  const std::string text = read_file(test::config("programs/token_mixer.tmi"));
  const Outcome o = compare(text, c, 1);
  EXPECT_EQ(o.simulated_cycles, o.rtl_cycles);
  EXPECT_EQ(o.wrong_bytes, 0U);
  Tally tally;
  tally.add(o);
  tally.print("token mixer, D = 512, L = 12");
}

TEST(RtlTwin, SumsSaturateAtSixteenBits) {
  Configuration c;
  c.d = 320;
  c.port_bytes = 16;
  c.ternaries_per_cycle = 16;
  const Outcome o = compare("tmatmul v1, v0, 0x20000", c, 1, Contents::extreme);
  EXPECT_GT(o.saturated_sums, 0U);
  EXPECT_EQ(o.wrong_bytes, 0U);
  EXPECT_EQ(o.simulated_cycles, o.rtl_cycles);
}

/// Random programs, each on a configuration of its own; `configure` chooses it.
template <class Configure>
void compare_random(const char* what, std::uint32_t programs, Configure&& configure) {
  Tally tally;
  std::mt19937 random(programs);
  for (std::uint32_t n = 0; n < programs; ++n) {
    const Configuration c = configure(random);
    const std::string text = random_program(random);
    const Outcome o = compare(text, c, n);
    EXPECT_EQ(o.simulated_cycles, o.rtl_cycles) << to_string(c) << '\n' << text;
    EXPECT_EQ(o.wrong_bytes, 0U) << to_string(c) << '\n' << text;
    tally.add(o);
    if (testing::Test::HasFailure()) break;
  }
  tally.print(what);
}

TEST(RtlTwin, AgreesOnRandomProgramsOfTheD5005) {
  compare_random("D5005 core, any D and latency", 200, [](std::mt19937& random) {
    Configuration c;
    c.d = pick(random, 2, 96);
    c.memory_latency = pick(random, 1, 24);
    return c;
  });
}

TEST(RtlTwin, AgreesOnRandomProgramsOfOtherCores) {
  compare_random("any port, request, FIFO, requests outstanding, ternaries a cycle", 200,
                 [](std::mt19937& random) {
                   Configuration c;
                   const std::uint32_t log_port = pick(random, 0, 4);
                   const std::uint32_t log_ternaries = pick(random, 0, std::min(log_port + 2, 4U));
                   c.port_bytes = 1U << log_port;
                   c.ternaries_per_cycle = 1U << log_ternaries;
                   c.d = c.ternaries_per_cycle * pick(random, 2, 128 / c.ternaries_per_cycle);
                   c.memory_latency = pick(random, 1, 24);
                   c.burst = pick(random, 0, 1) == 0 ? 1 : pick(random, 2, 16);
                   c.fifo_words =
                       c.burst * (pick(random, 0, 3) == 0 ? 2048 / c.burst : pick(random, 1, 24));
                   c.fetch_outstanding = pick(random, 1, 16);
                   c.load_store_outstanding = pick(random, 1, 16);
                   return c;
                 });
}

}  // namespace
}  // namespace tritsim::rtl
