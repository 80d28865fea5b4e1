// SPDX-License-Identifier: Apache-2.0
#include "models/tlm/exchange.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "models/tlm/simulation_context.hpp"

namespace tritsim {
namespace {

/// A kernel of a tensor-parallel group: has a shard ready so long after the gather before, and
/// notes its ends.
class Member : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(Member);

  Member(const sc_core::sc_module_name& name, Exchange& exchange, std::vector<double> work)
      : sc_module(name), exchange_(exchange), work_(std::move(work)) {
    SC_THREAD(run);
  }

  std::vector<double> ends;

 private:
  void run() {
    Time at;
    for (const double w : work_) {
      at = exchange_.gather(at + Time{w}, 100);
      ends.push_back(at.si() * 1e9);
    }
  }

  Exchange& exchange_;
  std::vector<double> work_;
};

Time ten_ns(std::uint64_t bytes) {
  return Time{static_cast<double>(bytes) * 0.1e-9};
}

TEST(Exchange, AGatherBeginsWithTheLastOfTheTeam) {
  SimulationContext simulation;
  Exchange exchange("exchange", ten_ns, 3);
  Member a("a", exchange, {5e-9, 1e-9});
  Member b("b", exchange, {20e-9, 2e-9});
  Member c("c", exchange, {7e-9, 30e-9});
  simulation.run();
  for (const Member* m : {&a, &b, &c}) {
    ASSERT_EQ(m->ends.size(), 2U);
    EXPECT_NEAR(m->ends[0], 30, 1e-6);  // b at 20, then 10
    EXPECT_NEAR(m->ends[1], 70, 1e-6);  // c at 30 + 30, then 10
  }
}

TEST(Exchange, OneThatStandsForAllWaitsForNobody) {
  SimulationContext simulation;
  Exchange exchange("exchange", ten_ns, 1);
  Member a("a", exchange, {5e-9, 1e-9});
  simulation.run();
  EXPECT_NEAR(a.ends.at(0), 15, 1e-6);
  EXPECT_NEAR(a.ends.at(1), 26, 1e-6);
}

}  // namespace
}  // namespace tritsim
