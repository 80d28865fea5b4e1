// SPDX-License-Identifier: Apache-2.0
// Our memory as a target of anybody, and the protocol on every socket.
#include <array>
#include <memory>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

#include "models/tlm/core.hpp"
#include "models/tlm/host.hpp"
#include "models/tlm/interconnect.hpp"
#include "models/tlm/memory.hpp"
#include "models/tlm/memory_bridge.hpp"
#include "tests/models/support/driver.hpp"
#include "tests/models/support/specs.hpp"
#include "tests/support/sc_protocol_checker.hpp"

namespace tritsim::test {
namespace {

constexpr std::uint64_t mebibyte = 1U << 20;

/// A plain access of some bytes.
struct Access : tlm::tlm_generic_payload {
  Access(tlm::tlm_command command, std::uint64_t address, std::vector<unsigned char>& data) {
    set_command(command);
    set_address(address);
    set_data_ptr(data.data());
    set_data_length(static_cast<unsigned int>(data.size()));
    set_streaming_width(static_cast<unsigned int>(data.size()));
  }
};

/// Runs `body` as a process in front of a memory of 1 MiB, behind a protocol checker.
MemoryActivity run(const MemoryLaw& law, const std::function<void(Initiator&)>& body) {
  SimulationContext simulation;
  Memory memory("memory", law, mebibyte);
  ProtocolChecker checker("checker", Protocol::plain);
  Initiator initiator("initiator", body);
  initiator.socket.bind(checker.target);
  checker.initiator.bind(memory.port);
  simulation.run();
  EXPECT_GT(checker.calls, 0U);
  return memory.settle(Time{1e-6});
}

/// The end of an access that is sent now.
Time end_of(Initiator& i, Access&& access) {
  sc_core::sc_time delay;
  i.socket->b_transport(access, delay);
  EXPECT_TRUE(access.is_response_ok());
  return now() + from_sc_time(delay);
}

DramSpec reordering() {
  DramSpec d = ddr4_2400();
  d.controller.scheduling = DramScheduling::fr_fcfs;
  return d;
}

TEST(PlainMemory, KeepsWhatIsWritten) {
  run(DramLaw(ddr4_2400()), [](Initiator& i) {
    std::mt19937 random(1);
    std::vector<unsigned char> shadow(mebibyte);
    for (int n = 0; n < 500; ++n) {
      std::vector<unsigned char> data(1 + random() % 9000);
      const std::uint64_t address = random() % (mebibyte - data.size() + 1);
      const auto begin = shadow.begin() + static_cast<std::ptrdiff_t>(address);
      const bool debug = random() % 2 == 0;
      const bool write = random() % 2 == 0;
      for (unsigned char& byte : data) byte = static_cast<unsigned char>(random());
      if (write) std::copy(data.begin(), data.end(), begin);
      Access access(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND, address, data);
      if (debug) {
        EXPECT_EQ(i.socket->transport_dbg(access), data.size());
      } else {
        end_of(i, std::move(access));
      }
      EXPECT_TRUE(std::equal(data.begin(), data.end(), begin));
    }
  });
}

TEST(PlainMemory, TakesItsLawsTime) {
  const MemoryActivity a = run(DramLaw(ddr4_2400()), [](Initiator& i) {
    DramLaw law(ddr4_2400());
    std::vector<unsigned char> data(64);
    std::mt19937 random(2);
    for (int n = 0; n < 200; ++n) {
      const std::uint64_t address = random() % (mebibyte / 64) * 64;
      const bool write = n % 3 == 0;
      const Time expected = law.serve(now(), address, 64, write).last;
      const Time end =
          end_of(i, {write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND, address, data});
      EXPECT_NEAR(end.si(), expected.si(), 0.6e-12);
      if (n % 2 == 0) wait_until(end);
    }
  });
  EXPECT_EQ(a.reads + a.writes, 200U);
  EXPECT_EQ(a.bytes_written, 67U * 64);
}

TEST(PlainMemory, DebugLeavesNoTrace) {
  const MemoryActivity a = run(DramLaw(ddr4_2400()), [](Initiator& i) {
    std::vector<unsigned char> data(64);
    Access access(tlm::TLM_READ_COMMAND, 0, data);
    EXPECT_EQ(i.socket->transport_dbg(access), 64U);
    end_of(i, {tlm::TLM_READ_COMMAND, 0, data});
  });
  EXPECT_EQ(a.reads, 1U);
}

// A caller that is ahead of the others waits: an access of earlier time goes first.
TEST(PlainMemory, TakesCallersInTheOrderOfTime) {
  run(FixedLatencyLaw({10}, Frequency{1e9}), [](Initiator& i) {
    std::vector<unsigned char> data(64);
    Access access(tlm::TLM_READ_COMMAND, 0, data);
    sc_core::sc_time delay(5, sc_core::SC_NS);
    i.socket->b_transport(access, delay);
    EXPECT_EQ(sc_core::sc_time_stamp(), sc_core::sc_time(5, sc_core::SC_NS));
    EXPECT_EQ(delay, sc_core::sc_time(10, sc_core::SC_NS));
  });
}

// Two processes: one waits in row 0, the other opens it again and again; hits may overtake.
TEST(PlainMemory, BlocksWhereTheControllerReorders) {
  std::array<Time, 2> ends;
  SimulationContext simulation;
  Memory memory("memory", DramLaw(reordering()), mebibyte);
  Initiator shared("shared", [](Initiator&) {});
  shared.socket.bind(memory.port);
  std::vector<std::unique_ptr<Driver>> drivers;
  for (std::size_t n = 0; n < 2; ++n) {
    drivers.push_back(std::make_unique<Driver>(("p" + std::to_string(n)).c_str(), [&, n] {
      std::vector<unsigned char> data(64);
      for (std::uint64_t k = 0; k < 50; ++k) {
        const std::uint64_t address = n == 0 ? k * 64 : mebibyte / 2 + k * 8192;
        ends[n] = end_of(shared, {tlm::TLM_READ_COMMAND, address, data});
        EXPECT_NEAR(ends[n].si(), now().si(), 1e-12);  // it has waited, no delay is left
      }
    }));
  }
  simulation.run();
  EXPECT_EQ(memory.settle(now()).reads, 100U);
  EXPECT_LT(ends[0].si(), ends[1].si());  // hits are faster
}

struct Refusal {
  const char* what;
  std::function<void(tlm::tlm_generic_payload&)> spoil;
  tlm::tlm_response_status status;
};

TEST(PlainMemory, RefusesWhatItCannotDo) {
  static unsigned char enable = 0xff;
  const std::vector<Refusal> refusals{
      {"byte enables", [](auto& p) { p.set_byte_enable_ptr(&enable); },
       tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE},
      {"streaming", [](auto& p) { p.set_streaming_width(4); }, tlm::TLM_BURST_ERROR_RESPONSE},
      {"nothing", [](auto& p) { p.set_data_length(0); }, tlm::TLM_BURST_ERROR_RESPONSE},
      {"no data", [](auto& p) { p.set_data_ptr(nullptr); }, tlm::TLM_GENERIC_ERROR_RESPONSE},
      {"the last byte", [](auto& p) { p.set_address(mebibyte - 63); },
       tlm::TLM_ADDRESS_ERROR_RESPONSE},
      {"far beyond", [](auto& p) { p.set_address(~std::uint64_t{0}); },
       tlm::TLM_ADDRESS_ERROR_RESPONSE},
      {"ignored", [](auto& p) { p.set_command(tlm::TLM_IGNORE_COMMAND); }, tlm::TLM_OK_RESPONSE}};
  SimulationContext simulation;
  Memory memory("memory", FixedLatencyLaw({10}, Frequency{1e9}), mebibyte);
  Initiator initiator("initiator", [&](Initiator& i) {
    std::vector<unsigned char> data(64);
    for (const Refusal& r : refusals) {
      Access access(tlm::TLM_READ_COMMAND, 0, data);
      r.spoil(access);
      sc_core::sc_time delay;
      i.socket->b_transport(access, delay);
      EXPECT_EQ(access.get_response_status(), r.status) << r.what;
      EXPECT_EQ(delay, sc_core::SC_ZERO_TIME) << r.what;
      EXPECT_EQ(i.socket->transport_dbg(access), 0U) << r.what;
      access.set_byte_enable_ptr(nullptr);
    }
  });
  initiator.socket.bind(memory.port);
  simulation.run();
  EXPECT_EQ(memory.activity().reads, 0U);
}

/// Host, link, a kernel, crossbar, a memory, and a checker on every socket between them.
void run_checked(MemoryChannel& memory) {
  const CoreSpec spec = shipped_core("ternip_1024.yaml");
  HostLink link("link", test_link());
  Interconnect crossbar("crossbar");
  Core core("core", spec, CorePlacement{});
  std::vector<std::unique_ptr<ProtocolChecker>> checkers;
  const auto between = [&](const char* name, auto& from, auto& to) {
    checkers.push_back(std::make_unique<ProtocolChecker>(name, Protocol::coarse));
    from.bind(checkers.back()->target);
    checkers.back()->initiator.bind(to);
  };
  between("vectors", core.vectors, crossbar.units);
  between("weights", core.weights, crossbar.units);
  between("channel", crossbar.channels, memory.port);
  between("control", link.registers, core.control);
  Program program;
  program.symbols = {{"matrix", Symbol::Kind::matrix, 0},
                     {"vector", Symbol::Kind::vector, 1U << 20}};
  program.instructions = {
      {Opcode::ldv, 0, Instruction::no_register, Instruction::no_register, 0, 1},
      Instruction{Opcode::go}};
  const HostSchedule schedule = HostSchedule::one_launch(1, 1);
  Host host("host", test_host(Completion::poll), link, {{&core, &program}}, schedule);
  between("host_link", host.link, link.host);
  sc_core::sc_start();
  for (const auto& checker : checkers) EXPECT_GT(checker->calls, 0U) << checker->name();
  EXPECT_GT(core.activity().cycles, 0U);
}

TEST(Protocol, IsKeptOnEverySocket) {
  SimulationContext simulation;
  Memory memory("memory", DramLaw(ddr4_2400()));
  run_checked(memory);
}

TEST(Protocol, IsKeptBehindTheBridge) {
  for (const DramSpec& spec : {ddr4_2400(), reordering()}) {
    SimulationContext simulation;
    MemoryBridgeOf<> bridge("bridge", Frequency{300e6}, {});
    Memory memory("memory", DramLaw(spec));
    ProtocolChecker checker("plain", Protocol::plain);
    bridge.memory.bind(checker.target);
    checker.initiator.bind(memory.port);
    run_checked(bridge);
    EXPECT_GT(checker.calls, 0U);
  }
}

}  // namespace
}  // namespace tritsim::test
