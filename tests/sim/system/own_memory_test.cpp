// SPDX-License-Identifier: Apache-2.0
// Memories of the program's own in place of channels: a fixed latency is that of
// --memory-latency-cycles, our own memory behind the bridge is nearly the built-in one.
#include "tests/sim/system/own_memory.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "arch/study/measurement.hpp"
#include "models/tlm/memory.hpp"
#include "reports/run/report.hpp"
#include "sim/result/energy.hpp"
#include "sim/run/run.hpp"
#include "sim/system/system_builder.hpp"
#include "tests/sim/shipped.hpp"
#include "tests/support/files.hpp"
#include "tests/support/sc_protocol_checker.hpp"

namespace tritsim {
namespace {

using test::board;
using test::tiny_model;
using AnyMemory = test::OwnMemory<32>;

sc_core::sc_time latency_of(const BoardSpec& b, std::uint32_t cycles) {
  return {cycles / b.cores[0].core.clock.si(), sc_core::SC_SEC};
}

/// Cycles of a program on the first kernel, whose memory is a fixed latency of the test's own.
std::uint64_t own_cycles(const BoardSpec& b, const std::string& program, std::uint32_t latency,
                         AnyMemory::Time time) {
  SystemBuilder builder(b, program, "test.tmi");
  AnyMemory memory("own", latency_of(b, latency), time);
  test::ProtocolChecker checker("checker", test::Protocol::plain);
  checker.initiator.bind(memory.socket);
  builder.replace_memory("memory_ddr_0", checker.target);
  return Simulation(builder).run().kernels[0].activity.cycles;
}

BoardSpec d5005(std::uint32_t dim, std::uint32_t latency) {
  BoardSpec b = test::with_fixed_memory(board("d5005_mmfree"), latency);
  b.cores[0].core.vector_length = dim;
  return b;
}

TEST(OwnMemory, OfFixedLatencyMeetsThePublishedCycles) {
  const auto file = load<MeasurementFile>(test::config("measurements/d5005_rtl.yaml"));
  ASSERT_EQ(file.cases.size(), 14U);
  for (const MeasurementSpec& m : file.cases) {
    const BoardSpec b = d5005(m.dim, m.memory_latency_cycles);
    for (const auto time : {AnyMemory::Time::returned, AnyMemory::Time::waited}) {
      EXPECT_EQ(own_cycles(b, m.program, m.memory_latency_cycles, time), *m.cycles) << m.name;
    }
  }
}

// A clock whose cycle is no whole number of picoseconds, and many answers that are waited for.
TEST(OwnMemory, OfFixedLatencyLeavesNoRoundingBehind) {
  const std::string program = read_file(test::config("programs/token_mixer.tmi"));
  for (const double clock : {300e6, 233e6, 400e6}) {
    for (const std::uint32_t latency : {1U, 12U, 13U}) {
      BoardSpec b = d5005(256, latency);
      b.cores[0].core.clock = Frequency{clock};
      std::vector<std::string> warnings;
      const Result built_in = run_program(b, program, "test.tmi", warnings);
      EXPECT_EQ(own_cycles(b, program, latency, AnyMemory::Time::returned),
                built_in.kernels[0].activity.cycles)
          << clock << " Hz, " << latency << " cycles";
    }
  }
}

/// A small model that a board can run: one block, few words; none of a board for programs.
std::optional<ModelSpec> small_model(const BoardSpec& b) {
  std::vector<ModelSpec> candidates{test::hgrn_bit("tiny", 1, 512, 512, 512), tiny_model(1, 512)};
  for (const char* name : {"bitnet_2b_4t", "ternarycore_28x1024", "transformer_370m_int8",
                           "transformer_370m", "llama2_7b_w4_kv8", "llama2_7b_3.5bit"}) {
    ModelSpec m = test::model(name);
    m.set("layers", 1);
    m.set("vocabulary", 512);
    m.set("hidden", 512);
    m.set("intermediate", 512);
    m.set("heads", 4);
    m.set("kv_heads", 4);
    candidates.push_back(std::move(m));
  }
  for (const ModelSpec& m : candidates) {
    try {
      static_cast<void>(run_model(b, m, {0, 1, 1}));
      return m;
    } catch (const ConfigError&) {
    }
  }
  return {};
}

/// What a test runs on a board.
struct Work {
  std::optional<ModelSpec> model;
  std::uint32_t ports = 1;  ///< of each own memory
  std::string program = "tmatmul v1, v0, W, 504 x 63\n";

  [[nodiscard]] Result run_built_in(const BoardSpec& b) const {
    std::vector<std::string> warnings;
    const RunControl control{{}, Stepping::every_step};
    return model ? run_model(b, *model, {0, 2, 1}, control)
                 : run_program(b, program, "test.tmi", warnings, control);
  }

