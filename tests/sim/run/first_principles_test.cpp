// SPDX-License-Identifier: Apache-2.0
// What holds for any machine, on every shipped board: no unit and no memory does more than its peak
// in the time, bytes are the same at every level, energy is the sum of counts times coefficients,
// queues obey Little's law, and without overheads a product takes what its closed form says.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "arch/base/reader.hpp"
#include "arch/base/writer.hpp"
#include "sim/plan/explain.hpp"
#include "sim/result/energy.hpp"
#include "sim/run/memory_bench.hpp"
#include "sim/run/run.hpp"
#include "tests/sim/shipped.hpp"
#include "tests/support/files.hpp"

namespace tritsim {
namespace {

std::string stem(const std::string& file) {
  return std::filesystem::path(file).stem().string();
}

std::string name_of_file(const testing::TestParamInfo<std::string>& file) {
  return test::test_name(stem(file.param));
}

/// Boards whose cores run no whole model as they are, and a program for each.
std::string program_of(const std::string& board) {
  if (board == "d5005_mmfree") return read_file(test::config("programs/token_mixer.tmi"));
  if (board == "arty_ternfpga") return "tmatmul v1, v0, W, 504 x 63\nmul v2, v0, v1, 504\n";
  if (board == "arty_ternfpga_attention") {
    return "scores v0, K, 128 x 64, int8\nsoftmax 64\nvalues v1, V, 128 x 64, int8\n";
  }
  return {};
}

/// The first of some models that a board takes.
std::optional<ModelSpec> model_for(const BoardSpec& board) {
  for (const char* name :
       {"mmfreelm_370m", "bitnet_0.7b", "transformer_370m_int8", "bitnet_2b_4t_int8_head"}) {
    ModelSpec model = test::model(name);
    if (model.size("hidden") > 2048) {  // two of its blocks are enough
      model.set("layers", 2);
      model.set("vocabulary", 4096);
    }
    try {
      const std::vector<ResourceUse> uses = explain_mapping(board, model).fit.resources;
      const bool holds_it = std::all_of(
          uses.begin(), uses.end(), [](const ResourceUse& u) { return !u.is_bytes || u.fits(); });
      if (holds_it) return model;
    } catch (const ConfigError&) {
    }
  }
  return {};
}

/// Every shipped board, with a run of a model that fits it or of a program.
class FirstPrinciples : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    board_ = load<BoardSpec>(test::source_dir() + GetParam());
    const std::string program = program_of(stem(GetParam()));
    if (!program.empty()) {
      std::vector<std::string> warnings;
      result_ = run_program(board_, program, "program.tmi", warnings);
      return;
    }
    model_ = model_for(board_);
    ASSERT_TRUE(model_) << "no model fits: give the board a program in program_of()";
    result_ = run_model(board_, *model_, {0, 3, 0});
  }

  /// Length of one filling of the lanes, which activities are of.
  [[nodiscard]] Time round() const { return result_.elapsed / double{1} / result_.rounds; }

  [[nodiscard]] const MemoryGroup& group(const MemoryResult& m) const {
    return *std::find_if(board_.memories.begin(), board_.memories.end(),
                         [&](const MemoryGroup& g) { return g.name == m.group; });
  }

  BoardSpec board_;
  std::optional<ModelSpec> model_;
  Result result_;
};

INSTANTIATE_TEST_SUITE_P(Board, FirstPrinciples,
                         testing::ValuesIn(test::files_below("configs/boards", ".yaml")),
                         name_of_file);

// ---- roofline

/// Most multiply-adds or additions that a unit makes in a cycle, from its description.
double peak_ternaries(const TernarySpec& t, std::uint32_t activation_bits) {
  const double passes =
      t.bit_serial ? std::ceil(double{1} * activation_bits / t.bit_serial->bits_per_cycle) : 1;
  return t.ternaries_per_cycle / passes;
}

