// SPDX-License-Identifier: Apache-2.0
#include "models/host/link_law.hpp"

#include <gtest/gtest.h>

namespace tritsim {
namespace {

PcieSpec link(PcieGeneration generation, std::uint32_t lanes) {
  PcieSpec p;
  p.generation = generation;
  p.lanes = lanes;
  p.max_payload = Bytes{256};
  // Link bytes per ACK at a payload of 256 B (pcie-bench/pcie-model).
  p.flow_control_interval = Bytes{lanes == 16 ? 168.0 : 203.0};
  p.read_request = Bytes{512};
  return p;
}

// Ceilings in GB/s, arithmetic on the packet sizes of pcie-bench/pcie-model@40703cf.
struct Case {
  PcieGeneration generation;
  std::uint32_t lanes;
  double raw, write, completion;
};

class PcieCeilings : public testing::TestWithParam<Case> {};

TEST_P(PcieCeilings, FollowFromPackets) {
  const Case& c = GetParam();
  const PcieSpec p = link(c.generation, c.lanes);
  EXPECT_NEAR(raw_rate(p).si() / 1e9, c.raw, 0.001 * c.raw);
  EXPECT_NEAR(write_ceiling(p).si() / 1e9, c.write, 0.002 * c.write);
  EXPECT_NEAR(completion_ceiling(p).si() / 1e9, c.completion, 0.002 * c.completion);
}

INSTANTIATE_TEST_SUITE_P(Published, PcieCeilings,
                         testing::Values(Case{PcieGeneration::gen3, 8, 7.88, 6.62, 6.71},
                                         Case{PcieGeneration::gen3, 16, 15.75, 12.99, 13.18},
                                         Case{PcieGeneration::gen4, 8, 15.75, 13.23, 13.42},
                                         Case{PcieGeneration::gen4, 16, 31.51, 25.99, 26.37}));

TEST(PcieLink, ReadsInFlightCoverTheLatency) {
  PcieSpec p = link(PcieGeneration::gen3, 16);
  p.outstanding_reads = 1;
  p.read_latency.value = Time{1e-6};
  EXPECT_DOUBLE_EQ(read_rate(p).si(), 512e6);
  p.outstanding_reads = 10;
  EXPECT_DOUBLE_EQ(read_rate(p).si(), 5.12e9);
  p.outstanding_reads = 1000;
  EXPECT_EQ(read_rate(p), completion_ceiling(p));
  p.read_latency.value = Time{};
  p.outstanding_reads = 1;
  EXPECT_EQ(read_rate(p), completion_ceiling(p));
}

TEST(PcieLink, LargerPayloadsAndMoreLanesAreNeverSlower) {
  Bandwidth before{};
  for (const double payload : {64.0, 128.0, 256.0, 512.0, 4096.0}) {
    PcieSpec p = link(PcieGeneration::gen3, 8);
    p.max_payload = Bytes{payload};
    EXPECT_GT(write_ceiling(p), before);
    EXPECT_LT(write_ceiling(p), raw_rate(p));
    before = write_ceiling(p);
  }
}

TEST(PayloadRate, OfAnotherLinkIsAsGiven) {
  LinkSpec l;
  l.to_card = Bandwidth{1e9};
  l.to_host = Bandwidth{2e9};
  EXPECT_EQ(payload_rate(l, true), Bandwidth{1e9});
  EXPECT_EQ(payload_rate(l, false), Bandwidth{2e9});
  l.pcie = link(PcieGeneration::gen4, 16);
  l.pcie->read_latency.value = Time{};
  EXPECT_EQ(payload_rate(l, true), completion_ceiling(*l.pcie));
  EXPECT_EQ(payload_rate(l, false), write_ceiling(*l.pcie));
}

}  // namespace
}  // namespace tritsim
