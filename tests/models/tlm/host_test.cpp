// SPDX-License-Identifier: Apache-2.0
#include "models/tlm/host.hpp"

#include <memory>

#include <gtest/gtest.h>

#include "models/tlm/core.hpp"
#include "models/tlm/interconnect.hpp"
#include "models/tlm/memory.hpp"
#include "tests/models/support/driver.hpp"
#include "tests/models/support/specs.hpp"

namespace tritsim::test {
namespace {

/// Result of a run of the host.
struct HostRun {
  Time finished;
  HostActivity host;
  LinkActivity link;
  std::vector<Time> steps;
  std::vector<Cycle> cycles;  ///< of each kernel
};

/// A host in front of kernels with a program each: `gos` GOs on a memory of fixed latency.
HostRun run(Completion completion, const std::vector<std::size_t>& gos,
            const std::vector<std::vector<HostTask>>& tasks, std::uint32_t repeat = 1,
            LinkSpec link_spec = test_link()) {
  SimulationContext simulation;
  const CoreSpec spec = shipped_core("ternip_1024.yaml");
  HostLink link("link", link_spec);
  Interconnect crossbar("crossbar");
  Memory memory("memory", FixedLatencyLaw({20}, spec.clock));
  crossbar.channels.bind(memory.port);
  std::vector<Program> programs(gos.size());
  std::vector<std::unique_ptr<Core>> cores;
  std::vector<LaunchedKernel> kernels;
  for (std::size_t n = 0; n < gos.size(); ++n) {
    programs[n].symbols = {{"matrix", Symbol::Kind::matrix, 0}};
    programs[n].instructions.assign(gos[n], Instruction{Opcode::go});
    cores.push_back(
        std::make_unique<Core>(("core" + std::to_string(n)).c_str(), spec, CorePlacement{}));
    cores.back()->vectors.bind(crossbar.units);
    cores.back()->weights.bind(crossbar.units);
    link.registers.bind(cores.back()->control);
    kernels.push_back({cores.back().get(), &programs[n]});
  }
  HostSchedule schedule = HostSchedule::one_launch(gos.size(), repeat);
  std::vector<HostStep>& steps = schedule.rounds.front();
  steps.resize(tasks.size(), steps.front());
  for (std::size_t i = 0; i < tasks.size(); ++i) steps[i].tasks = tasks[i];
  Host host("host", test_host(completion), link, kernels, schedule);
  host.link.bind(link.host);
  HostRun ran;
  host.on_step = [&](const HostStep& step) {
    EXPECT_EQ(&step, &steps[ran.steps.size()]);
    ran.steps.push_back(now());
  };
  simulation.run();
  ran.finished = host.finished_at();
  ran.host = host.activity();
  ran.link = link.activity();
  for (const auto& c : cores) ran.cycles.push_back(c->activity().cycles);
  return ran;
}

double us(Time t) {
  return t.si() * 1e6;
}

double core_us(Cycle cycles) {
  return static_cast<double>(cycles) / 300;
}

TEST(HostModule, PollsUntilTheCoreIsReady) {
  const HostRun r = run(Completion::poll, {3}, {{}});
  // A write of 0.3 us starts the core; polls of 1 us sample in their middle.
  const double busy = core_us(r.cycles[0]);
  const double polls = std::ceil(busy - 0.5) + 1;
  EXPECT_NEAR(us(r.finished), 0.3 + polls, 1e-5);
  EXPECT_EQ(r.link.register_writes, 1U);
  EXPECT_EQ(static_cast<double>(r.link.register_reads), polls);
  EXPECT_NEAR(us(r.link.busy), 0.3 + polls, 1e-5);
  EXPECT_EQ(r.link.interrupts, 0U);
  EXPECT_NEAR(us(r.host.waiting), polls, 1e-5);
  EXPECT_EQ(r.host.launches, 1U);
}

TEST(HostModule, SleepsUntilTheInterrupt) {
  const HostRun r = run(Completion::interrupt, {3}, {{}});
  EXPECT_NEAR(us(r.finished), 0.3 + core_us(r.cycles[0]) + 4, 1e-5);
  EXPECT_EQ(r.link.register_reads, 0U);
  EXPECT_EQ(r.link.interrupts, 1U);
}

TEST(HostModule, PollsSeveralCoresOneAfterTheOther) {
  for (const auto& gos : std::vector<std::vector<std::size_t>>{{3, 3}, {1, 6}, {6, 1}, {2, 2, 2}}) {
    const HostRun r = run(Completion::poll, gos, {{}});
    // The host polls without a break from the last start to its end: so many polls, no more.
    EXPECT_NEAR(static_cast<double>(r.link.register_reads), us(r.host.waiting), 1e-4);
    EXPECT_NEAR(us(r.finished), 0.3 * static_cast<double>(gos.size()) + us(r.host.waiting), 1e-4);
  }
}

TEST(HostModule, InterruptsOfSeveralCoresOverlap) {
  // Cores that end together: one latency after the last of them, not one each.
  const HostRun r = run(Completion::interrupt, {3, 3, 3}, {{}});
  const double last = 3 * 0.3 + core_us(r.cycles[2]);
  EXPECT_NEAR(us(r.finished), last + 4, 1e-4);
  EXPECT_EQ(r.link.interrupts, 3U);
}

TEST(HostModule, TasksComeFirstWithTheirTransfers) {
  const HostTask task{7.0_us, 5000, 10'000};
  const HostRun with = run(Completion::interrupt, {1}, {{task, task}});
  const HostRun without = run(Completion::interrupt, {1}, {{}});
  // Fetch 2 + 1, work 7, send 2 + 1: twice.
  EXPECT_NEAR(us(with.finished) - us(without.finished), 2 * (3 + 7 + 3), 1e-4);
  EXPECT_EQ(with.host.tasks, 2U);
  EXPECT_NEAR(us(with.host.working), 14, 1e-9);
  EXPECT_EQ(with.link.transfers, 4U);
  EXPECT_EQ(with.link.bytes_to_host, 10'000U);
  EXPECT_EQ(with.link.bytes_to_card, 20'000U);
}

TEST(HostModule, NothingToMoveIsNoTransfer) {
  const HostRun r = run(Completion::interrupt, {1}, {{HostTask{1.0_us, 0, 0}}});
  EXPECT_EQ(r.link.transfers, 0U);
}

TEST(HostModule, StepsFollowOneAnother) {
  const HostRun r = run(Completion::poll, {1}, {{}, {HostTask{1.0_us, 0, 0}}, {}});
  ASSERT_EQ(r.steps.size(), 3U);
  EXPECT_LT(r.steps[0], r.steps[1]);
  EXPECT_LT(r.steps[1], r.steps[2]);
  EXPECT_EQ(r.steps[2], r.finished);
  EXPECT_EQ(r.host.launches, 3U);
}

TEST(HostModule, RepeatsNeedOneLaunch) {
  const HostRun r = run(Completion::poll, {1}, {{}}, 5);
  EXPECT_EQ(r.host.launches, 1U);
  EXPECT_NEAR(static_cast<double>(r.cycles[0]), 5 * 9247.0, 100);
}

TEST(HostModule, PollingThatTakesNoTimeEndsWithTheCore) {
  LinkSpec link = test_link();
  link.mmio_read = exactly(Time{});
  const HostRun r = run(Completion::poll, {2}, {{}}, 1, link);
  EXPECT_NEAR(us(r.finished), 0.3 + core_us(r.cycles[0]), 1e-5);
}

TEST(HostModule, AStartThatIsRefusedStopsTheSimulation) {
  SimulationContext simulation;
  HostLink link("link", test_link());
  Sink card("card");
  card.refuses = true;
  link.registers.bind(card.socket);
  const CoreSpec spec = shipped_core("ternip_1024.yaml");
  Core core("core", spec, {});
  Sink memory("memory");
  core.vectors.bind(memory.socket);
  core.weights.bind(memory.socket);
  Initiator unused("unused", [](Initiator&) {});
  unused.socket.bind(core.control);
  const Program program;
  const HostSchedule schedule = HostSchedule::one_launch(1, 1);
  Host host("host", test_host(Completion::poll), link, {{&core, &program}}, schedule);
  host.link.bind(link.host);
  EXPECT_THROW(simulation.run(), std::runtime_error);
}

}  // namespace
}  // namespace tritsim::test
