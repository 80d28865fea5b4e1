// SPDX-License-Identifier: Apache-2.0
// Models spread over the kernels of a card, and over cards.
#include <gtest/gtest.h>

#include "arch/workload/partition.hpp"
#include "models/host/exchange_law.hpp"
#include "sim/result/energy.hpp"
#include "sim/run/run.hpp"
#include "tests/sim/fault.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

using test::board;
using test::tiny_model;

/// A U250 whose four kernels of two lanes have an exchange without latency or limit.
BoardSpec ideal(std::uint32_t tensor, std::uint32_t pipeline = 1) {
  BoardSpec b = board("u250_mmfree_24_tensor");
  for (CoreGroup& g : b.cores) g.lanes = 2;
  b.exchange->width = Bytes{1e6};
  b.exchange->latency = 0;
  b.mapping.parallel = ParallelSpec{tensor, pipeline, Gather::ring};
  return b;
}

BoardSpec alone() {
  BoardSpec b = ideal(1);
  b.mapping.parallel.reset();
  return b;
}

Result run(const BoardSpec& b, const Workload& w = {0, 3, 2}, std::uint32_t layers = 2,
           std::uint32_t hidden = 4096) {
  ModelSpec m = tiny_model(layers, hidden);
  m.set("intermediate", 3 * hidden);  // its quarter fills whole tiles where hidden is 4096
  return run_model(b, m, w);
}

std::uint64_t weight_bytes(const Result& r) {
  std::uint64_t sum = 0;
  for (const KernelResult& k : r.kernels) sum += k.activity.weight_bytes * k.replicas;
  return sum;
}

double energy_of(const Result& r, const std::string& component) {
  return price(r).component(component).value.si();
}

std::string problems_of(const BoardSpec& b, const ModelSpec& m, const Workload& w = {0, 2, 1}) {
  return test::fault(b, m, w);
}

TEST(Parallel, OneKernelAModelIsNoDifference) {
  const Result none = run(alone());
  const Result one = run(ideal(1));
  EXPECT_EQ(one.elapsed, none.elapsed);
  EXPECT_EQ(one.first_token, none.first_token);
  EXPECT_EQ(one.kernels, none.kernels);
  EXPECT_EQ(one.memories, none.memories);
  EXPECT_EQ(one.parallel, none.parallel);
  EXPECT_EQ(price(one).total().value, price(none).total().value);
}

TEST(Tensor, AnIdealExchangeDividesTheTimeOfProducts) {
  const Result whole = run(alone());
  for (const std::uint32_t n : {2U, 4U}) {
    const Result r = run(ideal(n));
    ASSERT_EQ(r.kernels.size(), 1U);
    EXPECT_EQ(r.kernels[0].replicas, n);
    const auto products = [](const Result& x) {
      return static_cast<double>(x.kernels[0].shares[CycleCause::matrix] +
                                 x.kernels[0].shares[CycleCause::weights]);
    };
    EXPECT_NEAR(products(r) * n / products(whole), 1, 0.01) << n;
    EXPECT_EQ(r.kernels[0].activity.ternaries * n, whole.kernels[0].activity.ternaries);
    EXPECT_LT(r.elapsed, whole.elapsed);
  }
}

TEST(Tensor, ShardsTogetherReadTheWeightsOnce) {
  const Result whole = run(alone());
  for (const std::uint32_t n : {2U, 4U}) {
    const Result r = run(ideal(n));
    EXPECT_EQ(weight_bytes(r), weight_bytes(whole)) << n;
    EXPECT_NEAR(energy_of(r, "ternary adders"), energy_of(whole, "ternary adders"), 1e-12) << n;
    // Norms are made by each of them.
    EXPECT_GT(r.kernels[0].activity.vector_elements * n, whole.kernels[0].activity.vector_elements);
  }
}