  /// With every channel replaced by `make(name, channel)`, whose socket is bound.
  template <class Module, class Make>
  [[nodiscard]] Result run_replaced(const BoardSpec& b, const BridgeSettings& settings,
                                    const Result& built_in, Make make) const {
    auto builder = model ? std::make_unique<SystemBuilder>(b, *model, Workload{0, 2, 1})
                         : std::make_unique<SystemBuilder>(b, program, "test.tmi");
    std::vector<std::unique_ptr<Module>> modules;
    for (const MemoryResult& m : built_in.memories) {
      const std::string name = memory_part(m.group, m.channel);
      modules.push_back(make("own_" + name, m));
      builder->replace_memory(name, modules.back()->socket, settings);
      for (std::uint32_t port = 1; port < ports; ++port) {
        builder->add_memory_port(name, modules.back()->socket);
      }
    }
    return Simulation(*builder).run();
  }
};

class OwnMemoryOnBoard : public testing::TestWithParam<std::string> {};

// Kernels of several lanes, weights in bursts, prefetched or not, vectors elsewhere or not, several
// kernels on one channel, the host in the loop: whatever the core, its streams keep their law.
TEST_P(OwnMemoryOnBoard, OfFixedLatencyIsTheBuiltInOne) {
  const BoardSpec b = test::with_fixed_memory(board(GetParam()), 40);
  if (b.mapping.pipeline() > 1) GTEST_SKIP() << "stages of a pipeline";
  const Work work{small_model(b)};
  const Result built_in = work.run_built_in(b);
  const Result own = work.run_replaced<AnyMemory>(
      b, {}, built_in, [&](const std::string& module, const MemoryResult&) {
        return std::make_unique<AnyMemory>(module.c_str(), latency_of(b, 40));
      });
  ASSERT_EQ(own.kernels.size(), built_in.kernels.size());
  for (std::size_t k = 0; k < own.kernels.size(); ++k) {
    EXPECT_EQ(own.kernels[k].activity.cycles, built_in.kernels[k].activity.cycles);
    EXPECT_EQ(own.kernels[k].shares, built_in.kernels[k].shares);
  }
  for (std::size_t m = 0; m < own.memories.size(); ++m) {
    EXPECT_EQ(own.memories[m].activity, built_in.memories[m].activity);
  }
}

TEST(OwnMemory, GetsBurstsOfTheSizeAndNumberThatItWants) {
  const BoardSpec b = board("u250_mmfree_24");
  const Result built_in = run_model(b, tiny_model(), {0, 1, 1});
  for (const std::uint32_t burst : {64U, 96U, 4096U}) {
    for (const std::uint32_t outstanding : {1U, 3U}) {
      SystemBuilder builder(b, tiny_model(), {0, 1, 1});
      test::OwnMemory<512> memory("own", sc_core::sc_time(100, sc_core::SC_NS),
                                  test::OwnMemory<512>::Time::waited);
      builder.replace_memory("memory_ddr_0", memory.socket, {burst, outstanding});
      const Result own = Simulation(builder).run();
      const MemoryActivity& a = built_in.memories[0].activity;
      EXPECT_EQ(memory.bytes, a.bytes_read + a.bytes_written);
      EXPECT_EQ(memory.longest, std::min<std::uint64_t>(burst, 2048)) << burst;
      EXPECT_EQ(memory.most_at_once, outstanding);
      EXPECT_EQ(own.memories[0].activity.reads, a.reads);
    }
  }
}

TEST(OwnMemory, IsSaidInTheReport) {
  const BoardSpec b = board("u250_mmfree_24");
  const auto tile = [](const RunReport& report, const std::string& label) {
    for (const Tile& t : report.page.tiles) {
      if (t.label == label) return t.detail;
    }
    return std::string("no such tile");
  };
  const auto run = [&](std::function<MemoryActivity(Time)> report) {
    SystemBuilder builder(b, tiny_model(), {0, 1, 1, 2});
    AnyMemory memory("own", sc_core::sc_time(100, sc_core::SC_NS));
    builder.replace_memory("memory_ddr_0", memory.socket, {}, std::move(report));
    return Simulation(builder).run();
  };
  const Result silent = run({});
  EXPECT_FALSE(silent.sample);  // every block
  EXPECT_FALSE(silent.kernels[0].steady);
  const EnergyAccount without = price(silent);
  const RunReport report = make_run_report(silent, without);
  EXPECT_NE(tile(report, "Average power").find("memory_ddr_0 not modelled, not included"),
            std::string::npos);
  EXPECT_NE(report.page.notes[0].find("memory_ddr_0 is a part of the program"), std::string::npos);
  EXPECT_NE(report.page.notes[1].find("Energy and power do not include memory_ddr_0"),
            std::string::npos);

  MemoryActivity done;
  done.activates = 1'000'000;
  const Result telling = run([&](Time) { return done; });
  EXPECT_EQ(telling.memories[0].activity, done);
  EXPECT_GT(price(telling).component("ddr").value.si(), without.component("ddr").value.si());
  EXPECT_EQ(tile(make_run_report(telling, price(telling)), "Average power").find("not modelled"),
            std::string::npos);
}

TEST(OwnMemory, ThatFitsNothingIsRefused) {
  const BoardSpec b = board("u250_mmfree_24");
  const auto problem_of = [&](const Workload& work, const char* name, std::uint64_t refuse_from) {
    try {
      SystemBuilder builder(b, tiny_model(), work);
      AnyMemory memory("own", sc_core::sc_time(100, sc_core::SC_NS));
      memory.refuse_from = refuse_from;
      builder.replace_memory(name, memory.socket);
      static_cast<void>(Simulation(builder).run());
    } catch (const std::exception& e) {
      return std::string(e.what());
    }
    return std::string("none");
  };
  EXPECT_NE(problem_of({0, 1, 1}, "memory_hbm_0", ~0ULL)
                .find("memory_hbm_0: is no memory channel of this run; replace one of "
                      "memory_ddr_0"),
            std::string::npos)
      << problem_of({0, 1, 1}, "memory_hbm_0", ~0ULL);
  EXPECT_NE(problem_of({0, 1, 1}, "memory_ddr_0", 0).find("memory_ddr_0: the memory answers"),
            std::string::npos);
  SystemBuilder builder(b, tiny_model(), {0, 1, 1});
  AnyMemory memory("own", sc_core::sc_time(100, sc_core::SC_NS));
  builder.replace_memory("memory_ddr_0", memory.socket);
  EXPECT_THROW(builder.replace_memory("memory_ddr_0", memory.socket), std::logic_error);
}

/// A clock that never stops.
class Ticking : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(Ticking);