TEST_P(FirstPrinciples, NoUnitBeatsItsPeak) {
  ASSERT_FALSE(result_.kernels.empty());
  for (const KernelResult& k : result_.kernels) {
    const auto cycles = static_cast<double>(k.activity.cycles);
    EXPECT_LE(cycles / k.core.clock.si(), round().si() * (1 + 1e-9)) << k.name;
    const std::uint64_t skipped = k.activity.matrix ? k.activity.matrix->skipped : 0;
    if (k.core.ternary) {
      EXPECT_LE(static_cast<double>(k.activity.ternaries - skipped),
                cycles * peak_ternaries(*k.core.ternary, k.core.activation_bits()))
          << k.name;
    }
    if (k.core.mac && k.activity.matrix) {
      double least = 0;  // formats take turns
      for (const auto& [format, products] : k.activity.matrix->products) {
        const MacFormatSpec& f = k.core.mac->formats.at(format);
        least += static_cast<double>(products) /
                 (double{1} * k.core.mac->rows * k.core.mac->columns * f.products);
      }
      EXPECT_LE(least, cycles) << k.name;
    }
    if (k.activity.attention && k.core.attention) {
      EXPECT_LE(static_cast<double>(k.activity.attention->products),
                cycles * k.core.attention->products_per_cycle)
          << k.name;
    }
    for (const UnitActivity& unit :
         {k.activity.units[CoreUnit::load_store], k.activity.units[CoreUnit::element_wise],
          k.activity.units[CoreUnit::norm], k.activity.units[CoreUnit::matrix]}) {
      EXPECT_LE(unit.busy_cycles, k.activity.cycles) << k.name;
    }
  }
}

TEST_P(FirstPrinciples, NoMemoryAndNoPortBeatsItsPeak) {
  for (const MemoryResult& m : result_.memories) {
    const MemorySpec& memory = group(m).memory;
    const MemoryActivity& a = m.activity;
    const double channels = memory.dram ? memory.dram->channels : 1;  // their times add up
    const double most = channels * round().si() * (1 + 1e-9);
    EXPECT_LE(a.busy.si(), most) << m.group;
    EXPECT_LE(a.active.si(), most) << m.group;
    if (memory.dram) {
      const double moved =
          static_cast<double>(a.bursts_read + a.bursts_written) * memory.dram->burst().si();
      const double least = channels * moved / memory.dram->peak().si();
      EXPECT_LE(least, most) << m.group;
      // The bus is busy for every burst and for nothing else.
      EXPECT_NEAR(a.busy.si(), least, 1e-6 * least) << m.group;
    }
  }
  for (const KernelResult& k : result_.kernels) {
    const double bytes = std::accumulate(
        k.ops.begin(), k.ops.end(), 0.0,
        [](double sum, const OpCycles& op) { return sum + static_cast<double>(op.memory_bytes); });
    double wide = k.core.memory_port.si();
    if (k.core.store && k.core.store->port.si() > 0) wide += k.core.store->port.si();
    EXPECT_LE(bytes, static_cast<double>(k.activity.cycles) * wide) << k.name;
  }
}

// ---- conservation of bytes

/// Model to tiles: what is not padding are the model's weights.
TEST_P(FirstPrinciples, TilesHoldTheWeightsOfTheTrace) {
  if (!model_) GTEST_SKIP() << "a program has no trace";
  const Trace trace = expand(*model_);
  const auto placements = explain_mapping(board_, *model_).kernels;
  const bool whole = !result_.parallel || result_.parallel->tensor == 1;
  const CoreSpec& core = board_.cores.front().core;
  for (const KernelPlacement& kernel : placements) {
    for (const OpPlacement& placed : kernel.ops) {
      if (placed.place != "core" || placed.weight_bytes == 0 || !whole) continue;
      const auto op = std::find_if(trace.ops.begin(), trace.ops.end(),
                                   [&](const Op& o) { return o.name == placed.name; });
      ASSERT_NE(op, trace.ops.end()) << placed.name;
      if (op->kind != OpKind::bit_linear) continue;
      ASSERT_TRUE(core.ternary || core.mac);
      const double bytes = core.stored_weight({NumberFormat::ternary}).si();
      double outputs = 0;  // gate and up are one matrix of two outputs
      for (const ValueId v : op->outputs) outputs += trace.values[v].elements;
      const double weights = outputs * trace.values[op->inputs.front()].elements;
      const double held = static_cast<double>(placed.weight_bytes) * (1 - placed.padding) / bytes;
      // A tile's last byte, or packed word, may not be full.
      EXPECT_NEAR(held, weights, 1e-3 * weights) << placed.name;
    }
  }
}

