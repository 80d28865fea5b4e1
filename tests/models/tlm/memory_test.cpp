// SPDX-License-Identifier: Apache-2.0
#include "models/tlm/memory.hpp"

#include <memory>
#include <random>

#include <gtest/gtest.h>

#include "tests/models/support/driver.hpp"
#include "tests/models/support/specs.hpp"
#include "tests/models/support/stream_reference.hpp"

namespace tritsim::test {
namespace {

/// Sends one stream and returns when it is complete.
StreamResult send(Initiator& i, const StreamRequest& request, sc_core::sc_time delay = {}) {
  Transfer transfer;
  transfer.request = request;
  tlm::tlm_generic_payload payload;
  payload.set_extension(&transfer);
  payload.set_address(request.address);
  payload.set_command(request.write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  i.socket->b_transport(payload, delay);
  payload.clear_extension(&transfer);
  EXPECT_TRUE(payload.is_response_ok());
  EXPECT_EQ(delay, sc_core::SC_ZERO_TIME);
  return transfer.result;
}

StreamRequest stream(double start, std::uint64_t address, std::uint64_t bytes) {
  StreamRequest r;
  r.start = Time{start};
  r.address = address;
  r.bytes = bytes;
  r.request_bytes = 4096;
  r.outstanding = 2;
  r.turnaround = Time{1 / 300e6};
  r.beat = Time{1 / 300e6};
  r.beat_bytes = 64;
  r.fifo_bytes = 8192;
  r.unit_per_byte = Time{1 / 300e6 / 32};
  return r;
}

/// Several processes on one channel, each with a list of streams, one after the other.
std::vector<std::vector<StreamResult>> run(const std::vector<std::vector<StreamRequest>>& lists,
                                           MemoryActivity& activity, bool ahead = false) {
  SimulationContext simulation;
  Memory memory("memory", DramLaw(ddr4_2400()));
  std::vector<std::vector<StreamResult>> results(lists.size());
  std::vector<std::unique_ptr<Initiator>> processes;
  // A socket takes one initiator only: each process has its own, and they share this one.
  Initiator shared("shared", [](Initiator&) {});
  shared.socket.bind(memory.port);
  std::vector<std::unique_ptr<Driver>> drivers;
  for (std::size_t n = 0; n < lists.size(); ++n) {
    drivers.push_back(std::make_unique<Driver>(("p" + std::to_string(n)).c_str(), [&, n] {
      for (const StreamRequest& r : lists[n]) {
        if (!ahead) wait_until(r.start);
        results[n].push_back(send(shared, r));
        // Never before it is complete; after it only where another stream hurried it.
        EXPECT_GE(now().si(), results[n].back().finish.si() - 0.6e-12);
        EXPECT_LE(now().si(), results[n].back().finish.si() + 1e-6);
      }
    }));
  }
  simulation.run();
  activity = memory.settle(Time{1e-3});
  return results;
}

TEST(MemoryModule, OneStreamTakesItsLawsTime) {
  MemoryActivity activity;
  const StreamRequest r = stream(1e-6, 0, 262'144);
  const auto results = run({{r}}, activity);
  StreamReference reference{DramLaw(ddr4_2400())};
  EXPECT_NEAR(results[0][0].finish.si(), reference.run({r}, Time{1e-3})[0].finish.si(), 1e-18);
  EXPECT_EQ(activity.bytes_read, 262'144U);
  EXPECT_EQ(activity.refreshes, 128U);  // 1 ms
}

TEST(MemoryModule, TwoProcessesShareTheChannelAsTheLawSays) {
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    // Weights at a fixed rhythm, vectors now and then; gaps are long enough for each to end before
    // the next of its own list. Starts are whole picoseconds, as the kernel's.
    std::vector<std::vector<StreamRequest>> lists(2);
    for (int n = 0; n < 8; ++n)
      lists[0].push_back(stream(n * 80e-6, random() % 64 * 65536, 262'144));
    for (int n = 0; n < 20; ++n) {
      StreamRequest r = stream(n * 30e-6 + static_cast<double>(random() % 10'000'000) * 1e-12,
                               random() % 1024 * 4096, 2048 * (1 + random() % 14));
      r.request_bytes = 2048;
      r.outstanding = 14;
      r.fifo_bytes = 0;
      r.write = random() % 2 == 0;
      r.unit_per_byte = Time{1 / 300e6 / (8 * 14)};
      lists[1].push_back(r);
    }
    std::vector<std::pair<StreamRequest, std::pair<int, std::size_t>>> all;
    for (int l = 0; l < 2; ++l) {
      for (std::size_t n = 0; n < lists[l].size(); ++n) all.push_back({lists[l][n], {l, n}});
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const auto& a, const auto& b) { return a.first.start < b.first.start; });
    std::vector<StreamRequest> requests;
    for (const auto& a : all) requests.push_back(a.first);
    StreamReference reference{DramLaw(ddr4_2400())};
    const auto expected = reference.run(requests, Time{1e-3});

    for (const bool ahead : {false, true}) {
      MemoryActivity activity;
      const auto results = run(lists, activity, ahead);
      for (std::size_t n = 0; n < all.size(); ++n) {
        const auto [list, index] = all[n].second;
        ASSERT_NEAR(results[list][index].finish.si(), expected[n].finish.si(), 1e-15)
            << "list " << list << ", stream " << index << ", ahead " << ahead;
        ASSERT_NEAR(results[list][index].starved.si(), expected[n].starved.si(), 1e-15);
      }
      EXPECT_EQ(activity.bytes_read, reference.activity().bytes_read);
      EXPECT_EQ(activity.page_hits, reference.activity().page_hits);
      EXPECT_EQ(activity.activates, reference.activity().activates);
    }
  }
}

TEST(MemoryModule, DelayIsWaitedForFirst) {
  SimulationContext simulation;
  Memory memory("memory", FixedLatencyLaw({10}, Frequency{1e9}));
  Time finish;
  Initiator i("i", [&](Initiator& self) {
    StreamRequest r = stream(50e-9, 0, 64);
    r.turnaround = Time{};
    finish = send(self, r, sc_core::sc_time(50, sc_core::SC_NS)).finish;
    EXPECT_NEAR(now().si(), finish.si(), 0.6e-12);
  });
  i.socket.bind(memory.port);
  simulation.run();
  EXPECT_NEAR(finish.si(), 60e-9 + 2 / 300e6, 1e-15);  // 64 bytes take the unit two cycles
}

}  // namespace
}  // namespace tritsim::test
