// SPDX-License-Identifier: Apache-2.0
#include "sim/run/run.hpp"

#include <gtest/gtest.h>

#include "arch/base/writer.hpp"
#include "sim/result/energy.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

using test::board;
using test::tiny_model;

std::string text_of(const Result& r) {
  return to_json(Writer::write(r));
}

double seconds(const BoardSpec& b, const Workload& w = {0, 2, 0}) {
  return run_model(b, tiny_model(), w).elapsed.si();
}

TEST(Run, SameInputSameBytes) {
  const BoardSpec b = board("u250_mmfree_48");
  EXPECT_EQ(text_of(run_model(b, tiny_model(), {1, 3, 0})),
            text_of(run_model(b, tiny_model(), {1, 3, 0})));
}

TEST(Run, AResultReadBackIsTheResult) {
  const Result r = run_model(board("u250_mmfree_30"), tiny_model(), {2, 2, 5});
  const Result back = load_text<Result>(text_of(r), "result.json");
  EXPECT_EQ(back.board.cores, r.board.cores);
  EXPECT_EQ(back.board.mapping, r.board.mapping);
  EXPECT_EQ(back.board, r.board);
  EXPECT_EQ(back.host, r.host);
  EXPECT_EQ(back.memories, r.memories);
  EXPECT_EQ(back.kernels, r.kernels);
  EXPECT_EQ(back, r);
}

TEST(Run, CycleSharesSumToTheCycles) {
  constexpr std::uint64_t fetch = 4;  // cycles until the first instruction is there
  const Result r = run_model(board("u250_mmfree_48"), tiny_model(), {0, 3, 0});
  for (const KernelResult& k : r.kernels) {
    const CycleShares& s = k.shares;
    EXPECT_EQ(s.sum(), k.activity.cycles);
    std::uint64_t exposed = 0;
    for (const OpCycles& op : k.ops) {
      EXPECT_LE(op.exposed, op.busy + fetch) << op.name;
      exposed += op.exposed;
    }
    EXPECT_EQ(exposed + s[CycleCause::issue], k.activity.cycles);
    EXPECT_EQ(k.step_ends.size(), 3U);
  }
}

TEST(Run, WeightBytesAreConserved) {
  const BoardSpec b = board("u250_mmfree_24");
  const Result r = run_model(b, tiny_model(), {0, 2, 0});
  const KernelResult& k = r.kernels[0];
  const CoreSpec& core = k.core;
  const std::uint64_t tiles = 2 * 2 * 13;  // steps x layers x tiles
  EXPECT_EQ(k.activity.weight_bytes, tiles * static_cast<std::uint64_t>(core.tile_bytes().si()));
  EXPECT_EQ(k.activity.ternaries, tiles * 1024 * 1024);
  const MemoryActivity& m = r.memories[0].activity;
  const std::uint64_t vectors = k.activity.units[CoreUnit::load_store].instructions * 2048 *
                                k.lanes;  // loads and stores of every lane
  EXPECT_EQ(m.bytes_read + m.bytes_written, k.activity.weight_bytes + vectors);
  EXPECT_EQ((m.bursts_read + m.bursts_written) * 64, m.bytes_read + m.bytes_written);
}

TEST(Run, NeverBeatsTheRoofline) {
  for (const char* name : {"u250_mmfree_24", "u250_mmfree_48"}) {
    const Result r = run_model(board(name), tiny_model(), {0, 2, 0});
    for (std::size_t i = 0; i < r.kernels.size(); ++i) {
      const KernelResult& k = r.kernels[i];
      const double compute = static_cast<double>(k.activity.ternaries) /
                             (k.core.ternary->ternaries_per_cycle * k.core.clock.si());
      const MemoryActivity& m = r.memories[i].activity;
      const double dram = static_cast<double>(m.bytes_read + m.bytes_written) /
                          r.board.memories[0].memory.dram->peak().si();
      EXPECT_GE(r.elapsed.si(), compute);
      EXPECT_GE(r.elapsed.si(), dram);
      EXPECT_LE(m.busy, r.elapsed);
      EXPECT_LE(m.active, r.elapsed);
    }
  }
}

