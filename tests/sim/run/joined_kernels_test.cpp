// SPDX-License-Identifier: Apache-2.0
// Kernels that share every product and whose shards the host joins: closed forms, limits, refusals.
#include <gtest/gtest.h>

#include "models/host/host_law.hpp"
#include "sim/result/energy.hpp"
#include "sim/run/run.hpp"
#include "sim/study/validate.hpp"
#include "tests/sim/fault.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

using test::board;

constexpr std::uint32_t layers = 2;
constexpr std::uint32_t hidden = 256;
constexpr std::uint32_t wide = 512;
constexpr std::uint32_t vocabulary = 1024;

/// A small model of BitNet's form: 4 heads of 64, 2 of keys and values.
ModelSpec tiny() {
  ModelSpec m = test::model("bitnet_2b_4t_int8_head");
  m.set("layers", layers);
  m.set("hidden", hidden);
  m.set("intermediate", wide);
  m.set("vocabulary", vocabulary);
  m.set("heads", 4);
  m.set("kv_heads", 2);
  return m;
}

constexpr std::uint64_t layer_weights =
    2 * hidden * hidden + 2 * hidden * 128 + 3 * std::uint64_t{hidden} * wide;
constexpr std::uint64_t all_weights = layers * layer_weights + std::uint64_t{hidden} * vocabulary;

/// The KV260's board with a memory that answers in a cycle, and kernels of `lanes` lanes.
BoardSpec kv260(std::uint32_t kernels = 4, std::uint32_t lanes = 1) {
  BoardSpec b = test::with_fixed_memory(board("kv260_bitnet_2bit"), 1);
  b.cores[0].lanes = lanes;
  b.cores[0].channels.resize(kernels);
  b.cores[0].ports.resize(kernels);
  b.mapping.parallel->tensor = kernels;
  if (kernels == 1) b.mapping.parallel.reset();
  b.mapping.products.at("lm_head").coarse->best = 16;
  return b;
}

Result token(const BoardSpec& b, std::uint32_t sequences = 1, std::uint32_t tokens = 1) {
  return run_model(b, tiny(), {0, tokens, sequences});
}

std::string fault(const BoardSpec& b) {
  return test::fault(b, tiny(), {0, 1, 1});
}

void expect_has(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << text;
}

std::uint64_t ternaries(const Result& r) {
  std::uint64_t sum = 0;
  for (const KernelResult& k : r.kernels) sum += k.activity.ternaries;
  return sum;
}

std::uint64_t weight_bytes(const Result& r) {
  std::uint64_t sum = 0;
  for (const KernelResult& k : r.kernels) sum += k.activity.weight_bytes;
  return sum;
}

double part(const Result& r, const std::string& name) {
  const auto it = r.host.parts.find(name);
  return it == r.host.parts.end() ? 0 : it->second.si();
}

TEST(JoinedKernels, ShareEveryProductAndReadEveryWeightOnce) {
  for (const std::uint32_t n : {1U, 2U, 4U}) {
    const Result r = token(kv260(n));
    ASSERT_EQ(r.kernels.size(), n);
    EXPECT_EQ(ternaries(r), all_weights);
    EXPECT_EQ(weight_bytes(r), all_weights / 4);
    for (const KernelResult& k : r.kernels) EXPECT_EQ(k.activity.ternaries, all_weights / n);
  }
}

// q, k and v; o; gate and up; down; and the head.
TEST(JoinedKernels, ALaunchIsAPhaseOfAllKernels) {
  const Result r = token(kv260());
  EXPECT_EQ(r.host.launches, 4U * layers + 1);
  EXPECT_EQ(r.link.register_writes, 4U * (4 * layers + 1));
  for (const char* first :
       {"attn.q_proj", "attn.o_proj", "mlp.gate_proj", "mlp.down_proj", "lm_head"}) {
    EXPECT_GT(part(r, std::string(first) + "/launch"), 0) << first;
  }
  EXPECT_EQ(part(r, "attn.k_proj/launch"), 0);
}

