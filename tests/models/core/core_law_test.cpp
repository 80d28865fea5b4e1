// SPDX-License-Identifier: Apache-2.0
#include "models/core/core_law.hpp"

#include <random>

#include <gtest/gtest.h>

#include "models/core/scoreboard_law.hpp"
#include "tests/models/support/specs.hpp"

namespace tritsim::test {
namespace {

// ---- cycles of instructions --------------------------------------------------------------------

struct Cost {
  const char* core;
  Opcode op;
  Cycle cycles;

  friend void PrintTo(const Cost& c, std::ostream* out) { *out << c.core << ' ' << name_of(c.op); }
};

class UnitCycles : public testing::TestWithParam<Cost> {};

TEST_P(UnitCycles, FollowFromThePorts) {
  const CoreSpec core = shipped_core(GetParam().core);
  EXPECT_EQ(unit_cycles(core, GetParam().op), GetParam().cycles);
}

// D = 512, one element a cycle, ports per register: D cycles and the unit's latency.
INSTANTIATE_TEST_SUITE_P(D5005, UnitCycles,
                         testing::Values(Cost{"mmfree_d5005.yaml", Opcode::add, 512 + 2},
                                         Cost{"mmfree_d5005.yaml", Opcode::sub, 512 + 2},
                                         Cost{"mmfree_d5005.yaml", Opcode::mul, 512 + 2},
                                         Cost{"mmfree_d5005.yaml", Opcode::div, 512 + 2},
                                         Cost{"mmfree_d5005.yaml", Opcode::exp, 512 + 2},
                                         Cost{"mmfree_d5005.yaml", Opcode::sig, 512 + 2},
                                         Cost{"mmfree_d5005.yaml", Opcode::norm, 3 * 512 + 1},
                                         Cost{"mmfree_d5005.yaml", Opcode::tmatmul, 512 + 3},
                                         Cost{"mmfree_d5005.yaml", Opcode::ldv, 1},
                                         Cost{"mmfree_d5005.yaml", Opcode::sv, 2}));

// D = 1024 in N = 256 chunks of four through one port: 3 N for two operands, 2 N for one. The last
// of 24 groups of a pipeline of 11 stages has three chunks and waits eight cycles.
INSTANTIATE_TEST_SUITE_P(Ternip, UnitCycles,
                         testing::Values(Cost{"ternip_1024.yaml", Opcode::add, 3 * 256 + 4},
                                         Cost{"ternip_1024.yaml", Opcode::sub, 3 * 256 + 4},
                                         Cost{"ternip_1024.yaml", Opcode::mul, 3 * 256 + 6},
                                         Cost{"ternip_1024.yaml", Opcode::sig, 2 * 256 + 1},
                                         Cost{"ternip_1024.yaml", Opcode::csig, 2 * 256 + 1},
                                         Cost{"ternip_1024.yaml", Opcode::silu, 2 * 256 + 1 + 8},
                                         Cost{"ternip_1024.yaml", Opcode::clear, 5 + 2},
                                         Cost{"ternip_1024.yaml", Opcode::accumulate, 256 + 8},
                                         Cost{"ternip_1024.yaml", Opcode::finish, 57 + 2 + 62},
                                         Cost{"ternip_1024.yaml", Opcode::normalize, 2 * 256 + 1},
                                         Cost{"ternip_1024.yaml", Opcode::import_vector, 256 + 7},
                                         Cost{"ternip_1024.yaml", Opcode::go, 4},
                                         Cost{"ternip_1024.yaml", Opcode::export_vector, 256 + 4},
                                         Cost{"ternip_1024.yaml", Opcode::ldv, 0},
                                         Cost{"ternip_1024.yaml", Opcode::sv, 7}));

TEST(CoreLaw, LogarithmsOfWidthsLengthenAFinish) {
  CoreSpec core = shipped_core("ternip_1024.yaml");
  core.vector_length = 512;  // a bit less, made even again
  EXPECT_EQ(unit_cycles(core, Opcode::finish), 57U + 2 + 62);
  core.vector_length = 256;
  EXPECT_EQ(unit_cycles(core, Opcode::finish), 57U + 2 + 60);
  core.elements_per_cycle = 8;
  EXPECT_EQ(unit_cycles(core, Opcode::finish), 57U + 3 + 60);
  EXPECT_EQ(unit_cycles(core, Opcode::clear), 5U + 3);
}

TEST(CoreLaw, AShortGroupWaitsForItsPipeline) {
  CoreSpec core = shipped_core("ternip_1024.yaml");
  for (const std::uint32_t chunks : {1U, 7U, 8U, 9U, 16U}) {
    core.vector_length = chunks * core.elements_per_cycle;
    const std::uint32_t groups = (chunks + 7) / 8;
    EXPECT_EQ(unit_cycles(core, Opcode::normalize), chunks + 8 * groups + 1) << chunks;
  }
}

TEST(CoreLaw, LastChunkMayBeShort) {
  CoreSpec core = shipped_core("ternip_1024.yaml");
  core.vector_length = 1022;
  EXPECT_EQ(unit_cycles(core, Opcode::import_vector), 256U + 7);
  core.vector_length = 1020;
  EXPECT_EQ(unit_cycles(core, Opcode::import_vector), 255U + 7);
}

// ---- memory streams ----------------------------------------------------------------------------

TEST(CoreLaw, WeightStreamOfATile) {
  const CoreSpec core = shipped_core("ternip_1024.yaml");
  const StreamRequest s = stream_of(core, Instruction{Opcode::go}, 14);
  EXPECT_EQ(s.bytes, 1024U * 1024 / 4);  // whatever the lanes
  EXPECT_EQ(s.request_bytes, 4096U);
  EXPECT_EQ(s.outstanding, 2U);
  EXPECT_EQ(s.fifo_bytes, 8192U);
  EXPECT_FALSE(s.write);
  // 128 ternaries of 2 bit a cycle, and a cycle for the sum of each row.
  EXPECT_NEAR((s.unit_per_byte * static_cast<double>(s.bytes)) * core.clock, 8192 + 1024, 1e-6);
  EXPECT_EQ(s.rows, (RowPaceSpec{32, 8, 1, 7 + 3, 5}));
  EXPECT_NEAR(s.beat * core.clock, 1, 1e-12);
  EXPECT_EQ(s.beat_bytes, 64);
}

TEST(CoreLaw, VectorStreamsServeEveryLane) {
  const CoreSpec core = shipped_core("ternip_1024.yaml");
  for (const std::uint32_t lanes : {1U, 6U, 14U}) {
    for (const Opcode op : {Opcode::ldv, Opcode::sv}) {
      const StreamRequest s = stream_of(core, Instruction{op}, lanes);
      EXPECT_EQ(s.bytes, 2048U * lanes);
      EXPECT_EQ(s.request_bytes, std::min(2048U * lanes, 4096U));
      EXPECT_EQ(s.outstanding, 2U);  // of the one stream
      EXPECT_EQ(s.posted, op == Opcode::sv);
      EXPECT_EQ(s.fifo_bytes, 0U);
      EXPECT_EQ(s.write, op == Opcode::sv);
      // Every lane takes a chunk a cycle: N cycles, however many lanes.
      EXPECT_NEAR((s.unit_per_byte * static_cast<double>(s.bytes)) * core.clock, 256, 1e-6);
    }
  }
}

TEST(CoreLaw, RequestsAreNeverLongerThanTheStream) {
  CoreSpec core = shipped_core("ternip_1024.yaml");
  core.vector_length = 64;
  EXPECT_EQ(stream_of(core, Instruction{Opcode::go}, 1).request_bytes, 1024U);
  EXPECT_EQ(stream_of(core, Instruction{Opcode::ldv}, 1).request_bytes, 128U);
}

TEST(CoreLaw, OnlyMemoryInstructionsHaveStreams) {
  const CoreSpec core = shipped_core("ternip_1024.yaml");
  for (const auto& [op, name] : EnumNames<Opcode>::names) {
    if (uses_memory(op)) continue;
    EXPECT_THROW((void)stream_of(core, Instruction{op}, 1), std::logic_error) << name;
  }
}

TEST(CoreLaw, CostTableAgreesWithTheLaws) {
  for (const char* file : {"mmfree_d5005.yaml", "ternip_1024.yaml"}) {
    const CoreSpec core = shipped_core(file);
    const CostTable table = cost_table(core, 3);
    for (const auto& [op, name] : EnumNames<Opcode>::names) {
      const OpcodeCost& c = table[static_cast<std::size_t>(op)];
      EXPECT_EQ(c.unit, shape_of(op).unit) << name;
      if (!core.has(op)) continue;
      EXPECT_EQ(c.cycles, unit_cycles(core, op) + c.work.fill) << name;
      if (uses_memory(op)) {
        EXPECT_EQ(c.stream, stream_of(core, Instruction{op}, 3)) << name;
      }
    }
  }
}

TEST(CoreLaw, ASizedInstructionCostsWhatItMoves) {
  const CoreSpec core = shipped_core("kria_engine.yaml");
  const OpcodeCost load = opcode_cost(core, sized(Opcode::ldv, 100), 1);
  EXPECT_EQ(load.stream.bytes, 200U);     // int16
  EXPECT_EQ(load.stream.beat_bytes, 16);  // a port of its own
  const OpcodeCost store = opcode_cost(core, sized(Opcode::sv, 100), 1);
  EXPECT_EQ(store.stream.bytes, 400U);  // results of 32 bit
  EXPECT_EQ(store.stream.beat_bytes, 4);
  EXPECT_TRUE(store.stream.write);
  const OpcodeCost product = opcode_cost(core, sized(Opcode::tmatmul, 100, 36), 1);
  EXPECT_EQ(product.ternaries, 3600U);
  EXPECT_EQ(product.stream.bytes, 900U);
  EXPECT_EQ(product.weight_bytes, 900U);
  EXPECT_EQ(product.stream.beat_bytes, 64);
  // The glue unit of the Arty: two passes and a latency.
  const CoreSpec arty = shipped_core("ternfpga_k8.yaml");
  EXPECT_EQ(unit_cycles(arty, Opcode::mul, 100), 200U + 149);
  EXPECT_EQ(opcode_cost(arty, sized(Opcode::mul, 100), 1).elements, 200U);
}

// 1,031 cycles a pass of 64 columns over 1024 inputs, 16,496 a tile of 16 passes, behind its load.
TEST(CoreLaw, AProductFromAPageBeginsWhenAllWeightsAreThere) {
  const CoreSpec core = shipped_core("ternarycore_64.yaml");
  ASSERT_TRUE(core.ternary->paged);
  Instruction i{Opcode::tmatmul};
  i.elements = 1024;
  i.outputs = 64;
  EXPECT_EQ(opcode_cost(core, i, 1).cycles, 1031U);
  i.outputs = 1024;
  const OpcodeCost tile = opcode_cost(core, i, 1);
  EXPECT_EQ(tile.cycles, 16'496U);
  EXPECT_EQ(tile.stream.bytes, 256U * 1024);
  EXPECT_EQ(tile.stream.unit_per_byte, Time{});
  EXPECT_NEAR((tile.working * core.clock), 16'496, 1e-6);
  CoreSpec streams = core;
  streams.ternary->paged = false;
  EXPECT_EQ(opcode_cost(streams, i, 1).cycles, 0U);
  EXPECT_GT(opcode_cost(streams, i, 1).stream.unit_per_byte, Time{});
}

TEST(CoreLaw, CountsOfAnInstruction) {
  const CoreSpec core = shipped_core("ternip_1024.yaml");
  const CostTable table = cost_table(core, 14);
  CoreActivity a;
  const auto count = [&](Opcode op) { count_instruction(a, table[static_cast<std::size_t>(op)]); };
  count(Opcode::go);
  EXPECT_EQ(a.units[CoreUnit::matrix].instructions, 1U);
  EXPECT_EQ(a.ternaries, 1024U * 1024);
  EXPECT_EQ(a.weight_bytes, 1024U * 1024 / 4);
  EXPECT_EQ(a.register_bytes, 0U);
  count(Opcode::add);
  EXPECT_EQ(a.units[CoreUnit::element_wise].instructions, 1U);
  EXPECT_EQ(a.vector_elements, 1024U);
  EXPECT_EQ(a.register_bytes, 3U * 2048);
  count(Opcode::ldv);
  EXPECT_EQ(a.units[CoreUnit::load_store].instructions, 1U);
  EXPECT_EQ(a.register_bytes, 4U * 2048);
  count(Opcode::import_vector);
  EXPECT_EQ(a.ternaries, 1024U * 1024);
  EXPECT_EQ(a.units[CoreUnit::matrix].instructions, 2U);
}

// ---- scoreboard --------------------------------------------------------------------------------

constexpr std::uint8_t none = Instruction::no_register;

Instruction make(Opcode op, std::uint8_t dst = none, std::uint8_t a = none, std::uint8_t b = none) {
  return {op, dst, a, b, 0, 0};
}

CoreSpec core_with(IssuePolicy policy, bool overlap_go = false, bool exclusive = false) {
  CoreSpec core;
  core.registers = 8;
  core.issue.policy = policy;
  core.issue.overlap_go = overlap_go;
  core.issue.exclusive_memory = exclusive;
  return core;
}

/// A running instruction that ends at 100, another after it: when it may be issued, and why.
struct Hazard {
  const char* name;
  Instruction running;
  Instruction next;
  Cycle issue;
  std::optional<CoreUnit> held_by;
  bool exclusive = false;

  friend void PrintTo(const Hazard& h, std::ostream* out) { *out << h.name; }
};

class Scoreboarding : public testing::TestWithParam<Hazard> {};

TEST_P(Scoreboarding, HoldsAnInstruction) {
  const Hazard& h = GetParam();
  Scoreboard board(core_with(IssuePolicy::scoreboard, false, h.exclusive));
  board.issue(h.running, 0, 100);
  ASSERT_FALSE(board.waits_for(h.next));
  const IssueTime t = board.issue_time(h.next);
  EXPECT_EQ(t.cycle, h.issue);
  EXPECT_EQ(t.held_by, h.held_by);

  // The same with an end that only finish() tells.
  Scoreboard open(core_with(IssuePolicy::scoreboard, false, h.exclusive));
  open.issue(h.running, 0, {});
  EXPECT_EQ(open.waits_for(h.next), h.held_by);
  EXPECT_TRUE(open.running(shape_of(h.running.op).unit));
  open.finish(shape_of(h.running.op).unit, 100);
  EXPECT_FALSE(open.waits_for(h.next));
  EXPECT_EQ(open.issue_time(h.next).cycle, h.issue);
  EXPECT_EQ(open.last_end(), 100U);
}

INSTANTIATE_TEST_SUITE_P(
    CoreLaw, Scoreboarding,
    testing::Values(
        Hazard{"same_unit", make(Opcode::add, 0, 1, 2), make(Opcode::mul, 3, 4, 5), 100,
               CoreUnit::element_wise},
        Hazard{"independent", make(Opcode::add, 0, 1, 2), make(Opcode::norm, 3, 4), 1, {}},
        Hazard{"read_after_write", make(Opcode::add, 0, 1, 2), make(Opcode::norm, 3, 0), 100,
               CoreUnit::element_wise},
        Hazard{"write_after_write", make(Opcode::add, 0, 1, 2), make(Opcode::norm, 0, 3), 100,
               CoreUnit::element_wise},
        Hazard{"write_after_read", make(Opcode::add, 0, 1, 2), make(Opcode::norm, 2, 3), 100,
               CoreUnit::element_wise},
        Hazard{"read_after_read", make(Opcode::add, 0, 1, 2), make(Opcode::norm, 3, 1), 100,
               CoreUnit::element_wise},
        Hazard{"store_of_a_running_result", make(Opcode::tmatmul, 0, 1), make(Opcode::sv, none, 0),
               100, CoreUnit::matrix},
        Hazard{"load_beside_tmatmul", make(Opcode::tmatmul, 0, 1), make(Opcode::ldv, 2), 1, {}},
        Hazard{"exclusive_load", make(Opcode::tmatmul, 0, 1), make(Opcode::ldv, 2), 100,
               CoreUnit::matrix, true},
        Hazard{"exclusive_tmatmul", make(Opcode::ldv, 2), make(Opcode::tmatmul, 0, 1), 100,
               CoreUnit::load_store, true},
        Hazard{"exclusive_leaves_others",
               make(Opcode::ldv, 2),
               make(Opcode::add, 0, 1, 3),
               1,
               {},
               true}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(CoreLaw, AtMostOneIssueACycle) {
  Scoreboard board(core_with(IssuePolicy::scoreboard));
  board.issue(make(Opcode::add, 0, 1, 2), 5, 6);
  EXPECT_EQ(board.next_issue(), 6U);
  EXPECT_EQ(board.issue_time(make(Opcode::norm, 3, 4)).cycle, 6U);
  // Also when everything ended long before.
  board.issue(make(Opcode::norm, 3, 4), 50, 51);
  EXPECT_EQ(board.issue_time(make(Opcode::add, 0, 1, 2)).cycle, 51U);
}

TEST(CoreLaw, TheLatestOfSeveralHolds) {
  Scoreboard board(core_with(IssuePolicy::scoreboard));
  board.issue(make(Opcode::add, 0, 1, 2), 0, 100);
  board.issue(make(Opcode::norm, 3, 4), 1, 200);
  const IssueTime t = board.issue_time(make(Opcode::tmatmul, 0, 3));
  EXPECT_EQ(t.cycle, 200U);
  EXPECT_EQ(t.held_by, CoreUnit::norm);
}

/// all_units_ready: whatever runs holds whatever comes, but for a GO with overlap.
TEST(CoreLaw, AllUnitsReady) {
  const Instruction kinds[] = {make(Opcode::ldv, 0), make(Opcode::add, 1, 2, 3),
                               make(Opcode::normalize, 4, 5), make(Opcode::go)};
  for (const bool overlap : {false, true}) {
    for (const Instruction& running : kinds) {
      for (const Instruction& next : kinds) {
        Scoreboard board(core_with(IssuePolicy::all_units_ready, overlap));
        board.issue(running, 0, 100);
        const bool beside =
            overlap && running.op == Opcode::go && shape_of(next.op).unit != CoreUnit::matrix;
        EXPECT_EQ(board.issue_time(next).cycle, beside ? 1U : 100U)
            << name_of(running.op) << " then " << name_of(next.op) << ", overlap " << overlap;
      }
    }
  }
}

TEST(CoreLaw, OneUnitAtATimeUnderAGo) {
  Scoreboard board(core_with(IssuePolicy::all_units_ready, true));
  board.issue(make(Opcode::go), 0, {});
  board.issue(make(Opcode::add, 0, 1, 2), 1, 50);
  EXPECT_FALSE(board.waits_for(make(Opcode::ldv, 3)));
  EXPECT_EQ(board.issue_time(make(Opcode::ldv, 3)).cycle, 50U);
  EXPECT_EQ(board.waits_for(make(Opcode::import_vector, none, 4)), CoreUnit::matrix);
  board.finish(CoreUnit::matrix, 1000);
  EXPECT_EQ(board.issue_time(make(Opcode::import_vector, none, 4)).cycle, 1000U);
}

TEST(CoreLaw, OnlyAGoOverlaps) {
  // EXPORT runs on the same unit, but it uses the register port.
  Scoreboard board(core_with(IssuePolicy::all_units_ready, true));
  board.issue(make(Opcode::go), 0, 100);
  board.issue(make(Opcode::export_vector, 0), 100, 358);
  EXPECT_EQ(board.issue_time(make(Opcode::add, 1, 2, 3)).cycle, 358U);
}

TEST(CoreLaw, RandomProgramsIssueInOrderAndNeverTooEarly) {
  const Opcode ops[] = {Opcode::ldv, Opcode::sv,   Opcode::add,
                        Opcode::sig, Opcode::norm, Opcode::tmatmul};
  for (std::uint32_t seed = 0; seed < 50; ++seed) {
    std::mt19937 random(seed);
    const CoreSpec core =
        core_with(seed % 2 == 0 ? IssuePolicy::scoreboard : IssuePolicy::all_units_ready);
    Scoreboard board(core);

    struct Issued {
      Instruction i;
      Cycle start, end;
    };

    std::vector<Issued> all;
    const auto reg = [&] { return static_cast<std::uint8_t>(random() % 8); };
    for (int n = 0; n < 200; ++n) {
      const Opcode op = ops[random() % 6];
      const OperandShape shape = shape_of(op);
      const Instruction i =
          make(op, shape.destination ? reg() : none, shape.sources > 0 ? reg() : none,
               shape.sources > 1 ? reg() : none);
      const Cycle at = board.issue_time(i).cycle;
      for (const Issued& other : all) {
        ASSERT_LT(other.start, at);
        const auto uses = [](const Instruction& x, std::uint8_t r) {
          return r != none && (x.dst == r || x.src1 == r || x.src2 == r);
        };
        const bool conflict = shape_of(other.i.op).unit == shape.unit ||
                              core.issue.policy == IssuePolicy::all_units_ready ||
                              uses(i, other.i.dst) || uses(i, other.i.src1) ||
                              uses(i, other.i.src2);
        if (conflict) {
          ASSERT_LE(other.end, at);
        }
      }
      const Cycle end = at + 1 + random() % 50;
      board.issue(i, at, end);
      all.push_back({i, at, end});
    }
  }
}

}  // namespace
}  // namespace tritsim::test