/// Tiles to kernel to channel: each step reads every weight once; what the ops ask for is what the
/// channels serve.
TEST_P(FirstPrinciples, BytesAreTheSameAtEveryLevel) {
  double asked = 0;
  for (const KernelResult& k : result_.kernels) {
    std::uint64_t by_ops = 0;
    for (const OpCycles& op : k.ops) by_ops += op.memory_bytes;
    asked += static_cast<double>(by_ops) * k.replicas;
    EXPECT_GE(by_ops, k.activity.weight_bytes) << k.name;
    std::uint64_t operations = 0;
    for (const OpCycles& op : k.ops) operations += op.matrix_operations;
    std::uint64_t counted = k.activity.ternaries;
    if (k.activity.matrix) {
      for (const auto& [format, n] : k.activity.matrix->products) counted += n;
    }
    EXPECT_EQ(operations, counted) << k.name;
    std::uint64_t registers = 0;
    for (const OpCycles& op : k.ops) registers += op.register_bytes;
    EXPECT_EQ(registers, k.activity.register_bytes) << k.name;
  }
  double served = 0;
  for (const MemoryResult& m : result_.memories) {
    const MemoryActivity& a = m.activity;
    served += static_cast<double>(a.bytes_read + a.bytes_written) * m.replicas;
    if (group(m).memory.dram) {
      // Whole bursts: at most two of a request are not asked for in full.
      const double burst = group(m).memory.dram->burst().si();
      const double moved = static_cast<double>(a.bursts_read + a.bursts_written) * burst;
      const double bytes = static_cast<double>(a.bytes_read + a.bytes_written);
      EXPECT_GE(moved, bytes) << m.group;
      EXPECT_LE(moved, bytes + 2 * burst * static_cast<double>(a.reads + a.writes)) << m.group;
      EXPECT_EQ(a.page_hits + a.page_misses + a.page_conflicts, a.bursts_read + a.bursts_written)
          << m.group;
    }
  }
  EXPECT_NEAR(asked, served, 1e-9 * served);
}

TEST_P(FirstPrinciples, EveryStepReadsEveryWeightOnce) {
  if (!model_) GTEST_SKIP() << "a program has no steps";
  const auto placements = explain_mapping(board_, *model_).kernels;
  ASSERT_FALSE(placements.empty());
  if (result_.parallel)
    GTEST_SKIP() << "kernels of a tensor-parallel group hold parts of each matrix";
  for (const KernelResult& k : result_.kernels) {
    const auto same = std::find_if(placements.begin(), placements.end(),
                                   [&](const auto& p) { return p.lanes == k.lanes; });
    ASSERT_NE(same, placements.end()) << k.name;
    std::uint64_t of_a_step = 0;
    for (const OpPlacement& op : same->ops) of_a_step += op.weight_bytes;
    EXPECT_EQ(k.activity.weight_bytes, of_a_step * result_.steps) << k.name;
  }
}

// ---- energy