TEST(JoinedKernels, TheirPartsSumToTheStep) {
  const Result r = token(kv260(), 1, 3);
  double sum = 0;
  for (const auto& [name, time] : r.host.parts) sum += time.si();
  EXPECT_NEAR(sum, r.elapsed.si(), 1e-9);
}

// What the host does depends on the model, not on how many kernels made what it reads.
TEST(JoinedKernels, TheHostHasTheSameTasksForAnyNumber) {
  const Result one = token(kv260(1));
  const Result four = token(kv260(4));
  EXPECT_EQ(one.host.tasks, four.host.tasks);
  EXPECT_NEAR(one.host.working.si(), four.host.working.si(), 1e-12);
}

TEST(JoinedKernels, TakeTheirShareOfTheCycles) {
  const auto busy = [](const Result& r) {
    return static_cast<double>(r.kernels[0].activity.units[CoreUnit::matrix].busy_cycles);
  };
  const double products = 7 * layers + 1;
  const double one = busy(token(kv260(1)));
  const double four = busy(token(kv260(4)));
  // 64 weights a cycle; each product has a pipeline of 5 and a memory of 1 to fill.
  EXPECT_NEAR(one, static_cast<double>(all_weights) / 64 + 6 * products, 6 * products);
  EXPECT_NEAR(four, static_cast<double>(all_weights) / 256 + 6 * products, 6 * products);
}

TEST(JoinedKernels, AVectorIsPreparedOnceForAllThatReadIt) {
  const BoardSpec b = kv260();
  const Result r = token(b);
  const HostTaskSpec& quantise = b.host.tasks.at("quantise");
  EXPECT_NEAR(part(r, "attn.q_proj/quantise"),
              layers * task_time(b.host, quantise, hidden, Bytes{4 * hidden}).si(), 1e-12);
  EXPECT_EQ(part(r, "attn.k_proj/quantise"), 0);
  EXPECT_EQ(part(r, "mlp.up_proj/quantise"), 0);
  EXPECT_GT(part(r, "mlp.down_proj/quantise"), part(r, "attn.o_proj/quantise"));
  EXPECT_GT(part(r, "attn.v_proj/read_back"), 0);
}

TEST(Passes, ReadTheWeightsAsOftenAsTheLanesRequire) {
  for (const std::uint32_t sequences : {1U, 2U, 3U, 4U, 5U}) {
    const Result r = token(kv260(4, 2), sequences);
    EXPECT_EQ(r.rounds, 1U);
    EXPECT_EQ(weight_bytes(r), (sequences + 1) / 2 * all_weights / 4) << sequences;
    EXPECT_EQ(r.host.launches, 4U * layers + 1) << sequences;
    EXPECT_EQ(r.tokens(), sequences);
  }
}

TEST(Passes, AreRoundsWhereLanesAreEnough) {
  BoardSpec b = kv260(4, 2);
  const Result passes = token(b, 2, 2);
  b.mapping.sequences = MoreSequences::in_rounds;
  const Result rounds = token(b, 2, 2);
  EXPECT_EQ(passes.elapsed, rounds.elapsed);
  EXPECT_EQ(passes.kernels, rounds.kernels);
}

TEST(Passes, SaveTheLaunchesOfRounds) {
  BoardSpec b = kv260(4, 2);
  const Result passes = token(b, 4);
  b.mapping.sequences = MoreSequences::in_rounds;
  const Result rounds = token(b, 4);
  EXPECT_EQ(rounds.rounds, 2U);
  const double launch = b.host.command->value.si();
  EXPECT_GT((rounds.elapsed - passes.elapsed).si(), launch * (4 * layers + 1));
}

TEST(Passes, MoreSequencesTakeLongerAndCostLessEach) {
  double step = 0;
  for (std::uint32_t n = 1; n <= 6; ++n) {
    const Result r = token(kv260(4, 2), n);
    EXPECT_GT(r.elapsed.si(), step) << n;
    EXPECT_LT(r.elapsed.si(), n * token(kv260(4, 2), 1).elapsed.si() * (1 + 1e-9)) << n;
    step = r.elapsed.si();
  }
}

