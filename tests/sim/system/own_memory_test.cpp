// SPDX-License-Identifier: Apache-2.0
// Memories of the program's own in place of channels: a fixed latency is that of
// --memory-latency-cycles, our own memory behind the bridge is nearly the built-in one.
#include "tests/sim/system/own_memory.hpp"

#include <memory>
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
#include "tests/support/sc_protocol_checker.hpp"

namespace tritsim {
namespace {

using test::board;
using test::tiny_model;
using AnyMemory = test::OwnMemory<32>;

sc_core::sc_time latency_of(const BoardSpec& b, std::uint32_t cycles) {
  return {cycles / b.cores[0].core.clock.si(), sc_core::SC_SEC};
}

std::string name_of(const MemoryResult& m) {
  return fmt::format("memory_{}_{}", m.group, m.channel);
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

/// Runs a model with every channel of the board replaced by `make(name, channel)`, whose socket it
/// binds.
template <class Module, class Make>
Result run_replaced(const BoardSpec& b, const ModelSpec& model, const Workload& work,
                    const BridgeSettings& settings, const Result& built_in, Make make) {
  SystemBuilder builder(b, model, work);
  std::vector<std::unique_ptr<Module>> modules;
  for (const MemoryResult& m : built_in.memories) {
    const std::string name = name_of(m);
    modules.push_back(make("own_" + name, m));
    builder.replace_memory(name, modules.back()->socket, settings);
  }
  return Simulation(builder).run();
}

// Kernels of several lanes, weights in bursts, prefetched or not, vectors elsewhere or not, several
// kernels on one channel, the host in the loop: whatever the core, its streams keep their law.
TEST(OwnMemory, OfFixedLatencyIsTheBuiltInOneOnEveryCore) {
  for (const char* name : {"d5005_mmfree", "u250_mmfree_24", "u250_mmfree_48", "k26_mmfree",
                           "k26_packed", "k26_table_lookup", "k26_bit_serial", "u250_general",
                           "k26_bitnet_4_engines", "arty_ternfpga"}) {
    const BoardSpec b = test::with_fixed_memory(board(name), 40);
    const ModelSpec model = tiny_model(1, 512);
    const Workload work{0, 2, 1};
    const Result built_in = run_model(b, model, work, {{}, Stepping::every_step});
    const Result own = run_replaced<AnyMemory>(
        b, model, work, {}, built_in, [&](const std::string& module, const MemoryResult&) {
          return std::make_unique<AnyMemory>(module.c_str(), latency_of(b, 40));
        });
    ASSERT_EQ(own.kernels.size(), built_in.kernels.size());
    for (std::size_t k = 0; k < own.kernels.size(); ++k) {
      EXPECT_EQ(own.kernels[k].activity.cycles, built_in.kernels[k].activity.cycles) << name;
      EXPECT_EQ(own.kernels[k].shares, built_in.kernels[k].shares) << name;
    }
    for (std::size_t m = 0; m < own.memories.size(); ++m) {
      EXPECT_EQ(own.memories[m].activity, built_in.memories[m].activity) << name;
    }
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
      EXPECT_EQ(memory.longest, std::min<std::uint64_t>(burst, 256U * 16)) << burst;
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
  tlm_utils::simple_target_socket<MemoryChannel>& socket = port;
};

class OwnMemoryBehindTheBridge : public testing::TestWithParam<const char*> {};

TEST_P(OwnMemoryBehindTheBridge, IsNearlyTheBuiltInOne) {
  const BoardSpec b = board(GetParam());
  const ModelSpec model = tiny_model(1, 512);
  const Workload work{0, 1, 1};
  const Result built_in = run_model(b, model, work, {{}, Stepping::every_step});
  for (const std::uint32_t burst : {64U, 256U, 4096U}) {
    const Result own = run_replaced<OurMemory>(
        b, model, work, {burst, 0}, built_in, [&](const std::string& name, const MemoryResult& m) {
          for (const MemoryGroup& g : b.memories) {
            if (g.name == m.group) {
              return std::make_unique<OurMemory>(name.c_str(), g.memory, b.cores[0].core.clock);
            }
          }
          return std::unique_ptr<OurMemory>();
        });
    const double difference = own.elapsed / built_in.elapsed - 1;
    fmt::print("{}: bursts of {} B: {:+.4f} %\n", GetParam(), burst, 100 * difference);
    if (burst == 64) EXPECT_LT(std::abs(difference), 0.01);
  }
}

INSTANTIATE_TEST_SUITE_P(Shipped, OwnMemoryBehindTheBridge,
                         testing::Values("d5005_mmfree", "u250_mmfree_24", "u250_mmfree_48",
                                         "k26_mmfree", "k26_mac", "kv260_bitnet_2bit",
                                         "u250_general", "k26_bitnet_4_engines"));

}  // namespace
}  // namespace tritsim