// One kernel stands for its equals. Simulated one by one they start a register write apart, so that
// refreshes meet them at other moments: the same work, times equal to a fraction of a percent.
TEST(Run, ReplicasStandForAFullSimulation) {
  const BoardSpec b = board("u250_mmfree_24");
  const Result folded = run_model(b, tiny_model(), {0, 2, 0});
  ASSERT_EQ(folded.kernels.size(), 1U);
  EXPECT_EQ(folded.kernels[0].replicas, 4U);
  EXPECT_EQ(folded.memories[0].replicas, 4U);

  BoardSpec apart = b;  // four groups of one kernel are simulated one by one
  apart.cores.clear();
  for (std::uint32_t c = 0; c < 4; ++c) {
    CoreGroup g = b.cores[0];
    g.name = "g" + std::to_string(c);
    g.channels = {c};
    apart.cores.push_back(g);
  }
  const Result full = run_model(apart, tiny_model(), {0, 2, 0});
  ASSERT_EQ(full.kernels.size(), 4U);
  for (const KernelResult& k : full.kernels) {
    const CoreActivity& one = folded.kernels[0].activity;
    EXPECT_EQ(k.activity.ternaries, one.ternaries);
    EXPECT_EQ(k.activity.units[CoreUnit::load_store].instructions,
              one.units[CoreUnit::load_store].instructions);
    EXPECT_NEAR(static_cast<double>(k.activity.cycles), static_cast<double>(one.cycles),
                0.005 * static_cast<double>(one.cycles));
  }
  const auto near = [](double x, double y) { EXPECT_NEAR(x, y, 0.005 * y); };
  near(full.elapsed.si(), folded.elapsed.si());
  near(price(full).total().value.si(), price(folded).total().value.si());
}

TEST(Run, KernelsOnOneChannelSlowEachOther) {
  BoardSpec b = board("u250_mmfree_24");
  b.cores[0].channels = {0, 1};
  const double apart = seconds(b);
  b.cores[0].channels = {0, 0};
  const double together = seconds(b);
  EXPECT_GT(together, 1.02 * apart);
  EXPECT_LT(together, 2.1 * apart);
}

TEST(Run, BatchesFillLanesThenRounds) {
  const BoardSpec b = board("u250_mmfree_24");
  const Result one = run_model(b, tiny_model(), {0, 2, 1});
  ASSERT_EQ(one.kernels.size(), 1U);
  EXPECT_EQ(one.kernels[0].lanes, 1U);
  EXPECT_EQ(one.kernels[0].replicas, 1U);
  const Result partly = run_model(b, tiny_model(), {0, 2, 15});
  ASSERT_EQ(partly.kernels.size(), 2U);  // two full kernels, one with three lanes
  EXPECT_EQ(partly.kernels[0].replicas, 2U);
  EXPECT_EQ(partly.kernels[1].lanes, 3U);
  const Result full = run_model(b, tiny_model(), {0, 2, 24});
  const Result twice = run_model(b, tiny_model(), {0, 2, 48});
  EXPECT_EQ(twice.rounds, 2U);
  EXPECT_DOUBLE_EQ(twice.elapsed.si(), 2 * full.elapsed.si());
  EXPECT_NEAR(twice.tokens_per_second().si(), full.tokens_per_second().si(), 1e-6);
  EXPECT_NEAR(price(twice).total().value.si(), 2 * price(full).total().value.si(), 1e-9);
}

TEST(Run, PromptAndGeneratedTokensAreSteps) {
  const BoardSpec b = board("u250_mmfree_24");
  EXPECT_EQ(run_model(b, tiny_model(), {0, 4, 0}).steps, 4U);
  EXPECT_EQ(run_model(b, tiny_model(), {5, 4, 0}).steps, 8U);
  EXPECT_EQ(run_model(b, tiny_model(), {5, 0, 0}).steps, 5U);
  const Result r = run_model(b, tiny_model(), {3, 3, 0});
  EXPECT_GT(r.first_token.si(), 0.55 * r.elapsed.si());
  EXPECT_LT(r.first_token.si(), 0.65 * r.elapsed.si());
}