TEST_P(FirstPrinciples, EnergyIsCountsTimesCoefficients) {
  const EnergyAccount account = price(result_);
  double sum = 0;
  for (const EnergyTerm& t : account.terms) {
    double each = 1;
    for (const EnergyFactor& f : t.factors) {
      each *= f.ends.value;
      EXPECT_FALSE(f.coefficient.empty()) << t.component << ": " << t.cause;
      EXPECT_FALSE(f.source.empty()) << f.coefficient;
      // The ends are those of the coefficient: a factor may fall where it grows.
      EXPECT_LE(std::min(f.ends.at_low, f.ends.at_high), f.ends.value) << f.coefficient;
      EXPECT_GE(std::max(f.ends.at_low, f.ends.at_high), f.ends.value) << f.coefficient;
    }
    EXPECT_NEAR(each, t.each().value, 1e-9 * std::fabs(each)) << t.component << ": " << t.cause;
    sum += t.count * each;
  }
  EXPECT_GT(sum, 0);
  // A part with a term of its own is subtracted where it was contained, but not more than was
  // there.
  for (const std::string& name : account.components()) {
    EXPECT_GE(account.component(name).value.si(), -1e-12 * sum) << name;
  }
  EXPECT_NEAR(account.total().value.si(), sum, 1e-9 * sum);
}

/// Counts of the account are those of the activities, which the kernels and channels report.
TEST_P(FirstPrinciples, PricedCountsAreCountedEvents) {
  const EnergyAccount account = price(result_);
  const double rounds = result_.rounds;
  for (const MemoryGroup& g : board_.memories) {
    if (!g.memory.dram) continue;
    double reads = 0;
    double writes = 0;
    for (const MemoryResult& m : result_.memories) {
      if (m.group != g.name) continue;
      reads += static_cast<double>(m.activity.bursts_read) * m.replicas * rounds;
      writes += static_cast<double>(m.activity.bursts_written) * m.replicas * rounds;
    }
    const std::string rail = ", " + g.memory.dram->supply.rails.front().name;
    for (const auto& [cause, bursts] :
         {std::pair{"read bursts" + rail, reads}, std::pair{"write bursts" + rail, writes}}) {
      double priced = 0;
      for (const EnergyTerm& t : account.terms) {
        if (t.component == g.name && t.cause == cause) priced += t.count;
      }
      const double devices = g.memory.dram->devices;
      EXPECT_TRUE(std::fabs(priced - bursts) <= 1e-9 * bursts ||
                  std::fabs(priced - bursts * devices) <= 1e-9 * bursts * devices)
          << g.name << ": " << cause << ", priced " << priced << ", counted " << bursts;
    }
  }
  const double cards = board_.card_count();
  double idle = 0;
  for (const EnergyTerm& t : account.terms) {
    if (t.coefficient() == "power.idle") idle += t.count;
  }
  EXPECT_NEAR(idle, result_.elapsed.si() * cards, 1e-9 * idle);
}

// ---- without overheads

/// Cycles that `count` equal products of D x D weights take.
std::uint64_t cycles_of_products(const BoardSpec& board, int count) {
  const CoreSpec& core = board.cores.front().core;
  const bool one = core.has(Opcode::tmatmul);
  std::string text;
  for (int i = 0; i < count; ++i) {
    text += one ? "tmatmul v1, v0, W\n" : "import v0\ngo W\nexport v1\n";
  }
  std::vector<std::string> warnings;
  return run_program(board, text, "products.tmi", warnings).kernels[0].activity.cycles;
}

/// The board with a memory that answers in a cycle, one kernel of one lane, requests enough in
/// flight and no latency of any instruction.
BoardSpec without_overheads(BoardSpec b) {
  b = test::with_fixed_memory(std::move(b), 1);
  for (CoreGroup& g : b.cores) {
    g.lanes = 1;
    g.core.issue.finish_cycles = 0;
    for (auto& [name, instruction] : g.core.instructions) instruction.latency = 0;
    if (g.core.ternary) {
      g.core.ternary->fetch.outstanding = 16;
      g.core.ternary->fetch.turnaround = 0;
      g.core.ternary->fifo = std::max(g.core.ternary->fifo, g.core.ternary->fetch.request * 32);
    }
  }
  return b;
}

