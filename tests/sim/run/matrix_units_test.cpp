// SPDX-License-Identifier: Apache-2.0
// The families of matrix units, on a board each: what they stream, how long they take, and what a
// trace's statistics change.
#include <algorithm>

#include <gtest/gtest.h>

#include "arch/workload/trace_file.hpp"
#include "sim/result/energy.hpp"
#include "sim/run/run.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

using test::board;
using test::tiny_model;

Result token(const BoardSpec& b, const ModelSpec& m = tiny_model()) {
  return run_model(b, m, {0, 1, 1});
}

/// Time of the products alone.
double compute(const Result& r) {
  return r.host.offload->compute.si();
}

TEST(MatrixUnits, EachStreamsTheModelInItsPacking) {
  const ModelSpec m = tiny_model();
  const auto weights = static_cast<double>(size_of(m).weights);
  for (const auto& [name, bits] : {std::pair{"k26_mmfree", 2.0},
                                   {"k26_packed", 1.6},
                                   {"k26_skipping", 2.0},
                                   {"k26_bit_serial", 2.0},
                                   {"k26_adder_tree", 2.0},
                                   {"k26_table_lookup", 5.0 / 3},
                                   {"k26_mac", 2.0}}) {
    const Result r = token(board(name), m);
    const CoreActivity& a = r.kernels[0].activity;
    // A matrix ends with a whole byte.
    EXPECT_NEAR(static_cast<double>(a.weight_bytes), weights * bits / 8, 20) << name;
    const double done = a.matrix && !a.matrix->products.empty()
                            ? double(a.matrix->products.at("ternary"))
                            : double(a.ternaries);
    EXPECT_EQ(done, weights) << name;
    const EnergyAccount account = price(r);
    EXPECT_TRUE(std::any_of(account.terms.begin(), account.terms.end(), [](const EnergyTerm& t) {
      return (t.component == "ternary adders" || t.component == "DSP blocks") && t.count > 0;
    })) << name;
  }
}

TEST(MatrixUnits, PackingHelpsWhereMemoryIsTheLimit) {
  // Weights come at 64 B a cycle, 256 of 2 bit: the port is the limit of 512 adders.
  const auto time = [](const char* name) {
    BoardSpec b = board(name);
    b.cores[0].core.ternary->ternaries_per_cycle = 512;
    if (b.cores[0].core.ternary->decoder) b.cores[0].core.ternary->decoder->count = 104;
    return compute(token(b));
  };
  EXPECT_LT(time("k26_packed"), 0.95 * time("k26_mmfree"));
  // With as many adders as the stream feeds it does not.
  BoardSpec few = board("k26_packed");
  few.cores[0].core.ternary->ternaries_per_cycle = 32;
  BoardSpec plain = board("k26_mmfree");
  plain.cores[0].core.ternary->ternaries_per_cycle = 32;
  EXPECT_NEAR(compute(token(few)), compute(token(plain)), 0.01 * compute(token(plain)));
}

TEST(MatrixUnits, ActivationWidthChangesWhatMoves) {
  const auto run = [](double bits) {
    BoardSpec b = board("k26_bit_serial");
    b.cores[0].core.element = Bytes{bits / 8};
    b.cores[0].core.ternary->ternaries_per_cycle = 512;  // slower than the memory
    return token(b);
  };
  const Result narrow = run(4);
  const Result byte = run(8);
  const Result wide = run(16);
  // Bit-serial adders take as many cycles as bits.
  const auto cycles = [](const Result& r) {
    return static_cast<double>(r.kernels[0].activity.units[CoreUnit::matrix].busy_cycles);
  };
  EXPECT_NEAR(cycles(byte) / cycles(narrow), 2, 0.05);
  EXPECT_NEAR(cycles(wide) / cycles(byte), 2, 0.05);
  const auto loaded = [](const Result& r) {
    return static_cast<double>(r.memories[0].activity.bytes_read -
                               r.kernels[0].activity.weight_bytes);
  };
  EXPECT_EQ(loaded(byte), 2 * loaded(narrow));
  EXPECT_EQ(loaded(wide), 2 * loaded(byte));
  const auto adders = [](const Result& r) {
    const EnergyAccount account = price(r);
    for (const EnergyTerm& t : account.terms) {
      if (t.component == "ternary adders") return t.energy().value.si();
    }
    return 0.0;
  };
  EXPECT_NEAR(adders(wide), 2 * adders(byte), 1e-9 * adders(wide));
}

