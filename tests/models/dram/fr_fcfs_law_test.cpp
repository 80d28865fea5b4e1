// SPDX-License-Identifier: Apache-2.0
#include "models/dram/fr_fcfs_law.hpp"

#include <algorithm>
#include <filesystem>
#include <random>

#include <gtest/gtest.h>

#include "arch/hardware/memory.hpp"
#include "tests/models/support/dram_checker.hpp"
#include "tests/models/support/dram_parts.hpp"
#include "tests/models/support/fr_fcfs_reference.hpp"
#include "tests/models/support/random_part.hpp"

namespace tritsim::test {
namespace {

using Ticks = FrFcfsLaw::Ticks;
using Requests = std::vector<FrFcfsReference::Request>;

/// End of the data of each request; `commands` takes what was sent.
std::vector<Ticks> serve(const DramSpec& spec, const Requests& requests,
                         std::vector<DramCommand>* commands = nullptr) {
  FrFcfsLaw law(spec);
  law.record(commands);
  std::vector<Ticks> ends(requests.size());
  const auto send = [&] {
    if (const auto served = law.send()) ends[served->request] = served->data_end;
  };
  for (std::uint32_t n = 0; n < requests.size(); ++n) {
    const auto& r = requests[n];
    while (law.next_command() < r.arrival) send();
    law.enqueue({r.arrival, r.burst, r.burst + 1, n, r.write, true});
  }
  while (law.waiting()) send();
  return ends;
}

/// A fictitious part in which each rule gets to decide.
DramSpec any_part(Random& random) {
  DramSpec d = ddr4_2400();
  draw_organisation(random, d);
  d.address = random.pick({"row bank column group", "row column bank^row group^row",
                           "row bank group column", "bank row column group"});
  d.controller.scheduling = DramScheduling::fr_fcfs;
  d.controller.queue = random.pick<std::uint32_t>({1, 2, 4, 16, 64});
  if (random.chance(0.3)) d.controller.row_hit_cap = random.between(1, 8);
  if (random.chance(0.3)) {
    const std::uint32_t queue = random.between(2, 32);
    const std::uint32_t high = random.between(1, queue);
    d.controller.write_drain = WriteDrain{queue, high, random.between(0, high - 1)};
  }
  DramTiming& t = d.timing;
  t.cl = random.between(1, 30);
  t.cwl = random.between(1, 30);
  t.trcd = random.between(1, 30);
  draw_delays(random, t);
  if (random.chance(0.3)) t.tccd_l_write = t.tccd_l.clocks() + random.between(0, 20);
  if (random.chance(0.3)) t.tppd = random.between(1, 6);
  if (random.chance(0.3)) {
    d.command_clocks = {random.between(1, 4), random.between(1, 2), random.between(1, 4), 1};
  }
  d.row_bus = random.chance(0.3);
  if (random.chance(0.2)) {  // which are refreshed one after the other: the reference does not
    d.ranks = 2;
    d.banks_per_group = std::min(d.banks_per_group, 4U);
    d.address = "row rank bank column group";
    t.rank_switch = random.between(0, 3);
    t.trefi = 1 << 20;
  }
  return d;
}

Requests any_requests(Random& random, std::size_t count) {
  const double sequential = random.pick({0.0, 0.5, 0.9, 0.99});
  const double writes = random.pick({0.0, 0.0, 0.3, 1.0});
  const auto region = random.pick<std::uint64_t>({256, 1 << 14, 1 << 22});
  const auto gap = random.pick<std::uint64_t>({0, 1, 8, 40, 2000});
  const std::size_t streams = random.between(1, 4);
  std::vector<std::uint64_t> next(streams);
  for (auto& n : next) n = random.below(region);
  Requests requests;
  Ticks arrival = 0;
  for (std::size_t n = 0; n < count; ++n) {
    std::uint64_t& burst = next[random.below(streams)];
    burst = random.chance(sequential) ? burst + 1 : random.below(region);
    requests.push_back({arrival, burst, random.chance(writes)});
    if (gap > 0 && random.chance(0.5)) arrival += static_cast<Ticks>(random.below(2 * gap));
  }
  return requests;
}

TEST(FrFcfsLaw, IsATextbookControllerToTheClock) {
  for (std::uint32_t seed = 0; seed < 2000; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const DramSpec spec = any_part(random);
    const Requests requests = any_requests(random, 120);
    FrFcfsReference reference(spec, spec.controller.queue);
    const std::vector<Ticks> expected = reference.data_ends(requests);
    const std::vector<Ticks> got = serve(spec, requests);
    for (std::size_t n = 0; n < requests.size(); ++n) {
      ASSERT_EQ(got[n], expected[n])
          << "burst " << n << ", queue " << spec.controller.queue << ", cap "
          << spec.controller.row_hit_cap << ", drain " << spec.controller.write_drain.has_value()
          << ", ranks " << spec.ranks << ", row bus " << spec.row_bus << ", ACT, PRE, RD of "
          << spec.command_clocks.activate << ", " << spec.command_clocks.precharge << ", "
          << spec.command_clocks.column;
    }
  }
}

// ---- shipped memories --------------------------------------------------------------------------

std::vector<DramPart> shipped_parts() {
  std::vector<DramPart> parts;
  for (const auto& entry :
       std::filesystem::directory_iterator(TRITSIM_SOURCE_DIR "/configs/memories")) {
    const auto memory = load<MemorySpec>(entry.path().string());
    if (!memory.dram) continue;
    parts.push_back({entry.path().stem().string(), *memory.dram});
    // What it could be told to do as well.
    DramSpec d = *memory.dram;
    d.controller.scheduling = DramScheduling::fr_fcfs;
    d.controller.row_hit_cap = 4;
    d.controller.write_drain = WriteDrain{32, 24, 8};
    d.controller.bank_machines = 0;
    parts.push_back({entry.path().stem().string() + "_drained", d});
  }
  return parts;
}

/// Streams of bursts that all wait from the start.
struct Stream {
  const char* name;
  Requests requests;
};

std::vector<Stream> streams_of(const DramSpec& d, std::uint64_t count) {
  const auto row = static_cast<std::uint64_t>(d.page / d.burst());
  const std::uint64_t all = std::uint64_t{d.rows} * d.banks() * row;
  const auto block = static_cast<std::uint64_t>(Bytes{4096} / d.burst());
  std::mt19937_64 random(1);
  Requests sequential, written, blocks, copy, two, three, scattered, mixed, strided;
  for (std::uint64_t n = 0; n < count; ++n) {
    const std::uint64_t in_block = n % block;
    sequential.push_back({0, n, false});
    written.push_back({0, n, true});
    two.push_back({0, n / 2 + (n % 2) * (all / 2), false});
    three.push_back({0, n / block / 3 * block + in_block + n / block % 3 * (all / 4), false});
    scattered.push_back({0, random() % all, false});
    mixed.push_back({0, random() % all, random() % 2 == 0});
    strided.push_back({0, n * 2 * block % all, false});
    const bool write = n / block % 2 == 1;
    copy.push_back({0, n / block / 2 * block + in_block + (write ? all / 2 : 0), write});
  }
  while (blocks.size() < count) {
    const std::uint64_t first = random() % (all / block) * block;
    for (std::uint64_t n = 0; n < block; ++n) blocks.push_back({0, first + n, false});
  }
  return {{"sequential", sequential}, {"written", written}, {"blocks of 4 KiB", blocks},
          {"copy of blocks", copy},   {"two streams", two}, {"three streams of blocks", three},
          {"random", scattered},      {"mixed", mixed},     {"strided 8 KiB", strided}};
}

class Shipped : public testing::TestWithParam<DramPart> {};

INSTANTIATE_TEST_SUITE_P(FrFcfsLaw, Shipped, testing::ValuesIn(shipped_parts()),
                         [](const auto& test) { return test.param.name; });

TEST_P(Shipped, CommandsBreakNoRule) {
  const DramSpec spec = GetParam().spec;
  for (const Stream& s : streams_of(spec, 1500)) {
    SCOPED_TRACE(s.name);
    std::vector<DramCommand> commands;
    serve(spec, s.requests, &commands);
    EXPECT_GE(commands.size(), s.requests.size());
    for (const std::string& broken : DramChecker(spec).check(commands)) ADD_FAILURE() << broken;
    if (testing::Test::HasFailure()) return;
  }
}

class Headline : public testing::TestWithParam<const char*> {
 protected:
  DramSpec spec(std::uint32_t queue) const {
    DramSpec d = *load<MemorySpec>(TRITSIM_SOURCE_DIR "/configs/memories/" +
                                   std::string(GetParam()) + ".yaml")
                      .dram;
    d.controller.scheduling = DramScheduling::fr_fcfs;
    d.controller.queue = queue;
    return d;
  }
};

INSTANTIATE_TEST_SUITE_P(FrFcfsLaw, Headline,
                         testing::Values("ddr4_2400_u280", "hbm2_u280", "lpddr4_3200_x16"),
                         [](const auto& test) { return std::string(test.param); });

TEST_P(Headline, IsATextbookController) {
  for (const std::uint32_t queue : {4, 8, 16, 32, 64}) {
    const DramSpec d = spec(queue);
    for (const Stream& s : streams_of(d, 400)) {
      EXPECT_EQ(serve(d, s.requests), FrFcfsReference(d, queue).data_ends(s.requests))
          << s.name << ", " << queue;
    }
  }
}

TEST_P(Headline, IsNoSlowerThanInOrderNorWithAShorterQueue) {
  for (const Stream& s : streams_of(spec(4), 4000)) {
    Ticks shorter = std::numeric_limits<Ticks>::max();
    for (const std::uint32_t queue : {4, 8, 16, 32, 64}) {
      const DramSpec d = spec(queue);
      const std::vector<Ticks> ends = serve(d, s.requests);
      const auto now = static_cast<double>(*std::max_element(ends.begin(), ends.end()));
      EXPECT_LE(now, 1.005 * static_cast<double>(shorter)) << s.name << ", " << queue;
      shorter = static_cast<Ticks>(now);
      DramChannelLaw in_order(d);
      Ticks last = 0;
      for (const auto& r : s.requests) last = in_order.serve(0, r.burst, 1, r.write).last;
      EXPECT_LE(now, 1.005 * static_cast<double>(last)) << s.name << ", " << queue;
    }
  }
}

TEST(FrFcfsLaw, AgesOfManyBurstsStayInOrder) {
  Random random(5);
  DramSpec d = ddr4_2400();
  d.controller.queue = 4;
  Requests requests;
  for (int n = 0; n < 70'000; ++n)
    requests.push_back({0, random.below(1 << 12), random.chance(0.3)});
  EXPECT_EQ(serve(d, requests), FrFcfsReference(d, 4).data_ends(requests));
}

TEST(FrFcfsLaw, ACapBoundsHowLongAConflictWaits) {
  // Hits of one row without end, and behind the first of them a burst to another row of the bank.
  DramSpec d = ddr4_2400();
  const std::uint64_t other_row = std::uint64_t{d.banks()} * 128;
  Requests requests{{0, 0, false}, {0, other_row, false}};
  for (std::uint64_t n = 1; n < 400; ++n) requests.push_back({0, n % 128 / 4 * 4, false});
  d.controller.row_hit_cap = 0;
  const Ticks starved = serve(d, requests)[1];
  d.controller.row_hit_cap = 8;
  const Ticks served = serve(d, requests)[1];
  EXPECT_LT(served, starved / 4);
}

TEST(FrFcfsLaw, WritesAreDrainedTogether) {
  // Reads and writes in turn: the bus turns round once for many of them.
  DramSpec d = ddr4_2400();
  Requests requests;
  for (std::uint64_t n = 0; n < 2000; ++n) {
    requests.push_back({0, n / 2 + n % 2 * 100'000, n % 2 == 1});
  }
  const auto turns = [&] {
    std::vector<DramCommand> commands;
    serve(d, requests, &commands);
    std::size_t n = 0;
    auto last = DramCommand::Kind::read;
    for (const DramCommand& c : commands) {
      if (c.kind != DramCommand::Kind::read && c.kind != DramCommand::Kind::write) continue;
      n += c.kind != last ? 1 : 0;
      last = c.kind;
    }
    return n;
  };
  d.controller.queue = 16;
  const std::size_t shared = turns();
  d.controller.write_drain = WriteDrain{32, 28, 4};
  EXPECT_LT(turns(), 2 * 1000 / 20);
  EXPECT_LT(turns(), shared);
}

}  // namespace
}  // namespace tritsim::test