/// max(additions / rate, bytes / port), and the vector through the register ports before and after.
TEST_P(FirstPrinciples, AProductWithoutOverheadsTakesItsClosedForm) {
  const BoardSpec bare = without_overheads(board_);
  const CoreSpec& core = bare.cores.front().core;
  if (!core.ternary) GTEST_SKIP() << "has no adders for ternary weights";
  const TernarySpec& t = *core.ternary;
  if (t.tree || t.table || t.decoder || t.skip || t.bit_serial) {
    GTEST_SKIP() << "its unit's own loss is in tests/models/core/matrix_law_test.cpp";
  }
  const double d = core.vector_length;
  const double additions = std::ceil(d * d / t.ternaries_per_cycle);
  const double stream = std::ceil(d * d * t.weight.si() / core.memory_port.si());
  const double out = std::ceil(d / core.elements_per_cycle);
  const bool one = core.has(Opcode::tmatmul);
  const double vectors = one ? core.find(Opcode::tmatmul)->writes * out : 2 * out;
  const double closed = std::max(additions, stream) + vectors;
  const auto first = static_cast<double>(cycles_of_products(bare, 1));
  const auto second = static_cast<double>(cycles_of_products(bare, 2)) - first;
  // Beyond it: issue, the first answer of the memory and its way through the FIFO.
  EXPECT_GE(second, closed - 1);
  EXPECT_LE(second, closed + 2 + 8 + std::ceil(t.fetch.request.si() / core.memory_port.si()));
}

// ---- memories

class Memories : public testing::TestWithParam<std::string> {
 protected:
  const MemorySpec memory_ = load<MemorySpec>(test::source_dir() + GetParam());
};

INSTANTIATE_TEST_SUITE_P(Memory, Memories,
                         testing::ValuesIn(test::files_below("configs/memories", ".yaml")),
                         name_of_file);

/// Little's law: requests in the system = rate x mean time in it. A stream always has `outstanding`
/// requests under way but for the end, when no more come: that is the slack below, one latency.
TEST_P(Memories, ObeyLittlesLaw) {
  for (const auto& [pattern, text] : EnumNames<MemoryPattern>::names) {
    for (const std::uint32_t outstanding : {1U, 4U, 32U}) {
      MemoryTraffic t;
      t.pattern = pattern;
      t.bytes = 2048_KiB;
      t.request = 512_B;
      t.outstanding = outstanding;
      const MemoryRun r = run_memory(memory_, t);
      const double streams = pattern == MemoryPattern::triad  ? 3
                             : pattern == MemoryPattern::copy ? 2
                                                              : 1;
      const double rate = static_cast<double>(r.requests) / r.elapsed.si();
      const double in_system = rate * r.latency.mean.si();
      const std::string what = fmt::format("{}, {} outstanding", text, outstanding);
      EXPECT_LE(in_system, outstanding * streams * (1 + 1e-9)) << what;
      if (streams > 1) continue;  // the slower stream is alone in the end
      const double tail = outstanding * r.latency.max.si() / r.elapsed.si();
      EXPECT_GE(in_system, outstanding - tail * (1 + 1e-9)) << what;
    }
  }
}

/// Without refresh, row and bank timing, front end and ports a DRAM streams at its peak.
TEST_P(Memories, WithoutOverheadsStreamAtTheirPeak) {
  if (!memory_.dram) GTEST_SKIP() << "no DRAM";
  MemorySpec bare = memory_;
  DramSpec& d = *bare.dram;
  DramTiming& t = d.timing;
  t.trcd = t.trp = t.tras = t.trrd_s = t.trrd_l = t.tfaw = t.trtp = t.twr = 1;
  t.trcd_write = t.trp_all = 0;
  t.trc = 2;
  t.tccd_l = t.tccd_s;
  t.trefi = 1 << 20;
  t.trfc = 1;
  t.per_bank.reset();
  d.controller.front_end = {Time{}, Time{}, Time{}, "none", Confidence::assumed};
  d.controller.port.reset();
  d.controller.power_down.reset();
  d.command_clocks = {};
  t.tppd = 0;
  MemoryTraffic traffic;
  traffic.bytes = 32048_KiB;
  const MemoryRun r = run_memory(bare, traffic);
  EXPECT_LE(r.bandwidth.si(), r.peak.si());
  EXPECT_GE(r.bandwidth.si(), 0.995 * r.peak.si());
}

}  // namespace
}  // namespace tritsim