TEST(Tensor, AWiderExchangeIsNeverSlower) {
  for (const Gather how : {Gather::ring, Gather::direct}) {
    Time before{1e9};
    for (const double width : {1.0, 4.0, 16.0, 64.0, 1024.0}) {
      BoardSpec b = ideal(4);
      b.mapping.parallel->gather = how;
      b.exchange->width = Bytes{width};
      b.exchange->latency = 20;
      const Time now = run(b).elapsed;
      EXPECT_LE(now, before) << width;
      before = now;
    }
  }
}

TEST(Tensor, TheTimeOfAGatherIsTheLaws) {
  BoardSpec b = ideal(4);
  b.exchange->width = Bytes{4};
  b.exchange->latency = 1000;
  const Result slow = run(b);
  const ExchangeActivity& a = *slow.kernels[0].activity.exchange;
  const UnitActivity& exchange = slow.kernels[0].activity.units[CoreUnit::exchange];
  // 5 vectors a block, 4096 elements but for the GLU's 12288, of 16 bit, in each of 3 steps; the
  // first block's input is whole, the last block's result goes to the final norm.
  EXPECT_EQ(a.gathers, 3U * 2 * 5);
  EXPECT_EQ(a.bytes_sent, 3U * 2 * (4 * 4096 + 12288) * 2 / 4 * 3);
  const Hop hop(*b.exchange, b.cores[0].core.clock);
  const std::uint64_t lanes = slow.kernels[0].lanes;
  const Time law = (gather_time(hop, Gather::ring, 4, 2048 * lanes) * 4.0 +
                    gather_time(hop, Gather::ring, 4, 6144 * lanes)) *
                   6.0;
  EXPECT_NEAR(a.waited / law, 1, 1e-9);
  EXPECT_EQ(slow.parallel->chip_bytes, a.bytes_sent * 4 * lanes);
  EXPECT_EQ(slow.parallel->link_bytes, 0U);
  EXPECT_NEAR(energy_of(slow, "exchange"), static_cast<double>(slow.parallel->chip_bytes) * 10e-12,
              1e-15);
  // The unit is busy with the port besides, 4 elements a cycle: the shard out, the whole vector in.
  // A gather ends at an edge of the clock.
  const double waited = a.waited * b.cores[0].core.clock;
  const double port = 6.0 * (4 * (1024 + 4096) + 3072 + 12288) / 4;
  EXPECT_GE(static_cast<double>(exchange.busy_cycles), waited + port - 1);
  EXPECT_LE(static_cast<double>(exchange.busy_cycles), waited + port + 30);
  EXPECT_LE(slow.kernels[0].shares[CycleCause::exchange], exchange.busy_cycles);
  EXPECT_GE(static_cast<double>(slow.kernels[0].shares[CycleCause::exchange]), waited - 1);
}

TEST(Tensor, KernelsOnOneChannelWaitForEachOther) {
  BoardSpec b = ideal(2);
  b.cores[0].channels = {0, 1};
  const Result own = run(b);
  ASSERT_EQ(own.kernels.size(), 1U);
  b.cores[0].channels = {0, 0};
  const Result shared = run(b);
  ASSERT_EQ(shared.kernels.size(), 2U);
  EXPECT_GT(shared.elapsed, own.elapsed);
  EXPECT_EQ(shared.kernels[0].activity.exchange->gathers,
            shared.kernels[1].activity.exchange->gathers);
  EXPECT_EQ(weight_bytes(shared), weight_bytes(own));
  EXPECT_EQ(shared.parallel->chip_bytes, own.parallel->chip_bytes);
  // They end together, but for what comes behind the last gather.
  const auto& ends = shared.kernels;
  const double apart =
      static_cast<double>(ends[0].step_ends.back()) - static_cast<double>(ends[1].step_ends.back());
  EXPECT_LT(std::abs(apart) / static_cast<double>(ends[0].step_ends.back()), 0.01);
}

TEST(Tensor, RunsWithTheHostInTheLoop) {
  BoardSpec b = ideal(2);
  b.mapping.lm_head = Target::host;
  const Result r = run(b);
  EXPECT_EQ(r.kernels.size(), 2U);
  EXPECT_EQ(r.kernels[0].activity.exchange->gathers, 3U * (2 * 5 + 0));
  EXPECT_GT(r.host.tasks, 0U);
}

