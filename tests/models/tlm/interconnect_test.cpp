// SPDX-License-Identifier: Apache-2.0
#include "models/tlm/interconnect.hpp"

#include <gtest/gtest.h>

#include "tests/models/support/driver.hpp"

namespace tritsim::test {
namespace {

struct Route {
  std::uint64_t address;
  int channel;  ///< -1: none
  std::uint64_t inside;
};

class Routing : public testing::TestWithParam<Route> {};

TEST_P(Routing, GoesByWindow) {
  const Route& route = GetParam();
  SimulationContext simulation;
  Interconnect crossbar("crossbar");
  Sink first("first");
  Sink second("second");
  crossbar.channels.bind(first.socket);
  crossbar.channels.bind(second.socket);
  Initiator i("i", [&](Initiator& self) {
    tlm::tlm_generic_payload payload;
    payload.set_address(route.address);
    payload.set_command(tlm::TLM_WRITE_COMMAND);
    sc_core::sc_time delay;
    self.socket->b_transport(payload, delay);
    EXPECT_EQ(payload.get_response_status(),
              route.channel < 0 ? tlm::TLM_ADDRESS_ERROR_RESPONSE : tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(payload.get_address(), route.address);  // the sender's is left as it was
  });
  i.socket.bind(crossbar.units);
  simulation.run();
  EXPECT_EQ(first.seen.size(), route.channel == 0 ? 1U : 0U);
  EXPECT_EQ(second.seen.size(), route.channel == 1 ? 1U : 0U);
  for (const Sink* sink : {&first, &second}) {
    for (const Sink::Seen& s : sink->seen) {
      EXPECT_EQ(s.address, route.inside);
      EXPECT_TRUE(s.write);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Interconnect, Routing,
                         testing::Values(Route{0, 0, 0}, Route{0x1234, 0, 0x1234},
                                         Route{channel_base(1) - 1, 0, channel_base(1) - 1},
                                         Route{channel_base(1), 1, 0},
                                         Route{channel_base(1) + 4096, 1, 4096},
                                         Route{channel_base(2), -1, 0},
                                         Route{~std::uint64_t{0}, -1, 0}));

}  // namespace
}  // namespace tritsim::test