TEST(Passes, SomeOfTheLayersStandForAll) {
  ModelSpec m = tiny();
  m.set("layers", 9);
  Workload w{0, 1, 3};
  const BoardSpec b = kv260(4, 2);
  const Result all = run_model(b, m, w);
  w.simulate_layers = 3;
  const Result some = run_model(b, m, w);
  EXPECT_NEAR(some.elapsed / all.elapsed, 1, 5e-3);
  EXPECT_EQ(weight_bytes(some), weight_bytes(all));
  EXPECT_EQ(some.host.tasks, all.host.tasks);
  for (const auto& [name, time] : all.host.parts) {
    EXPECT_NEAR(part(some, name), time.si(), 0.01 * time.si()) << name;
  }
}

TEST(CoarseProduct, TheHostComputesTheBestAgain) {
  const BoardSpec b = kv260();
  const Result r = token(b);
  const auto& tasks = b.host.tasks;
  EXPECT_NEAR(part(r, "lm_head/select"),
              task_time(b.host, tasks.at("select"), vocabulary, Bytes{4.0 * vocabulary}).si(),
              1e-12);
  // 16 rows of int8.
  EXPECT_NEAR(part(r, "lm_head/rescore"),
              task_time(b.host, tasks.at("rescore"), 16 * hidden, Bytes{16.0 * hidden}).si(),
              1e-12);
  BoardSpec all = b;
  all.mapping.products.at("lm_head").coarse->best = vocabulary;
  EXPECT_GT(part(token(all), "lm_head/rescore"), part(r, "lm_head/rescore"));
}

TEST(CoarseProduct, WithoutItTheCoreNeedsAUnitForTheHead) {
  BoardSpec b = kv260();
  b.mapping.products.clear();
  expect_has(fault(b), "lm_head: needs a unit for int8 weights");
}

TEST(CoarseProduct, TheBestAreSomeOfAll) {
  BoardSpec b = kv260();
  b.mapping.products.at("lm_head").coarse->best = vocabulary + 1;
  expect_has(fault(b), "lm_head: has 1024 outputs, and the host computes the best 1025 again");
}

/// With the glue of the feed-forward network as one task of 2 us and 10 ns an element.
BoardSpec with_glue(bool on_card) {
  BoardSpec b = kv260();
  HostTaskSpec glue = b.host.tasks.at("add");
  glue.per_call.value = 2.0_us;
  glue.per_work.value = 10.0_ns;
  glue.width = glue.cores = 1;
  glue.fuses = {"squared_relu", "multiply", "rms_norm"};
  glue.on_card = on_card;
  b.host.tasks["ffn_glue"] = glue;
  return b;
}

TEST(FusedTask, TakesThePlaceOfARunOfOps) {
  const Result r = token(with_glue(false));
  EXPECT_NEAR(part(r, "mlp.sub_norm/ffn_glue"), layers * (2e-6 + 10e-9 * wide), 1e-12);
  EXPECT_EQ(part(r, "mlp.activation/squared_relu"), 0);
  EXPECT_EQ(part(r, "mlp.glu/multiply"), 0);
  EXPECT_EQ(part(r, "mlp.sub_norm/rms_norm"), 0);
  EXPECT_GT(part(r, "attn.sub_norm/rms_norm"), 0);  // not behind the other two
  EXPECT_EQ(token(kv260()).host.tasks, r.host.tasks + 2 * layers);
}

TEST(FusedTask, OnTheCardNothingIsReadBackOrQuantised) {
  const Result host = token(with_glue(false));
  const Result card = token(with_glue(true));
  for (const char* saved :
       {"mlp.gate_proj/read_back", "mlp.up_proj/read_back", "mlp.down_proj/quantise"}) {
    EXPECT_GT(part(host, saved), 0) << saved;
    EXPECT_EQ(part(card, saved), 0) << saved;
  }
  EXPECT_GT(part(card, "mlp.down_proj/read_back"), 0);
  const double glue = part(card, "mlp.sub_norm/ffn_glue");
  EXPECT_NEAR(glue, layers * (2e-6 + 10e-9 * wide), 1e-12);
  // The host waits for the unit.
  double launches = 0;
  for (const auto& [name, time] : card.host.parts) {
    if (name.ends_with("/launch")) launches += time.si();
  }
  EXPECT_GT(card.host.waiting.si(), glue);
  EXPECT_LT(card.host.waiting.si(), glue + launches);
}