TEST(Tensor, ABatchCountsATeamOnce) {
  EXPECT_EQ(ideal(2).lanes(), 4U);
  EXPECT_EQ(ideal(4).lanes(), 2U);
  EXPECT_EQ(ideal(2, 2).lanes(), 4U);  // two groups of two lanes in one pipeline
  EXPECT_EQ(ideal(1, 4).lanes(), 8U);
  const Result r = run(ideal(2), {0, 2, 0});
  EXPECT_EQ(r.kernels[0].replicas, 4U);
  EXPECT_EQ(r.parallel->pipelines, 2U);
}

TEST(Pipeline, OneSequenceTakesTheSumOfItsStages) {
  const Result whole = run(alone(), {0, 4, 2}, 4, 1024);
  const Result r = run(ideal(1, 4), {0, 4, 2}, 4, 1024);
  EXPECT_EQ(r.parallel->sequence_groups, 1U);
  ASSERT_EQ(r.parallel->stages.size(), 4U);
  EXPECT_NEAR(r.elapsed / whole.elapsed, 1, 0.03);
  EXPECT_EQ(weight_bytes(r), weight_bytes(whole));
  // Each of four equal stages idles three quarters of the time.
  for (const KernelResult& k : r.kernels) {
    EXPECT_NEAR(static_cast<double>(k.shares[CycleCause::pipeline]) /
                    static_cast<double>(k.activity.cycles),
                0.75, 0.02);
  }
}

TEST(Pipeline, AFullPipeRunsAtThePaceOfItsSlowestStage) {
  const Workload full{0, 40, 0};
  const Result whole = run(alone(), {0, 40, 2}, 4, 1024);
  const Result r = run(ideal(1, 4), full, 4, 1024);
  EXPECT_EQ(r.parallel->sequence_groups, 4U);
  EXPECT_EQ(r.workload.batch, 8U);
  Time slowest;
  for (const StageResult& s : r.parallel->stages) slowest = std::max(slowest, s.step);
  EXPECT_NEAR(r.elapsed / (slowest * (4.0 * 40 + 3)), 1, 0.01);
  EXPECT_GT(r.tokens_per_second() / whole.tokens_per_second(), 3.6);
  // Four groups read the weights four times.
  EXPECT_EQ(weight_bytes(r), weight_bytes(whole) * 4);
}

TEST(Pipeline, SharesOfAKernelSumToItsCycles) {
  const Result r = run(ideal(2, 2), {2, 5, 3}, 4, 1024);
  for (const KernelResult& k : r.kernels) {
    EXPECT_EQ(k.shares.sum(), k.activity.cycles);
  }
  EXPECT_LE(r.first_token, r.elapsed);
  EXPECT_GT(r.first_token, Time{});
}

TEST(Pipeline, ALinkThatIsFasterIsNeverSlower) {
  Time before{1e9};
  for (const double rate : {1e5, 1e7, 1e9, 1e12}) {
    BoardSpec b = board("u250_dense_4_cards");
    b.cards->link.pcie.reset();
    b.cards->link.to_card = b.cards->link.to_host = Bandwidth{rate};
    const Result r = run_model(b, test::model("transformer_370m"), {0, 2, 1});
    EXPECT_LE(r.elapsed, before) << rate;
    before = r.elapsed;
    EXPECT_EQ(r.parallel->chip_bytes, 0U);
    // 3 stages pass on 1024 elements of 16 bit, the last a token's number, in two steps.
    EXPECT_EQ(r.parallel->link_bytes, 2U * (3 * 2048 + 4));
  }
}

TEST(Pipeline, HostTasksStandAtItsEnds) {
  BoardSpec b = ideal(1, 4);
  b.mapping.embedding = Target::host;
  b.mapping.lm_head = Target::host;
  const Result r = run(b, {0, 4, 2}, 4, 1024);
  const Result without = run(ideal(1, 4), {0, 4, 2}, 4, 1024);
  EXPECT_EQ(r.host.tasks, 4U * 2);
  EXPECT_GT(r.host.working, Time{});
  // One group: the host adds its time to every step.
  EXPECT_GE(r.elapsed, without.elapsed + r.host.working);
}

