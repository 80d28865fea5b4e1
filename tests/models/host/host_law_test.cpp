// SPDX-License-Identifier: Apache-2.0
#include "models/host/host_law.hpp"

#include <gtest/gtest.h>

#include "tests/models/support/specs.hpp"

namespace tritsim::test {
namespace {

TEST(HostLaw, DescriptorsCutADma) {
  LinkSpec link = test_link();  // 2 us of set-up, 10 GB/s to the card
  link.descriptors = DmaDescriptors{Bytes{4000}, exactly(0.1_us), true};
  // Data of 0.4 us hide the next descriptor of 0.1 us.
  EXPECT_NEAR(dma_time(link, 40'000, true).si(), 2e-6 + 0.1e-6 + 4e-6, 1e-15);
  EXPECT_NEAR(dma_time(link, 4'001, true).si(), 2e-6 + 0.1e-6 + 0.4001e-6, 1e-15);
  // Slow descriptors bound the rate.
  link.descriptors->time = exactly(1.0_us);
  EXPECT_NEAR(dma_time(link, 40'000, true).si(), 2e-6 + 1e-6 + 9e-6 + 0.4e-6, 1e-15);
  // One after the other.
  link.descriptors->prefetch = false;
  EXPECT_NEAR(dma_time(link, 40'000, true).si(), 2e-6 + 10e-6 + 4e-6, 1e-15);
  EXPECT_NEAR(dma_time(link, 0, true).si(), 2e-6, 1e-15);
}

TEST(HostLaw, DmaIsSetUpAndPayload) {
  const LinkSpec link = test_link();
  EXPECT_NEAR(dma_time(link, 0, true).si(), 2e-6, 1e-18);
  EXPECT_NEAR(dma_time(link, 10'000, true).si(), 2e-6 + 1e-6, 1e-15);   // 10 GB/s
  EXPECT_NEAR(dma_time(link, 10'000, false).si(), 2e-6 + 2e-6, 1e-15);  // 5 GB/s
}

struct Task {
  std::uint64_t work;
  double moved;
  double expected;  ///< us
};

class TaskTime : public testing::TestWithParam<Task> {};

TEST_P(TaskTime, IsTheCallAndTheSlowerOfWorkAndBytes) {
  // Four cores, 20 GB/s; 3 us a call, 1 ns an element.
  const HostSpec host = test_host(Completion::poll);
  const HostTaskSpec task{exactly(3.0_us), exactly(1.0_ns)};
  EXPECT_NEAR(task_time(host, task, GetParam().work, Bytes{GetParam().moved}).si() * 1e6,
              GetParam().expected, 1e-9);
}

INSTANTIATE_TEST_SUITE_P(HostLaw, TaskTime,
                         testing::Values(Task{0, 0, 3}, Task{4000, 0, 4}, Task{4000, 20'000, 4},
                                         Task{4000, 40'000, 5}, Task{0, 20'000, 4}));

TEST(HostLaw, AWideTaskTakesItsShareOfTheTime) {
  const HostSpec host = test_host(Completion::poll);  // four cores
  HostTaskSpec task{exactly(3.0_us), exactly(1.0_ns)};
  const auto us = [&](std::uint64_t work) {
    return (task_time(host, task, work, Bytes{}).si()) * 1e6;
  };
  task.cores = 1;
  EXPECT_NEAR(us(4000), 3 + 4, 1e-9);
  task.width = 8;
  EXPECT_NEAR(us(4000), 3 + 0.5, 1e-9);
  EXPECT_NEAR(us(0), 3, 1e-9);
  task.cores = 9;  // more than there are
  EXPECT_NEAR(us(4000), 3 + 0.125, 1e-9);
}

struct Poll {
  double done;  ///< round trips
  std::uint64_t polls;
};

class Polls : public testing::TestWithParam<Poll> {};

TEST_P(Polls, EndWithTheFirstThatSamplesAfterTheEnd) {
  // Poll n (from 1) samples at n - 1/2 round trips.
  EXPECT_EQ(polls_until(1.0_us * GetParam().done, 1.0_us), GetParam().polls);
  EXPECT_EQ(polls_until(Time{0.37e-6} * GetParam().done, Time{0.37e-6}), GetParam().polls);
}

INSTANTIATE_TEST_SUITE_P(HostLaw, Polls,
                         testing::Values(Poll{0, 1}, Poll{0.4999, 1}, Poll{0.5, 1}, Poll{0.5001, 2},
                                         Poll{1, 2}, Poll{1.5, 2}, Poll{1.5001, 3}, Poll{99.5, 100},
                                         Poll{99.51, 101}, Poll{1e6 + 0.5, 1'000'001}));

TEST(HostLaw, PollingThatTakesNoTimeSeesTheEndAtOnce) {
  EXPECT_EQ(polls_until(1.0_us, Time{}), 1U);
  EXPECT_EQ(polls_until(Time{}, Time{}), 1U);
}

}  // namespace
}  // namespace tritsim::test