TEST(Run, WithoutTokensThereIsNothingToRun) {
  EXPECT_THROW(static_cast<void>(run_model(board("u250_mmfree_24"), tiny_model(), {0, 0, 0})),
               ConfigError);
}

TEST(Run, BetterHardwareIsNeverSlower) {
  const BoardSpec base = board("u250_mmfree_48");
  const double t = seconds(base);
  const auto with = [&](const char* path, const char* value) {
    std::vector<Override> o;
    for (const char* group : {"cores.0.", "cores.1."})
      o.push_back({group + std::string(path), value});
    return seconds(board("u250_mmfree_48", o));
  };
  EXPECT_LT(with("core.ternary.ternaries_per_cycle", "256"), t);
  EXPECT_LT(with("core.clock", "350 MHz"), t);
  EXPECT_LE(with("core.registers", "8"), t);
  EXPECT_LE(with("core.ternary.fetch.outstanding", "4"), t);
  EXPECT_LE(with("core.ternary.fifo", "64 KiB"), t);
  EXPECT_LT(with("core.elements_per_cycle", "8"), t);
  EXPECT_LE(seconds(board("u250_mmfree_48",
                          {{"memories.0.memory.dram.controller.front_end.value", "46 ns"}})),
            t);
  EXPECT_LE(seconds(board("u250_mmfree_48", {{"memories.0.memory.dram.timing.tRFC", "100"}})), t);
}

TEST(Run, EnergyIsAdditiveOverSteps) {
  const BoardSpec b = board("u250_mmfree_24");
  const auto dynamic_energy = [&](std::uint32_t steps) {
    const EnergyAccount a = price(run_model(b, tiny_model(), {0, steps, 0}));
    double sum = 0;
    for (const EnergyTerm& t : a.terms) {
      // Refreshes, activations and what regulators lose for them depend on when a run ends.
      if (!t.is_static && t.component != "regulators" && !t.cause.starts_with("refreshes") &&
          !t.cause.starts_with("row activations")) {
        sum += t.energy().value.si();
      }
    }
    return sum;
  };
  EXPECT_NEAR(dynamic_energy(6), dynamic_energy(2) + dynamic_energy(4), 1e-12);
}

TEST(Run, VectorsInOnChipMemoryUnloadTheDram) {
  BoardSpec b = board("u250_mmfree_48");
  const double t = seconds(b);
  MemoryGroup scratch;
  scratch.name = "uram";
  scratch.channels = 4;
  scratch.memory.name = "URAM";
  scratch.memory.source = "test";
  scratch.memory.capacity = Bytes{4e6};
  SramSpec& sram = scratch.memory.sram.emplace();
  sram.clock = Frequency{300e6};
  sram.width = Bytes{128};
  sram.latency = 3;
  sram.access_energy = {EnergyPerByte{1e-12}, EnergyPerByte{1e-12}, EnergyPerByte{1e-12}, "test",
                        Confidence::assumed};
  b.memories.push_back(scratch);
  b.mapping.vectors_in = "uram";
  const Result r = run_model(b, tiny_model(), {0, 2, 0});
  EXPECT_LT(r.elapsed.si(), t);
  std::uint64_t on_chip = 0;
  for (const MemoryResult& m : r.memories) {
    if (m.group == "uram") on_chip += m.activity.bytes_read + m.activity.bytes_written;
    if (m.group == "ddr") {
      EXPECT_EQ(m.activity.bytes_written, 0U);
    }
  }
  EXPECT_GT(on_chip, 0U);
}