TEST(Pipeline, CardsDrawTheirPowerEach) {
  BoardSpec b = board("u250_dense_4_cards");
  const Result r = run_model(b, test::model("transformer_370m"), {0, 2, 1});
  const double idle = energy_of(r, "card without work") + energy_of(r, "FPGA static");
  EXPECT_NEAR(idle / (r.elapsed.si() * 4 * b.power.idle.value.si()), 1, 0.2);
}

TEST(Parallel, AModelThatDoesNotFitOneCardRunsOnFour) {
  BoardSpec b = board("kv260_llama");
  const ModelSpec m = test::model("llama2_7b_int8");
  EXPECT_NE(problems_of(b, m).find("for weights, vectors, keys and values"), std::string::npos);
  b.cards = CardsSpec{4, load<LinkSpec>(test::config("links/pcie_gen3_x8.yaml"))};
  b.mapping.parallel = ParallelSpec{1, 4, Gather::ring};
  const Result stages = run_model(b, m, {0, 2, 1});
  EXPECT_EQ(stages.kernels.size(), 4U);
  for (const StageResult& s : stages.parallel->stages)
    EXPECT_LT(s.memory_bytes, std::uint64_t{4} << 30);
  b.mapping.parallel = ParallelSpec{4, 1, Gather::ring};
  b.mapping.embedding = Target::excluded;
  const Result shards = run_model(b, m, {0, 2, 1});
  EXPECT_LT(shards.elapsed, stages.elapsed);
}

TEST(Parallel, StagesThatShareAChannelAreRefused) {
  BoardSpec b = ideal(1, 2);
  b.cores[0].channels = {0, 0};
  EXPECT_NE(
      problems_of(b, tiny_model(2))
          .find("all_1: shares channel 0 of memory 'ddr' with 'all_0', another stage; give every "
                "stage"),
      std::string::npos);
}

TEST(Parallel, AHostInTheMiddleOfAPipeIsRefused) {
  BoardSpec b = ideal(1, 2);
  b.mapping.places["silu"] = Target::host;
  EXPECT_NE(problems_of(b, tiny_model(2))
                .find("a pipeline has turns before its first and after its last op only"),
            std::string::npos);
}

TEST(Parallel, AGatherNeedsATeam) {
  const MappingSpec m;
  Problems problems;
  const Trace t = shard(expand(tiny_model(1)), m, 2, problems);
  BoardSpec b = alone();
  try {
    static_cast<void>(run_trace(b, tiny_model(1), t, {0, 1, 1}));
    FAIL();
  } catch (const ConfigError& e) {
    EXPECT_NE(std::string(e.what()).find("brings shards together"), std::string::npos);
  }
}

TEST(Parallel, ProblemsOfHostAndCoreComeTogether) {
  BoardSpec b = alone();
  b.mapping.places["recurrence"] = Target::host;
  b.host.tasks.erase("recurrence");
  b.cores[0].core.instructions.erase("sig");
  b.cores[0].core.instructions.erase("silu");
  const std::string text = problems_of(b, tiny_model(1));
  EXPECT_NE(text.find("has no cost for 'recurrence'"), std::string::npos) << text;
  EXPECT_NE(text.find("needs the instruction 'sig'"), std::string::npos) << text;
}

TEST(Parallel, VectorsInAMemoryOfTheirOwnMustFitIt) {
  BoardSpec b = alone();
  MemoryGroup small = b.memories[0];
  small.name = "small";
  small.memory.name = "small memory";
  small.memory.capacity = Bytes{8192};
  b.memories.push_back(small);
  b.mapping.vectors_in = "small";
  const std::string text = problems_of(b, tiny_model(1));
  EXPECT_NE(text.find("for vectors, memory 'small memory' holds 8 KiB"), std::string::npos) << text;
}

}  // namespace
}  // namespace tritsim