TEST(MatrixUnits, SkippingUsesTheStatisticsOfTheTrace) {
  BoardSpec b = board("k26_skipping");
  b.cores[0].core.ternary->ternaries_per_cycle = 64;  // slower than the memory
  const ModelSpec m = tiny_model();
  const Result assumed = token(b, m);
  EXPECT_EQ(assumed.kernels[0].activity.matrix->assumed_zeros, size_of(m).weights);

  TraceFile file = record(m, "test");
  const auto with_zeros = [&](double zeros) {
    for (TraceLine& line : file.lines) {
      if (!line.matrix) continue;
      MatrixStatistics s;
      s.zero = zeros;
      s.row_zeros = s.block_zeros = {zeros, zeros, zeros};
      line.matrix->statistics = s;
    }
    return run_trace(b, m, file.trace(), {0, 1, 1});
  };
  double last = compute(with_zeros(0));
  for (const double zeros : {0.2, 0.31, 0.5, 0.8}) {
    const Result r = with_zeros(zeros);
    EXPECT_EQ(r.kernels[0].activity.matrix->assumed_zeros, 0U);
    EXPECT_LT(compute(r), last);
    last = compute(r);
    if (zeros == 0.31) {
      EXPECT_NEAR(compute(r), compute(assumed), 1e-9);
    }
  }
  BoardSpec without = b;
  without.cores[0].core.ternary->skip.reset();
  EXPECT_NEAR(compute(with_zeros(0)), compute(token(without, m)), 1e-12);
}

TEST(MatrixUnits, KernelsOfOneChannelShareItsBandwidth) {
  BoardSpec b = board("u250_mmfree_48");
  b.cores.resize(1);
  b.cores[0].lanes = 1;
  b.cores[0].core.ternary->ternaries_per_cycle = 1024;  // the memory is the limit
  const auto run = [&](std::vector<std::uint32_t> channels) {
    b.cores[0].channels = std::move(channels);
    return run_model(b, tiny_model(), {0, 1, 0});
  };
  const Result alone = run({0});
  const Result apart = run({0, 1});
  const Result together = run({0, 0});
  EXPECT_EQ(apart.workload.batch, 2U);
  EXPECT_NEAR(apart.elapsed.si(), alone.elapsed.si(), 0.01 * alone.elapsed.si());
  EXPECT_GT(together.elapsed.si(), 1.2 * alone.elapsed.si());
  EXPECT_LE(together.elapsed.si(), 2.05 * alone.elapsed.si());
  // Both are simulated, on one channel that reads every weight twice.
  ASSERT_EQ(together.kernels.size(), 2U);
  ASSERT_EQ(together.memories.size(), 1U);
  EXPECT_EQ(together.memories[0].activity.bytes_read, 2 * alone.memories[0].activity.bytes_read);
}

TEST(MatrixUnits, WeightsOnChipNeedNoDram) {
  BoardSpec b = board("u250_mmfree_48");
  b.cores.resize(1);
  b.cores[0].channels = {0};
  const Result from_dram = run_model(b, tiny_model(), {0, 1, 0});
  MemoryGroup on_chip{"uram", 1, load<MemorySpec>(test::config("memories/uram_weights.yaml"))};
  on_chip.memory.capacity = Bytes{1e9};
  b.memories.push_back(on_chip);
  b.cores[0].memory = "uram";
  b.mapping.vectors_in = b.memories[0].name;
  const Result r = run_model(b, tiny_model(), {0, 1, 0});
  const auto weights = r.kernels[0].activity.weight_bytes;
  ASSERT_EQ(r.memories.size(), 2U);
  for (const MemoryResult& m : r.memories) {
    if (m.group == "uram") {
      EXPECT_EQ(m.activity.bytes_read, weights);
    } else {
      EXPECT_EQ(m.activity.bytes_read, from_dram.memories[0].activity.bytes_read - weights);
    }
  }
}

TEST(MatrixUnits, PrefetchShortensAMemoryBoundToken) {
  BoardSpec b = board("u250_mmfree_48");
  b.cores.resize(1);
  b.cores[0].channels = {0};
  b.cores[0].core.ternary->ternaries_per_cycle = 1024;
  const auto time = [&](double kib) {
    b.cores[0].core.ternary->prefetch = Bytes{kib * 1024};
    return run_model(b, tiny_model(), {0, 2, 1}).elapsed.si();
  };
  double last = time(0);
  const double without = last;
  for (const double kib : {8.0, 64.0, 256.0}) {
    const double now = time(kib);
    EXPECT_LE(now, 1.001 * last) << kib;
    last = now;
  }
  EXPECT_LT(last, 0.95 * without);
}

TEST(MatrixUnits, ACoreWithoutAUnitForTernaryWeightsRefusesThem) {
  BoardSpec b = board("k26_mac");
  b.cores[0].core.mac->formats.erase("ternary");
  try {
    (void)token(b);
    FAIL() << "ran";
  } catch (const ConfigError& e) {
    EXPECT_NE(std::string(e.what()).find("needs a unit for ternary weights"), std::string::npos)
        << e.what();
  }
}

}  // namespace
}  // namespace tritsim
