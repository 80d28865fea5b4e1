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

/// What a run of requests gave.
struct Served {
  std::vector<Ticks> ends;  ///< of the data of each
  Ticks conflict_wait = 0;
};

/// `commands` takes what was sent.
Served run(const DramSpec& spec, const Requests& requests,
           std::vector<DramCommand>* commands = nullptr) {
  FrFcfsLaw law(spec);
  law.record(commands);
  std::vector<Ticks> ends(requests.size());
  const auto send_until = [&](Ticks limit) {
    while (law.next_command(limit) < limit) {
      if (const auto served = law.send()) ends[served->request] = served->data_end;
    }
  };
  for (std::uint32_t n = 0; n < requests.size(); ++n) {
    const auto& r = requests[n];
    send_until(r.arrival);
    law.enqueue({r.arrival, r.burst, r.burst + 1, n, r.write, true, r.port});
  }
  send_until(FrFcfsLaw::never);
  return {ends, law.conflict_wait()};
}

std::vector<Ticks> serve(const DramSpec& spec, const Requests& requests,
                         std::vector<DramCommand>* commands = nullptr) {
  return run(spec, requests, commands).ends;
}

ControllerPort ports(std::uint32_t count) {
  ControllerPort p;
  p.width = 16_B;
  p.clock = 300.0_MHz;
  p.count = count;
  return p;
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
  if (random.chance(0.3)) {
    d.controller.port = ports(random.between(1, 4));
    d.controller.port->round = random.pick<std::uint32_t>({1, 1, 2, 4, 16});
  }
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

Requests any_requests(Random& random, std::size_t count, std::uint32_t ports) {
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
    const auto port = static_cast<std::uint32_t>(random.below(ports));
    requests.push_back({arrival, burst, random.chance(writes), port});
    if (gap > 0 && random.chance(0.5)) arrival += static_cast<Ticks>(random.below(2 * gap));
  }
  return requests;
}

TEST(FrFcfsLaw, IsATextbookControllerToTheClock) {
  for (std::uint32_t seed = 0; seed < 2000; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const DramSpec spec = any_part(random);
    const DramController& c = spec.controller;
    const Requests requests = any_requests(random, 120, c.port ? c.port->count : 1);
    FrFcfsReference reference(spec, spec.controller.queue);
    const std::vector<Ticks> expected = reference.data_ends(requests);
    const Served got = run(spec, requests);
    EXPECT_EQ(got.conflict_wait, reference.conflict_wait());
    for (std::size_t n = 0; n < requests.size(); ++n) {
      ASSERT_EQ(got.ends[n], expected[n])
          << "burst " << n << ", queue " << c.queue << ", cap " << c.row_hit_cap << ", drain "
          << c.write_drain.has_value() << ", round " << (c.port ? c.port->round : 0) << ", ranks "
          << spec.ranks << ", row bus " << spec.row_bus << ", ACT, PRE, RD of "
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

TEST(FrFcfsLaw, PortsThatTakeTurnsShareTheChannel) {
  // A port with all its bursts there at once, in front of one with a few.
  DramSpec d = ddr4_2400();
  d.controller.queue = 8;
  d.controller.port = ports(2);
  Requests requests;
  for (std::uint64_t n = 0; n < 1000; ++n) requests.push_back({0, n, false, 0});
  for (std::uint64_t n = 0; n < 50; ++n) requests.push_back({1, (1U << 20) + n, false, 1});
  const auto last_of_second = [&](std::uint32_t round) {
    d.controller.port->round = round;
    return serve(d, requests).back();
  };
  const Ticks by_arrival = last_of_second(0);
  EXPECT_GT(by_arrival, 1000 * 4);
  EXPECT_LT(last_of_second(1), by_arrival / 4);
  EXPECT_LT(last_of_second(1), last_of_second(16));
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
