// SPDX-License-Identifier: Apache-2.0
#include "models/dram/dram_channel_law.hpp"

#include <random>

#include <gtest/gtest.h>

#include "arch/base/reader.hpp"
#include "arch/hardware/memory.hpp"
#include "tests/models/support/dram_checker.hpp"
#include "tests/models/support/dram_parts.hpp"

namespace tritsim::test {
namespace {

using Ticks = DramChannelLaw::Ticks;
using Kind = DramCommand::Kind;

// ---- stepped over against command by command, and both against the rules
// -------------------------

class EveryPart : public testing::TestWithParam<DramPart> {};

INSTANTIATE_TEST_SUITE_P(DramChannelLaw, EveryPart, testing::ValuesIn(dram_parts()),
                         [](const auto& test) { return test.param.name; });

/// Newer standards: commands of several clocks, a bus for rows, ranks, refresh of parts.
std::vector<DramPart> newer_parts() {
  std::vector<DramPart> parts;
  for (const char* name : {"ddr5_4800_dimm", "lpddr5_6400_x32", "gddr6_14_x32", "hbm2e_3200_stack",
                           "hbm3_6400_stack"}) {
    const std::string file = TRITSIM_SOURCE_DIR "/configs/memories/" + std::string(name) + ".yaml";
    parts.push_back({name, *load<MemorySpec>(file).dram});
  }
  DramPart same_bank = parts.front();
  same_bank.name += "_same_bank";
  same_bank.spec.timing.per_bank = PerBankRefresh{
      DramDelay{Time{487.5e-9}}, DramDelay{Time{130e-9}}, true, DramDelay{Time{30e-9}}, {}};
  parts.push_back(same_bank);
  DramPart ranks = parts.front();
  ranks.name += "_of_two_ranks";
  ranks.spec.ranks = 2;
  ranks.spec.address = "row rank bank column channel group";
  parts.push_back(ranks);
  DramPart low_rank = parts.front();
  low_rank.name += "_rank_by_rank";
  low_rank.spec.ranks = 2;
  low_rank.spec.address = "row bank column channel rank group";
  parts.push_back(low_rank);
  return parts;
}

INSTANTIATE_TEST_SUITE_P(Newer, EveryPart, testing::ValuesIn(newer_parts()),
                         [](const auto& test) { return test.param.name; });

/// A random run of requests on two laws, one of which is made to step; every answer is compared.
void compare(const DramSpec& spec, std::uint32_t seed) {
  std::mt19937_64 random(seed);
  const auto below = [&](std::uint64_t n) { return n == 0 ? 0 : random() % n; };
  const auto chance = [&](double p) { return static_cast<double>(below(1000)) < 1000 * p; };
  const auto pick = [&](std::initializer_list<double> values) {
    return *(values.begin() + below(values.size()));
  };
  DramChannelLaw law(spec);
  DramChannelLaw stepping(spec);
  std::vector<DramCommand> commands;
  stepping.record(&commands);

  const double sequential = pick({0, 0.5, 0.9, 1});
  const double writes = pick({0, 0, 0.3, 1});
  const auto longest = static_cast<std::uint64_t>(pick({1, 8, 64, 3000}));
  const auto region = static_cast<std::uint64_t>(pick({256, 1 << 14, 1 << 22}));
  const auto stride = static_cast<std::uint64_t>(pick({0, 0, 16, 512, 2048}));
  const auto gap = static_cast<std::uint64_t>(pick({0, 40, 2000, 40'000}));
  Ticks arrival = 0;
  std::uint64_t next = below(region);
  for (int n = 0; n < 50; ++n) {
    const std::uint64_t burst = chance(sequential) ? next + stride : below(region);
    const std::uint64_t count = 1 + below(longest);
    const bool write = chance(writes);
    next = burst + (stride > 0 ? 0 : count);
    const auto a = law.serve(arrival, burst, count, write);
    const auto b = stepping.serve(arrival, burst, count, write);
    ASSERT_EQ(a.first, b.first) << "request " << n;
    ASSERT_EQ(a.last, b.last) << "request " << n;
    if (chance(0.5)) arrival += static_cast<Ticks>(below(gap));
    if (chance(0.3)) arrival = std::max(arrival, b.last);
  }
  const Ticks end = arrival + static_cast<Ticks>(below(50'000));
  law.settle(end);
  stepping.settle(end);
  EXPECT_EQ(law.counts(), stepping.counts());
  EXPECT_EQ(law.busy(), stepping.busy());
  EXPECT_EQ(law.conflict_wait(), stepping.conflict_wait());
  EXPECT_EQ(law.active(), stepping.active());
  for (const std::string& broken : DramChecker(spec).check(commands)) ADD_FAILURE() << broken;
}

TEST_P(EveryPart, IsSteppedOverExactlyAndBreaksNoRule) {
  // Newer parts are stepped, which takes longer.
  const std::uint32_t seeds = GetParam().spec.command_clocks == DramCommandClocks{} ? 300 : 60;
  for (std::uint32_t seed = 0; seed < seeds; ++seed) {
    SCOPED_TRACE(seed);
    compare(GetParam().spec, seed);
    if (testing::Test::HasFailure()) return;
  }
}

TEST_P(EveryPart, CommandsAreCounted) {
  const DramSpec spec = GetParam().spec;
  DramChannelLaw law(spec);
  std::vector<DramCommand> commands;
  law.record(&commands);
  std::mt19937 random(3);
  for (int n = 0; n < 500; ++n)
    law.serve(n * 50, random() % 100'000, 1 + random() % 40, n % 3 == 0);
  const auto count = [&](Kind kind) {
    return static_cast<std::uint64_t>(std::count_if(
        commands.begin(), commands.end(), [&](const DramCommand& c) { return c.kind == kind; }));
  };
  const MemoryActivity& a = law.counts();
  EXPECT_EQ(count(Kind::activate), a.activates);
  EXPECT_EQ(count(Kind::read), a.bursts_read);
  EXPECT_EQ(count(Kind::write), a.bursts_written);
  EXPECT_EQ(count(Kind::refresh), a.refreshes);
  EXPECT_EQ(count(Kind::refresh_bank) + count(Kind::refresh_same), a.bank_refreshes);
  EXPECT_EQ(a.page_misses + a.page_conflicts, a.activates);
  EXPECT_EQ(a.page_hits + a.activates, a.bursts_read + a.bursts_written);
}

// ---- the checker finds what is broken: at t - 1 it says so, at t it does not
// ---------------------

struct Rule {
  const char* name;
  std::vector<DramCommand> before;
  DramCommand last;  ///< at the first allowed clock
  const char* says;

  friend void PrintTo(const Rule& r, std::ostream* out) { *out << r.name; }
};

DramCommand command(Ticks tick, Kind kind, std::uint32_t group = 0, std::uint32_t bank = 0,
                    std::uint32_t row = 0) {
  return {tick, kind, false, group, bank, row, 0};
}

DramCommand with_precharge(DramCommand c) {
  c.auto_precharge = true;
  return c;
}

class CheckerRules : public testing::TestWithParam<Rule> {};

INSTANTIATE_TEST_SUITE_P(
    DramChecker, CheckerRules,
    testing::Values(
        Rule{"tRCD", {command(0, Kind::activate)}, command(17, Kind::read), "tRCD"},
        Rule{"tRAS", {command(0, Kind::activate)}, command(39, Kind::precharge), "tRAS"},
        Rule{"tRP",
             {command(0, Kind::activate), command(60, Kind::precharge)},
             command(77, Kind::activate),
             "bank not ready"},
        Rule{"tRC",
             {command(0, Kind::activate), command(39, Kind::precharge)},
             command(56, Kind::activate),
             "tRC"},
        Rule{"tRRD_S", {command(0, Kind::activate)}, command(4, Kind::activate, 1), "tRRD"},
        Rule{"tRRD_L", {command(0, Kind::activate)}, command(6, Kind::activate, 0, 1), "tRRD"},
        Rule{"tFAW",
             {command(0, Kind::activate, 0), command(4, Kind::activate, 1),
              command(8, Kind::activate, 2), command(12, Kind::activate, 3)},
             command(26, Kind::activate, 0, 1),
             "tFAW"},
        Rule{"tCCD_L",
             {command(0, Kind::activate), command(20, Kind::read)},
             command(26, Kind::read),
             "tCCD"},
        Rule{"tCCD_S",
             {command(0, Kind::activate), command(4, Kind::activate, 1), command(30, Kind::read)},
             command(34, Kind::read, 1),
             "tCCD"},
        Rule{"tRTP",
             {command(0, Kind::activate), command(50, Kind::read)},
             command(59, Kind::precharge),
             "tRTP"},
        Rule{"tWR",
             {command(0, Kind::activate), command(50, Kind::write)},
             command(50 + 12 + 4 + 18, Kind::precharge),
             "tWR"},
        Rule{"tWTR_L",
             {command(0, Kind::activate), command(50, Kind::write)},
             command(50 + 12 + 4 + 9, Kind::read),
             "tWTR"},
        Rule{"tWTR_S",
             {command(0, Kind::activate), command(4, Kind::activate, 1), command(50, Kind::write)},
             command(50 + 12 + 4 + 3, Kind::read, 1),
             "tWTR"},
        Rule{"turnaround",
             {command(0, Kind::activate), command(50, Kind::read)},
             command(50 + 17 + 4 + 2 - 12, Kind::write),
             "turnaround"},
        Rule{"auto_precharge_of_a_read",
             {command(0, Kind::activate), with_precharge(command(17, Kind::read))},
             command(56, Kind::activate),
             "bank not ready"},
        Rule{"auto_precharge_of_a_write",
             {command(0, Kind::activate), with_precharge(command(17, Kind::write))},
             command(17 + 12 + 4 + 18 + 17, Kind::activate),
             "bank not ready"},
        Rule{"REF_after_PREA",
             {command(9300, Kind::activate), command(9370, Kind::precharge_all)},
             command(9387, Kind::refresh),
             "not ready"},
        Rule{"REF_after_tRC",
             {command(9330, Kind::activate), command(9369, Kind::precharge_all)},
             command(9386, Kind::refresh),
             "tRC"},
        Rule{"tRFC",
             {command(9360, Kind::refresh)},
             command(9780, Kind::activate),
             "bank not ready"},
        Rule{"tREFI", {}, command(9360, Kind::refresh), "before it is due"},
        Rule{"command_bus",
             {command(100, Kind::activate)},
             command(101, Kind::precharge, 3, 3),
             "two commands"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_P(CheckerRules, AreTight) {
  const Rule& rule = GetParam();
  std::vector<DramCommand> commands = rule.before;
  commands.push_back(rule.last);
  const auto clean = DramChecker(ddr4_2400()).check(commands);
  EXPECT_TRUE(clean.empty()) << clean.front();
  --commands.back().tick;
  const auto broken = DramChecker(ddr4_2400()).check(commands);
  EXPECT_TRUE(std::any_of(broken.begin(), broken.end(), [&](const std::string& text) {
    return text.find(rule.says) != std::string::npos;
  })) << (broken.empty() ? "nothing said" : broken.front());
}

TEST(DramChecker, KnowsOpenRows) {
  EXPECT_FALSE(DramChecker(ddr4_2400()).check({command(0, Kind::read)}).empty());
  EXPECT_FALSE(DramChecker(ddr4_2400())
                   .check({command(0, Kind::activate), command(100, Kind::activate, 0, 0, 7)})
                   .empty());
  EXPECT_FALSE(DramChecker(ddr4_2400())
                   .check({command(9300, Kind::activate), command(9900, Kind::refresh)})
                   .empty());
  EXPECT_FALSE(DramChecker(lpddr4_3200(true))
                   .check({command(700, Kind::activate), command(790, Kind::refresh_bank)})
                   .empty());
}

// ---- refresh bank by bank
// ------------------------------------------------------------------------

TEST(DramChannelLaw, ARefreshOfOneBankLeavesTheOthersAlone) {
  const DramSpec spec = lpddr4_3200(true);
  const std::uint64_t row = 64;  // bursts of a row; rows go round the banks
  // Bank 0 is refreshed at 780; bank 1 goes on.
  DramChannelLaw other(spec);
  other.serve(0, row, 1, false);
  EXPECT_EQ(other.serve(790, row + 1, 1, false).last, 790 + 28 + 8);
  DramChannelLaw same(spec);
  same.serve(0, 0, 1, false);
  EXPECT_EQ(same.serve(790, 1, 1, false).last, 780 + 29 + 224 + 29 + 28 + 8);
}

TEST(DramChannelLaw, IdleRefreshesAreCountedWithoutBeingStepped) {
  for (const bool per_bank : {false, true}) {
    const DramSpec spec = lpddr4_3200(per_bank);
    DramChannelLaw law(spec);
    const Ticks end = Ticks{1'600'000'000} * 3600;  // an hour
    law.settle(end);
    const Ticks interval = per_bank ? 780 : 6246;
    EXPECT_EQ(static_cast<Ticks>(law.counts().refreshes + law.counts().bank_refreshes),
              end / interval);
  }
}

}  // namespace
}  // namespace tritsim::test
