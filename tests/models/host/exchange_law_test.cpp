// SPDX-License-Identifier: Apache-2.0
#include "models/host/exchange_law.hpp"

#include <gtest/gtest.h>

#include "models/host/host_law.hpp"

namespace tritsim {
namespace {

ExchangeSpec exchange(double width, std::uint32_t latency) {
  ExchangeSpec e;
  e.width = Bytes{width};
  e.latency = latency;
  return e;
}

LinkSpec link() {
  LinkSpec l;
  l.to_card = Bandwidth{1e9};
  l.to_host = Bandwidth{4e9};
  l.dma_setup = {Time{1e-6}, Time{1e-6}, Time{1e-6}, "test", Confidence::assumed};
  return l;
}

constexpr Frequency clock{100e6};

TEST(HopLaw, OnACardIsLatencyAndBytesByWidth) {
  const Hop hop(exchange(8, 5), clock);
  EXPECT_NEAR(hop.time(80).si(), 150e-9, 1e-18);  // 5 + 10 cycles of 10 ns
  EXPECT_EQ(hop.time(0), Time{});
}

TEST(HopLaw, BetweenCardsIsADmaThatTheSenderWrites) {
  const Hop hop(link());
  EXPECT_EQ(hop.time(4000), dma_time(link(), 4000, false));
  EXPECT_NEAR(hop.time(4000).si(), 2e-6, 1e-15);
  EXPECT_EQ(hop.time(0), Time{});
}

TEST(GatherLaw, OneKernelHasEverything) {
  for (const Gather how : {Gather::ring, Gather::direct}) {
    EXPECT_EQ(gather_time(Hop(exchange(8, 5), clock), how, 1, 1000), Time{});
  }
}

TEST(GatherLaw, TwoKernelsExchangeOneShardEitherWay) {
  const Hop hop(exchange(8, 5), clock);
  for (const Gather how : {Gather::ring, Gather::direct}) {
    EXPECT_EQ(gather_time(hop, how, 2, 800), hop.time(800));
  }
}

TEST(GatherLaw, ARingPaysTheLatencyEachTimeAndDirectOnce) {
  const Hop hop(exchange(8, 5), clock);
  EXPECT_NEAR(gather_time(hop, Gather::ring, 4, 80).si(), 3 * 15 * 10e-9, 1e-18);
  EXPECT_NEAR(gather_time(hop, Gather::direct, 4, 80).si(), (5 + 30) * 10e-9, 1e-18);
}

TEST(GatherLaw, WithoutLatencyBothWaysTakeTheSameAndAWiderOneHalf) {
  for (const std::uint32_t n : {2U, 3U, 8U}) {
    const Time narrow = gather_time(Hop(exchange(8, 0), clock), Gather::ring, n, 4096);
    const Time direct = gather_time(Hop(exchange(8, 0), clock), Gather::direct, n, 4096);
    const Time wide = gather_time(Hop(exchange(16, 0), clock), Gather::ring, n, 4096);
    EXPECT_NEAR(narrow.si(), direct.si(), 1e-15);
    EXPECT_NEAR(wide.si(), narrow.si() / 2, 1e-15);
  }
}

TEST(GatherTraffic, EveryShardReachesAllOthersOnce) {
  const std::vector<std::uint32_t> cards{0, 0, 1, 1};
  for (const Gather how : {Gather::ring, Gather::direct}) {
    const GatherTraffic t = gather_traffic(how, cards, 10);
    EXPECT_EQ(t.chip + t.link, 4U * 3 * 10);
  }
  // Of the ring's four hops two cross; directly, each kernel has two of three others elsewhere.
  EXPECT_EQ(gather_traffic(Gather::ring, cards, 10).link, 2U * 3 * 10);
  EXPECT_EQ(gather_traffic(Gather::direct, cards, 10).link, 4U * 2 * 10);
  EXPECT_EQ(gather_traffic(Gather::ring, {0, 0}, 10).link, 0U);
  EXPECT_EQ(gather_traffic(Gather::ring, {0}, 10).chip, 0U);
}

}  // namespace
}  // namespace tritsim