TEST(HostPower, IsPricedByWorkAndWaiting) {
  BoardSpec b = kv260();
  b.host.power->working.value = 3.0_W;
  b.host.power->waiting.value = 1.0_W;
  const Result r = token(b);
  const double joules = 3 * r.host.working.si() + r.host.waiting.si();
  EXPECT_NEAR(price(r).component("host processor").value.si(), joules, 1e-12);
  b.host.power.reset();
  const Result without = token(b);
  EXPECT_EQ(price(without).component("host processor").value.si(), 0);
  EXPECT_EQ(without.elapsed, r.elapsed);
}

TEST(JoinedKernels, WhatTheHostCannotJoinIsRefused) {
  BoardSpec b = kv260();
  b.mapping.places.erase("add");
  expect_has(fault(b),
             "is a 'add' on the core that the host does not prepare, and the host joins what the "
             "kernels of mapping.parallel make");
  b = kv260();
  b.mapping.parallel->tensor = 3;
  b.cores[0].channels.resize(3);
  expect_has(fault(b), "which 3 kernels cannot share equally");
}

std::string load_fault(const std::string& key, const std::string& value) {
  try {
    (void)board("kv260_bitnet_2bit", {{key, value}});
  } catch (const ConfigError& e) {
    return e.what();
  }
  return "";
}

TEST(JoinedKernels, KeysThatContradictEachOtherAreRefused) {
  expect_has(load_fault("mapping.prepare", "core"),
             "mapping.parallel.gather: the host brings shards together where it prepares");
  expect_has(load_fault("mapping.prepare", "core"),
             "mapping.sequences: a pass over the weights is one launch of a product");
  expect_has(load_fault("mapping.parallel.gather", "ring"), "mapping.prepare: the host hands");
  expect_has(load_fault("host.tasks.add.on_card", "true"),
             "host.tasks.add.on_card: is of a task that does a run of ops");
  expect_has(load_fault("host.tasks.add.fuses", "[silu]"),
             "host.tasks.add: fuses other ops, and 'add' names a task already");
}

TEST(StepPart, ANameThatNoPartHasIsRefused) {
  MeasurementSpec m;
  m.name = "KV260: tiny";
  m.board = kv260();
  m.model = tiny();
  m.workload = {0, 1, 1};
  m.step_part = StepPart{{"*/launch"}, 1.0_ms};
  const Verdict v = judge(m, "");
  const Result r = token(kv260());
  double launches = 0;
  for (const auto& [name, time] : r.host.parts) {
    if (name.ends_with("/launch")) launches += time.si();
  }
  EXPECT_NEAR(v.simulated, launches, 1e-12);
  m.step_part->parts = {"attn.w_proj/launch"};
  EXPECT_THROW((void)judge(m, ""), ConfigError);
}

TEST(StepPart, CasesThatDifferInTheirFiguresShareTheirRuns) {
  MeasurementSpec m;
  m.name = "KV260: tiny";
  m.board = kv260();
  m.model = tiny();
  m.workload = {0, 1, 1};
  m.step_part = StepPart{{"attn.*/launch"}, 1.0_ms};
  CaseRuns runs;
  const Verdict first = judge_with_range(m, "", &runs);
  const std::size_t made = runs.made();
  EXPECT_GT(made, 2U);  // ends of ranges among them
  m.step_part->parts = {"mlp.*/launch"};
  const Verdict second = judge_with_range(m, "", &runs);
  EXPECT_EQ(runs.made(), made);
  EXPECT_EQ(second.simulated, judge(m, "").simulated);
  EXPECT_NE(second.simulated, first.simulated);
  m.workload.context = 7;
  (void)judge(m, "", &runs);
  EXPECT_GT(runs.made(), made);
}

}  // namespace
}  // namespace tritsim