TEST(Run, AllWeightsOnChipNeedNoDram) {
  BoardSpec b = board("u250_mmfree_24");
  MemoryGroup on_chip;
  on_chip.name = "uram";
  on_chip.channels = 4;
  on_chip.memory =
      load<MemorySpec>(std::string(TRITSIM_SOURCE_DIR) + "/configs/memories/uram_weights.yaml");
  on_chip.memory.capacity = Bytes{16.0 * 1024 * 1024};
  b.memories.push_back(on_chip);
  for (CoreGroup& g : b.cores) g.memory = "uram";
  const Result r = run_model(b, tiny_model(), {0, 2, 0});
  for (const MemoryResult& m : r.memories) EXPECT_EQ(m.group, "uram");
  EXPECT_GT(r.memories.front().activity.bytes_read, 0U);
  // 64 B a cycle of the core's clock: never later than from a DRAM of the same width.
  EXPECT_LE(r.elapsed, run_model(board("u250_mmfree_24"), tiny_model(), {0, 2, 0}).elapsed);
  b.memories.back().memory.capacity = Bytes{64.0 * 1024};
  EXPECT_THROW(static_cast<void>(run_model(b, tiny_model(), {0, 2, 0})), ConfigError);
}

TEST(Run, HostInTheLoopCostsALaunchAStep) {
  BoardSpec b = board("u250_mmfree_24");
  const Result without = run_model(b, tiny_model(), {0, 4, 0});
  EXPECT_EQ(without.host.launches, 1U);
  EXPECT_EQ(without.excluded, (std::vector<std::string>{"embedding", "lm_head"}));
  b.mapping.embedding = Target::host;
  b.mapping.lm_head = Target::host;
  const Result with = run_model(b, tiny_model(), {0, 4, 0});
  EXPECT_EQ(with.host.launches, 4U);
  EXPECT_EQ(with.host.tasks, 8U);
  EXPECT_GT(with.elapsed, without.elapsed);
  EXPECT_TRUE(with.excluded.empty());
  EXPECT_GT(with.link.bytes_to_card, 0U);
  EXPECT_GT(with.link.bytes_to_host, 0U);
  b.host.completion = Completion::interrupt;
  const Result slow = run_model(b, tiny_model(), {0, 4, 0});
  EXPECT_GT(slow.elapsed, with.elapsed);
  EXPECT_EQ(slow.link.interrupts, 4U * 4U);
}

TEST(Run, FinalProjectionOnTheCoreAddsItsTiles) {
  BoardSpec b = board("u250_mmfree_24");
  const auto ternaries = [&] {
    return run_model(b, tiny_model(), {0, 1, 0}).kernels[0].activity.ternaries;
  };
  const auto before = ternaries();
  b.mapping.lm_head = Target::core;
  EXPECT_EQ(ternaries(), before + 4 * 1024 * 1024);
}

TEST(Run, AModelThatDoesNotFitIsRefused) {
  const BoardSpec b = board("u250_mmfree_24", {{"memories.0.memory.capacity", "1 MiB"}});
  try {
    static_cast<void>(run_model(b, tiny_model(), {0, 1, 0}));
    FAIL() << "expected a ConfigError";
  } catch (const ConfigError& e) {
    EXPECT_NE(std::string(e.what()).find("holds 1 MiB"), std::string::npos) << e.what();
  }
}

TEST(Run, AHostWithoutACostForAnOpIsRefused) {
  BoardSpec b = board("u250_mmfree_24");
  b.mapping.lm_head = Target::host;
  b.host.tasks.clear();
  EXPECT_THROW(static_cast<void>(run_model(b, tiny_model(), {0, 1, 0})), ConfigError);
}

TEST(Run, ProgressCountsEveryStep) {
  std::vector<std::uint32_t> seen;
  const auto progress = [&](std::uint32_t done, std::uint32_t total) {
    EXPECT_EQ(total, 3U);
    seen.push_back(done);
  };
  static_cast<void>(run_model(board("u250_mmfree_24"), tiny_model(), {0, 3, 0}, {progress}));
  EXPECT_EQ(seen, (std::vector<std::uint32_t>{1, 2, 3}));
}

}  // namespace
}  // namespace tritsim