  explicit Ticking(const sc_core::sc_module_name& name) : sc_module(name) { SC_THREAD(run); }

 private:
  void run() {
    for (;;) wait(1, sc_core::SC_US);
  }
};

TEST(OwnMemory, MayHaveAClock) {
  SystemBuilder builder(board("u250_mmfree_24"), tiny_model(), {0, 1, 1});
  AnyMemory memory("own", sc_core::sc_time(100, sc_core::SC_NS));
  Ticking clock("clock");
  builder.replace_memory("memory_ddr_0", memory.socket);
  EXPECT_GT(Simulation(builder).run().elapsed.si(), 0);
}

/// Our memory, behind the name that tests use.
struct OurMemory : Memory {
  using Memory::Memory;
  decltype(Memory::users)& socket = users;
};

std::unique_ptr<OurMemory> our_memory(const BoardSpec& b, const std::string& name,
                                      const MemoryResult& channel) {
  for (const MemoryGroup& g : b.memories) {
    if (g.name != channel.group) continue;
    return std::make_unique<OurMemory>(name.c_str(), g.memory, b.cores[0].core.clock);
  }
  throw std::logic_error("no such group");
}

// Larger payloads are there later than their first data: docs/systemc.md.
TEST_P(OwnMemoryOnBoard, OfOursIsNearlyTheBuiltInOne) {
  const BoardSpec b = board(GetParam());
  if (b.mapping.pipeline() > 1) GTEST_SKIP() << "stages of a pipeline";
  if (user_ports(b.memories[0].memory) > 0) GTEST_SKIP() << "ports, whose queues count payloads";
  const Work work{small_model(b)};
  const Result built_in = work.run_built_in(b);
  const Result own = work.run_replaced<OurMemory>(
      b, {}, built_in,
      [&](const std::string& name, const MemoryResult& m) { return our_memory(b, name, m); });
  EXPECT_LT(std::abs(own.elapsed / built_in.elapsed - 1), 0.01);
  if (const char* survey = std::getenv("TRITSIM_BRIDGE_SURVEY")) {
    const Result longer = work.run_replaced<OurMemory>(
        b, {std::strtoull(survey, nullptr, 10), 0}, built_in,
        [&](const std::string& name, const MemoryResult& m) { return our_memory(b, name, m); });
    fmt::print("{}: 64 B {:+.4f} %, {} B {:+.4f} %\n", GetParam(),
               100 * (own.elapsed / built_in.elapsed - 1), survey,
               100 * (longer.elapsed / built_in.elapsed - 1));
  }
}

INSTANTIATE_TEST_SUITE_P(Shipped, OwnMemoryOnBoard, testing::ValuesIn(test::board_names()),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

}  // namespace
}  // namespace tritsim
