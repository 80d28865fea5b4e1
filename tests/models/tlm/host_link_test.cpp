// SPDX-License-Identifier: Apache-2.0
#include "models/tlm/host_link.hpp"

#include <gtest/gtest.h>

#include "tests/models/support/driver.hpp"
#include "tests/models/support/specs.hpp"

namespace tritsim::test {
namespace {

using Kind = LinkAccess::Kind;

tlm::tlm_response_status access(Initiator& host, Kind kind, std::uint64_t bytes, bool write,
                                std::uint64_t address = 0, sc_core::sc_time delay = {}) {
  LinkAccess what;
  what.kind = kind;
  what.bytes = bytes;
  tlm::tlm_generic_payload payload;
  payload.set_extension(&what);
  payload.set_address(address);
  payload.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  host.socket->b_transport(payload, delay);
  payload.clear_extension(&what);
  return payload.get_response_status();
}

struct Use {
  const char* name;
  Kind kind;
  std::uint64_t bytes;
  bool write;
  double us;

  friend void PrintTo(const Use& u, std::ostream* out) { *out << u.name; }
};

class LinkUse : public testing::TestWithParam<Use> {};

TEST_P(LinkUse, TakesItsTimeAndIsCounted) {
  const Use& use = GetParam();
  SimulationContext simulation;
  HostLink link("link", test_link());
  Sink card("card");
  link.registers.bind(card.socket);
  Initiator host("host", [&](Initiator& self) {
    EXPECT_EQ(access(self, use.kind, use.bytes, use.write), tlm::TLM_OK_RESPONSE);
    EXPECT_NEAR(now().si() * 1e6, use.us, 1e-9);
    // A delay comes first.
    EXPECT_EQ(access(self, use.kind, use.bytes, use.write, 0, {5, sc_core::SC_US}),
              tlm::TLM_OK_RESPONSE);
    EXPECT_NEAR(now().si() * 1e6, 5 + 2 * use.us, 1e-9);
  });
  host.socket.bind(link.host);
  simulation.run();
  const LinkActivity& a = link.activity();
  const bool dma = use.kind == Kind::dma;
  EXPECT_EQ(a.transfers, dma ? 2U : 0U);
  EXPECT_EQ(a.bytes_to_card, dma && use.write ? 2 * use.bytes : 0);
  EXPECT_EQ(a.bytes_to_host, dma && !use.write ? 2 * use.bytes : 0);
  EXPECT_EQ(a.register_writes, !dma && use.write ? 2U : 0U);
  EXPECT_EQ(a.register_reads, !dma && !use.write ? 2U : 0U);
  EXPECT_NEAR(a.busy.si() * 1e6, 2 * use.us, 1e-9);
  EXPECT_EQ(card.seen.size(), dma ? 0U : 2U);
}

INSTANTIATE_TEST_SUITE_P(HostLink, LinkUse,
                         testing::Values(Use{"dma_to_card", Kind::dma, 10'000, true, 3},
                                         Use{"dma_to_host", Kind::dma, 10'000, false, 4},
                                         Use{"dma_of_nothing", Kind::dma, 0, true, 2},
                                         Use{"write", Kind::register_access, 4, true, 0.3},
                                         Use{"read", Kind::register_access, 4, false, 1}),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(HostLink, RegistersAreSelectedByAddress) {
  SimulationContext simulation;
  HostLink link("link", test_link());
  Sink first("first");
  Sink second("second");
  link.registers.bind(first.socket);
  link.registers.bind(second.socket);
  Initiator host("host", [&](Initiator& self) {
    EXPECT_EQ(access(self, Kind::register_access, 4, true, 1), tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(access(self, Kind::register_access, 4, true, 2), tlm::TLM_ADDRESS_ERROR_RESPONSE);
    EXPECT_EQ(access(self, Kind::register_access, 4, true, ~std::uint64_t{0}),
              tlm::TLM_ADDRESS_ERROR_RESPONSE);
  });
  host.socket.bind(link.host);
  simulation.run();
  EXPECT_TRUE(first.seen.empty());
  ASSERT_EQ(second.seen.size(), 1U);
  EXPECT_NEAR(second.seen[0].at.si(), 0.3e-6, 1e-15);  // it arrives at the end of the write
}

TEST(HostLink, OneTransactionAtATime) {
  SimulationContext simulation;
  HostLink link("link", test_link());
  Sink card("card");
  link.registers.bind(card.socket);
  std::vector<double> ends;
  Initiator host("host", [&](Initiator& self) {
    access(self, Kind::dma, 10'000, true);
    ends.push_back(now().si() * 1e6);
  });
  host.socket.bind(link.host);
  Driver other("other", [&] {
    sc_core::wait(1, sc_core::SC_US);
    access(host, Kind::dma, 10'000, false);
    ends.push_back(now().si() * 1e6);
  });
  simulation.run();
  ASSERT_EQ(ends.size(), 2U);
  EXPECT_NEAR(ends[0], 3, 1e-9);
  EXPECT_NEAR(ends[1], 3 + 4, 1e-9);
}

TEST(HostLink, RefusesWhatItDoesNotUnderstandAndPassesRefusalsOn) {
  SimulationContext simulation;
  HostLink link("link", test_link());
  Sink card("card");
  card.refuses = true;
  link.registers.bind(card.socket);
  Initiator host("host", [&](Initiator& self) {
    tlm::tlm_generic_payload payload;
    sc_core::sc_time delay;
    self.socket->b_transport(payload, delay);
    EXPECT_EQ(payload.get_response_status(), tlm::TLM_GENERIC_ERROR_RESPONSE);
    EXPECT_EQ(access(self, Kind::register_access, 4, true), tlm::TLM_COMMAND_ERROR_RESPONSE);
  });
  host.socket.bind(link.host);
  simulation.run();
}

TEST(HostLink, PollsAndInterruptsOfTheHostAreCounted) {
  SimulationContext simulation;
  HostLink link("link", test_link());
  link.count_polls(7);
  link.count_interrupt();
  EXPECT_EQ(link.activity().register_reads, 7U);
  EXPECT_EQ(link.activity().interrupts, 1U);
  EXPECT_NEAR(link.activity().busy.si(), 7e-6, 1e-15);
}

}  // namespace
}  // namespace tritsim::test
