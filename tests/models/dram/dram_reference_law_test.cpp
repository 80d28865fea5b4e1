// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <random>

#include <gtest/gtest.h>

#include "arch/hardware/memory.hpp"
#include "tests/models/support/dram_parts.hpp"
#include "tests/models/support/dram_reference.hpp"
#include "tests/models/support/random_part.hpp"

// The channel law, stepped over and stepped, against a reference written from its specification.
namespace tritsim::test {
namespace {

using Ticks = DramChannelLaw::Ticks;

std::vector<DramPart> shipped_parts() {
  std::vector<DramPart> parts;
  for (const auto& entry :
       std::filesystem::directory_iterator(TRITSIM_SOURCE_DIR "/configs/memories")) {
    const auto memory = load<MemorySpec>(entry.path().string());
    // The reference knows DDR4, LPDDR4 and HBM2: one rank, commands of a clock.
    if (memory.dram && memory.dram->ranks == 1 && memory.dram->timing.tppd == DramDelay{} &&
        memory.dram->command_clocks == DramCommandClocks{})
      parts.push_back({entry.path().stem().string(), *memory.dram});
  }
  return parts;
}

/// A fictitious part in which each rule gets to decide.
DramSpec any_part(std::uint32_t seed) {
  Random random(seed);
  DramSpec d = ddr4_2400();
  draw_organisation(random, d);
  d.address = std::vector<const char*>{"row bank column group", "row column bank^row group^row",
                                       "row bank group column", "bank row column group",
                                       "row:1 bank column group row"}[random.below(5)];
  d.controller.page_policy = random.chance(0.3) ? PagePolicy::closed : PagePolicy::open;
  d.controller.queue = static_cast<std::uint32_t>(random.pick({1, 2, 3, 16, 50, 256}));
  DramTiming& t = d.timing;
  t.cl = random.between(1, 30);
  t.cwl = random.between(1, 30);
  t.trcd = random.between(1, 30);
  t.trcd_write = random.chance(0.5) ? 0 : random.between(1, 30);
  draw_delays(random, t);
  if (random.chance(0.4)) {
    t.per_bank = PerBankRefresh{0, random.between(1, 200)};
    t.per_bank->interval = t.per_bank->duration.clocks() + random.between(1, 1500);
  }
  if (random.chance(0.4)) {
    d.controller.power_down = PowerDown{random.between(1, 300), random.between(1, 40)};
  }
  d.row_bus = random.chance(0.3);
  return d;
}

bool before(const DramCommand& a, const DramCommand& b) {
  return a.tick < b.tick;
}

/// Random requests on the reference, the law, and the law that keeps its commands.
void compare(const DramSpec& spec, std::uint32_t seed) {
  Random random(seed);
  DramReference reference(spec);
  DramChannelLaw law(spec);
  DramChannelLaw stepping(spec);
  std::vector<DramCommand> commands;
  stepping.record(&commands);

  const double sequential = random.pick<double>({0, 0.5, 0.9, 1});
  const double writes = random.pick<double>({0, 0, 0.3, 1});
  const auto longest = static_cast<std::uint64_t>(random.pick({1, 8, 64, 500}));
  const auto region = static_cast<std::uint64_t>(random.pick({256, 1 << 14, 1 << 22}));
  const auto stride = static_cast<std::uint64_t>(random.pick({0, 0, 16, 512, 2048}));
  const auto gap = static_cast<std::uint64_t>(random.pick({0, 40, 2000, 40'000}));
  Ticks arrival = static_cast<Ticks>(random.below(3 * spec.clocks().trefi));
  Ticks end = 0;
  std::uint64_t next = random.below(region);
  for (int n = 0; n < 40; ++n) {
    const std::uint64_t burst = random.chance(sequential) ? next + stride : random.below(region);
    const std::uint64_t count = 1 + random.below(longest);
    const bool write = random.chance(writes);
    next = burst + (stride > 0 ? 0 : count);
    const auto expected = reference.serve(arrival, burst, count, write);
    const auto stepped = stepping.serve(arrival, burst, count, write);
    const auto stepped_over = law.serve(arrival, burst, count, write);
    ASSERT_EQ(stepped.first, expected.first) << "request " << n;
    ASSERT_EQ(stepped.last, expected.last) << "request " << n;
    ASSERT_EQ(stepped_over.first, expected.first) << "request " << n;
    ASSERT_EQ(stepped_over.last, expected.last) << "request " << n;
    end = std::max(end, expected.last);
    if (random.chance(0.5)) arrival += static_cast<Ticks>(random.below(gap));
    if (random.chance(0.3)) arrival = std::max(arrival, expected.last);
  }
  end += static_cast<Ticks>(random.below(50'000));
  reference.settle(end);
  stepping.settle(end);
  law.settle(end);

  EXPECT_EQ(law.counts(), reference.counts());
  EXPECT_EQ(law.busy(), reference.busy());
  EXPECT_EQ(law.active(), reference.active());
  EXPECT_EQ(law.down_open(), reference.down_open());
  EXPECT_EQ(law.down_closed(), reference.down_closed());
  EXPECT_EQ(stepping.counts(), reference.counts());
  std::vector<DramCommand> expected = reference.commands();
  std::sort(expected.begin(), expected.end(), before);
  std::sort(commands.begin(), commands.end(), before);
  ASSERT_EQ(commands.size(), expected.size());
  for (std::size_t n = 0; n < commands.size(); ++n) {
    ASSERT_EQ(commands[n], expected[n]) << "clock " << expected[n].tick;
  }
}

class AgainstReference : public testing::TestWithParam<DramPart> {};

INSTANTIATE_TEST_SUITE_P(TestParts, AgainstReference, testing::ValuesIn(dram_parts()),
                         [](const auto& test) { return test.param.name; });
INSTANTIATE_TEST_SUITE_P(ShippedParts, AgainstReference, testing::ValuesIn(shipped_parts()),
                         [](const auto& test) { return test.param.name; });

TEST_P(AgainstReference, EveryAnswerAndCommandIsEqual) {
  for (std::uint32_t seed = 0; seed < 150; ++seed) {
    SCOPED_TRACE(seed);
    compare(GetParam().spec, seed);
    if (testing::Test::HasFailure()) return;
  }
}

TEST(DramReference, WhateverTheTiming) {
  for (std::uint32_t seed = 0; seed < 1500; ++seed) {
    SCOPED_TRACE(seed);
    compare(any_part(seed), seed);
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace tritsim::test
