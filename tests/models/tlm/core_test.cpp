// SPDX-License-Identifier: Apache-2.0
#include "models/tlm/core.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "models/tlm/interconnect.hpp"
#include "models/tlm/memory.hpp"
#include "tests/models/support/driver.hpp"
#include "tests/models/support/specs.hpp"

namespace tritsim::test {
namespace {

constexpr std::uint8_t none = Instruction::no_register;

Instruction make(Opcode op, std::uint8_t dst = none, std::uint8_t a = none, std::uint8_t b = none,
                 std::uint32_t symbol = 0) {
  return {op, dst, a, b, 0, symbol};
}

Program program_of(std::vector<Instruction> instructions) {
  Program p;
  p.instructions = std::move(instructions);
  p.symbols = {{"matrix", Symbol::Kind::matrix, 0}, {"vector", Symbol::Kind::vector, 1U << 20}};
  return p;
}

/// One core, one memory, and a process that starts programs.
class Bench {
 public:
  explicit Bench(const CoreSpec& spec, const MemoryLaw& law, const CorePlacement& placement = {})
      : memory("memory", law), core("core", spec, placement), spec_(spec) {
    core.vectors.bind(crossbar.units);
    core.weights.bind(crossbar.units);
    crossbar.channels.bind(memory.port);
    core.on_retire = [this](const RetiredInstruction& r) { retired.push_back(r); };
  }

  /// Cycles of one launch.
  Cycle run(const Program& program, std::uint32_t repeat = 1) {
    Time took;
    Initiator host("host", [&](Initiator& self) {
      sc_core::wait(1, sc_core::SC_US);
      const Time from = now();
      core.load(program, repeat);
      EXPECT_TRUE(start(self));
      EXPECT_FALSE(core.ready());
      while (!core.ready()) sc_core::wait(core.finished());
      took = now() - from;
    });
    host.socket.bind(core.control);
    simulation.run();
    EXPECT_NEAR(took.si(), static_cast<double>(core.activity().cycles) / spec_.clock.si(), 1.1e-12);
    return core.activity().cycles;
  }

  /// Writes the start register; true if the core takes it.
  static bool start(Initiator& host, bool write = true) {
    tlm::tlm_generic_payload payload;
    payload.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
    sc_core::sc_time delay;
    host.socket->b_transport(payload, delay);
    return payload.is_response_ok();
  }

  SimulationContext simulation;
  Interconnect crossbar{"crossbar"};
  Memory memory;
  Core core;
  std::vector<RetiredInstruction> retired;

 private:
  CoreSpec spec_;
};

Cycle cycles_of(const CoreSpec& spec, const MemoryLaw& law, const Program& program,
                std::uint32_t repeat = 1) {
  Bench bench(spec, law);
  return bench.run(program, repeat);
}

// ---- the published RTL's cycle counts, start to ready -------------------------------------------

struct Case {
  const char* name;
  std::uint32_t d;
  std::uint32_t latency;
  std::vector<Instruction> program;
  Cycle expected;

  friend void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }
};

class D5005Core : public testing::TestWithParam<Case> {};

TEST_P(D5005Core, TakesTheCyclesOfItsRtl) {
  CoreSpec spec = shipped_core("mmfree_d5005.yaml");
  spec.vector_length = GetParam().d;
  EXPECT_EQ(cycles_of(spec, FixedLatencyLaw({GetParam().latency}, spec.clock),
                      program_of(GetParam().program)),
            GetParam().expected);
}

const Instruction norm_0 = make(Opcode::norm, 0, 1);
const Instruction add_0 = make(Opcode::add, 0, 1, 2);
const Instruction ldv_0 = make(Opcode::ldv, 0, none, none, 1);
const Instruction sv_0 = make(Opcode::sv, none, 0, none, 1);
const Instruction tmatmul_0 = make(Opcode::tmatmul, 0, 1, none, 0);
INSTANTIATE_TEST_SUITE_P(
    Core, D5005Core,
    testing::Values(Case{"row_wise", 64, 1, {add_0}, 67},
                    Case{"dependent_row_wise", 64, 1, {add_0, make(Opcode::mul, 3, 0, 4)}, 133},
                    Case{"norm", 64, 1, {norm_0}, 194},
                    Case{"norm_beside_row_wise", 64, 1, {norm_0, make(Opcode::add, 3, 4, 5)}, 194},
                    Case{"ldv_1", 64, 1, {ldv_0}, 67}, Case{"ldv_4", 64, 4, {ldv_0}, 259},
                    Case{"ldv_13", 64, 13, {ldv_0}, 835}, Case{"sv_1", 64, 1, {sv_0}, 67},
                    Case{"sv_4", 64, 4, {sv_0}, 259}, Case{"sv_13", 64, 13, {sv_0}, 835},
                    Case{"tmatmul_1", 64, 1, {tmatmul_0}, 4166},
                    Case{"tmatmul_4", 64, 4, {tmatmul_0}, 5192},
                    Case{"tmatmul_8", 64, 8, {tmatmul_0}, 9288},
                    Case{"tmatmul_13_of_128", 128, 13, {tmatmul_0}, 57480}),
    [](const auto& test) { return std::string(test.param.name); });

// ---- ternip ------------------------------------------------------------------------------------

TEST(Core, RunsOtherUnitsUnderAGo) {
  const CoreSpec spec = shipped_core("ternip_1024.yaml");
  const MemoryLaw law = FixedLatencyLaw({20}, spec.clock);
  const Cycle go = cycles_of(spec, law, program_of({make(Opcode::go)}));
  // Descriptor, request and answer; beats and sums of the rows, but for the sums behind the last
  // beat; levels of the tree and latency.
  EXPECT_EQ(go, 2U + 20 + 8192 + 1024 - 2 + 7 + 4);
  const auto adds = [](std::size_t n) {
    std::vector<Instruction> p{make(Opcode::go)};
    for (std::size_t k = 0; k < n; ++k) p.push_back(make(Opcode::add, 0, 1, 2));
    return program_of(p);
  };
  EXPECT_EQ(cycles_of(spec, law, adds(1)), go);
  EXPECT_EQ(cycles_of(spec, law, adds(11)), go);
  EXPECT_EQ(cycles_of(spec, law, adds(12)), 2U + 12 * 772);
  // A load fits under it as well, the next ternary instruction does not.
  EXPECT_EQ(cycles_of(spec, law, program_of({make(Opcode::go), ldv_0})), go);
  EXPECT_EQ(cycles_of(spec, law, program_of({make(Opcode::go), make(Opcode::export_vector, 0)})),
            go + 256 + 4);
}

TEST(Core, RetiresInProgramOrderAndExplainsEveryCycle) {
  const CoreSpec spec = shipped_core("ternip_1024.yaml");
  Bench bench(spec, DramLaw(ddr4_2400()));
  const Program p = program_of({ldv_0, make(Opcode::import_vector, none, 0), make(Opcode::go),
                                make(Opcode::add, 1, 2, 3), make(Opcode::ldv, 2, none, none, 1),
                                make(Opcode::export_vector, 3), make(Opcode::sv, none, 3, none, 1),
                                make(Opcode::sig, 1, 3)});
  const Cycle cycles = bench.run(p);
  ASSERT_EQ(bench.retired.size(), p.instructions.size());
  Cycle exposed = 0;
  Cycle end = 0;
  for (std::size_t n = 0; n < bench.retired.size(); ++n) {
    const RetiredInstruction& r = bench.retired[n];
    EXPECT_EQ(r.instruction, p.instructions[n]);
    EXPECT_LT(r.start, r.end);
    if (n > 0) {
      EXPECT_LT(bench.retired[n - 1].start, r.start);
    }
    exposed += r.exposed;
    end = std::max(end, r.end);
    EXPECT_EQ(exposed, end);  // what was exposed so far explains the time so far
  }
  EXPECT_EQ(end + spec.issue.finish_cycles, cycles);
}

struct Repeat {
  const char* core;
  std::vector<Instruction> program;

  friend void PrintTo(const Repeat& r, std::ostream* out) { *out << r.core; }
};

class Repeats : public testing::TestWithParam<Repeat> {};

TEST_P(Repeats, AreTheProgramOnEnd) {
  CoreSpec spec = shipped_core(GetParam().core);
  if (spec.vector_length == 512) spec.vector_length = 64;
  const DramLaw law(ddr4_2400());
  for (const std::uint32_t n : {1U, 2U, 7U}) {
    std::vector<Instruction> unrolled;
    for (std::uint32_t k = 0; k < n; ++k) {
      unrolled.insert(unrolled.end(), GetParam().program.begin(), GetParam().program.end());
    }
    Bench once(spec, law);
    const Cycle expected = once.run(program_of(unrolled));
    const CoreActivity a = once.core.activity();
    Bench repeated(spec, law);
    EXPECT_EQ(repeated.run(program_of(GetParam().program), n), expected) << n;
    EXPECT_EQ(repeated.core.activity(), a) << n;
    EXPECT_EQ(repeated.retired.size(), unrolled.size());
  }
}

INSTANTIATE_TEST_SUITE_P(
    Core, Repeats,
    testing::Values(Repeat{"ternip_1024.yaml",
                           {ldv_0, make(Opcode::import_vector, none, 0), make(Opcode::go),
                            make(Opcode::add, 1, 2, 3), make(Opcode::ldv, 2, none, none, 1),
                            make(Opcode::export_vector, 3), make(Opcode::sv, none, 3, none, 1)}},
                    Repeat{"mmfree_d5005.yaml",
                           {ldv_0, make(Opcode::norm, 0, 0), make(Opcode::tmatmul, 6, 0, none, 0),
                            make(Opcode::ldv, 2, none, none, 1), make(Opcode::exp, 6, 6),
                            make(Opcode::sv, none, 6, none, 1)}}),
    [](const auto& test) { return std::string(test.param.core).substr(0, 6); });

// ---- alone on its channel ----------------------------------------------------------------------

// A core that prefetches is left out: in processes, a stream that ends sooner than it was expected
// to, because a prefetch gave way, is answered late.
TEST(Core, AloneItTakesTheSameCyclesWithoutWaiting) {
  CoreSpec spec = shipped_core("ternip_1024.yaml");
  std::mt19937 random(5);
  const auto pick = [&](std::size_t n) { return static_cast<std::uint8_t>(random() % n); };
  for (int n = 0; n < 40; ++n) {
    SCOPED_TRACE(n);
    spec.ternary->ternaries_per_cycle = random() % 2 == 0 ? 128 : 1024;
    std::vector<Instruction> code;
    while (code.size() < 30) {
      const std::array kinds{
          make(Opcode::go, none, none, none, 2 * pick(2)),
          make(Opcode::ldv, pick(4), none, none, 1),
          make(Opcode::sv, none, pick(4), none, 1),
          make(Opcode::add, pick(4), pick(4), pick(4)),
          make(Opcode::import_vector, none, pick(4)),
          make(Opcode::export_vector, pick(4)),
      };
      code.push_back(kinds[pick(kinds.size())]);
    }
    Program p = program_of(code);
    p.symbols.push_back({"other", Symbol::Kind::matrix, 2U << 20});
    const DramLaw law(ddr4_2400());
    std::array<std::vector<std::pair<Cycle, Cycle>>, 2> times;
    std::array<CoreActivity, 2> core;
    std::array<MemoryActivity, 2> memory;
    for (const bool alone : {false, true}) {
      CorePlacement placement;
      placement.lanes = 14;
      placement.alone = alone;
      Bench bench(spec, law, placement);
      bench.run(p, 2);
      for (const RetiredInstruction& r : bench.retired) times[alone].emplace_back(r.start, r.end);
      core[alone] = bench.core.activity();
      memory[alone] = bench.memory.settle(now());
    }
    EXPECT_EQ(times[0], times[1]);
    EXPECT_EQ(core[0], core[1]);
    EXPECT_EQ(memory[0], memory[1]);
  }
}

// ---- other matrix units ------------------------------------------------------------------------

TEST(Core, PrefetchFillsTheGapBetweenProducts) {
  CoreSpec spec = shipped_core("ternip_1024.yaml");
  spec.ternary->ternaries_per_cycle = 1024;  // the memory is slower
  Program p =
      program_of({make(Opcode::go), make(Opcode::export_vector, 0), make(Opcode::add, 1, 2, 3),
                  make(Opcode::import_vector, none, 1), make(Opcode::go, none, none, none, 2)});
  p.symbols.push_back({"other", Symbol::Kind::matrix, 2U << 20});
  const auto cycles = [&](Bytes prefetch, const MemoryLaw& law, std::uint32_t repeat = 1) {
    spec.ternary->prefetch = prefetch;
    Bench bench(spec, law);
    const Cycle c = bench.run(p, repeat);
    EXPECT_EQ(bench.core.activity().weight_bytes, 2U * repeat * 1024 * 1024 / 4);
    EXPECT_EQ(bench.memory.settle(now()).bytes_read, 2U * repeat * 1024 * 1024 / 4);
    return c;
  };
  for (const std::uint32_t repeat : {1U, 3U}) {
    for (const MemoryLaw& law :
         {MemoryLaw{FixedLatencyLaw({200}, spec.clock)}, MemoryLaw{DramLaw(ddr4_2400())}}) {
      const Cycle without = cycles(Bytes{}, law, repeat);
      Cycle last = without;
      for (const double kib : {4.0, 16.0, 64.0, 256.0}) {
        const Cycle c = cycles(Bytes{kib * 1024}, law, repeat);
        // A refresh may fall into the fetch that fell into the gap before.
        EXPECT_LE(c, last + (std::holds_alternative<DramLaw>(law) ? 120 * repeat : 0)) << kib;
        last = c;
      }
      EXPECT_LT(last + 500 * repeat, without);  // the gap is some 1300 cycles long
    }
  }
}

TEST(Core, AMacArrayTakesTheFormatOfItsSymbol) {
  CoreSpec spec = shipped_core("mac_vector_256.yaml");
  const MemoryLaw law = FixedLatencyLaw({20}, spec.clock);
  Instruction product = make(Opcode::tmatmul, 0, 1);
  product.elements = 1024;
  product.outputs = 512;
  Program p = program_of({product});
  const auto run = [&](const WeightSpec& weights) {
    p.symbols[0].weights = weights;
    Bench bench(spec, law);
    (void)bench.run(p);
    return bench.core.activity();
  };
  const CoreActivity int4 = run({NumberFormat::int4, 128, 32});
  const CoreActivity fp16 = run({NumberFormat::fp16});
  EXPECT_EQ(int4.weight_bytes, 1024U * 512 * 17 / 32);
  EXPECT_EQ(fp16.weight_bytes, 1024U * 512 * 2);
  ASSERT_TRUE(int4.matrix && fp16.matrix);
  EXPECT_EQ(int4.matrix->products.at("int4"), 1024U * 512);
  EXPECT_EQ(int4.matrix->scalings, 8U * 512);
  EXPECT_EQ(fp16.matrix->products.at("fp16"), 1024U * 512);
  // 64 x 2 x 1 products of fp16 a cycle, four times as many of int4: 64 bytes a cycle bring 32 and
  // 120 of them.
  EXPECT_NEAR(static_cast<double>(fp16.cycles), 1 + 20 + 1024 * 512 * 2 / 64 + 16 + 6, 2);
  EXPECT_NEAR(static_cast<double>(int4.cycles), 1 + 20 + 1024 * 512 * 17 / 32 / 64 + 16 + 6, 8);
}

TEST(Core, KnownZerosAreSkippedAndUnknownOnesAssumed) {
  CoreSpec spec = shipped_core("kria_engine_skipping.yaml");
  spec.ternary->fetch.port = Bytes{1024};  // weights come faster than they are taken
  spec.ternary->fetch.outstanding = 64;
  spec.ternary->fifo = Bytes{1 << 20};
  Instruction product = make(Opcode::tmatmul, 0, 1);
  product.elements = 1024;
  product.outputs = 1024;
  Program p = program_of({product});
  const auto run = [&](std::optional<ZeroShares> zeros) {
    p.symbols[0].zeros = zeros;
    Bench bench(spec, FixedLatencyLaw({20}, spec.clock));
    (void)bench.run(p);
    return bench.core.activity();
  };
  const CoreActivity assumed = run({});
  const CoreActivity many = run(ZeroShares{0.6, 0.55, 1024, 1024});
  const CoreActivity none_at_all = run(ZeroShares{0, 0, 1024, 1024});
  EXPECT_EQ(assumed.matrix->assumed_zeros, 1024U * 1024);
  EXPECT_EQ(many.matrix->assumed_zeros, 0U);
  EXPECT_EQ(many.matrix->skipped, static_cast<std::uint64_t>(std::llround(0.6 * 1024 * 1024)));
  EXPECT_LT(many.cycles, assumed.cycles);
  EXPECT_LT(assumed.cycles, none_at_all.cycles);
  // Nothing to skip: as if nothing were skipped.
  spec.ternary->skip.reset();
  EXPECT_EQ(run({}).cycles, none_at_all.cycles);
  EXPECT_EQ(none_at_all.weight_bytes, many.weight_bytes);
}

// ---- the start register ------------------------------------------------------------------------

TEST(Core, ASecondStartIsRefusedWhileItRuns) {
  const CoreSpec spec = shipped_core("ternip_1024.yaml");
  Bench bench(spec, DramLaw(ddr4_2400()));
  const Program p = program_of({make(Opcode::go)});
  int finishes = 0;
  Driver watcher("watcher", [&] {
    for (;;) {
      sc_core::wait(bench.core.finished());
      ++finishes;
    }
  });
  Initiator host("host", [&](Initiator& self) {
    EXPECT_FALSE(Bench::start(self));  // nothing loaded
    EXPECT_TRUE(bench.core.ready());
    bench.core.load(p, 1);
    EXPECT_TRUE(Bench::start(self));
    EXPECT_FALSE(Bench::start(self));
    sc_core::wait(1, sc_core::SC_US);
    EXPECT_FALSE(bench.core.ready());
    EXPECT_FALSE(Bench::start(self));
    EXPECT_TRUE(Bench::start(self, false));  // reading is always possible
    sc_core::wait(bench.core.finished());
    EXPECT_TRUE(bench.core.ready());
    const Cycle first = bench.core.activity().cycles;
    EXPECT_TRUE(Bench::start(self));
    sc_core::wait(bench.core.finished());
    EXPECT_NEAR(static_cast<double>(bench.core.activity().cycles), 2.0 * static_cast<double>(first),
                500);
  });
  host.socket.bind(bench.core.control);
  bench.simulation.run();
  EXPECT_EQ(finishes, 2);
  EXPECT_EQ(bench.core.activity().units[CoreUnit::matrix].instructions, 2U);
}

TEST(Core, AnEmptyProgramEndsAtOnce) {
  const CoreSpec spec = shipped_core("ternip_1024.yaml");
  EXPECT_EQ(cycles_of(spec, DramLaw(ddr4_2400()), program_of({})), spec.issue.finish_cycles);
  EXPECT_EQ(cycles_of(spec, DramLaw(ddr4_2400()), program_of({ldv_0}), 0),
            spec.issue.finish_cycles);
}

TEST(Core, ARefusedTransferStopsTheSimulation) {
  SimulationContext simulation;
  const CoreSpec spec = shipped_core("ternip_1024.yaml");
  Core core("core", spec, {});
  Sink sink("sink");
  sink.refuses = true;
  core.vectors.bind(sink.socket);
  core.weights.bind(sink.socket);
  const Program p = program_of({ldv_0});
  Initiator host("host", [&](Initiator& self) {
    core.load(p, 1);
    EXPECT_TRUE(Bench::start(self));
  });
  host.socket.bind(core.control);
  EXPECT_THROW(simulation.run(), std::runtime_error);
}

TEST(Core, AddressesAreThoseOfTheirWindows) {
  SimulationContext simulation;
  const CoreSpec spec = shipped_core("ternip_1024.yaml");
  Core core("core", spec, {2, channel_base(3), channel_base(1)});
  Sink sink("sink", 1.0_us);
  core.vectors.bind(sink.socket);
  core.weights.bind(sink.socket);
  Program p = program_of({ldv_0, make(Opcode::go), sv_0});
  p.symbols[0].address = 0x10000;
  Initiator host("host", [&](Initiator& self) {
    core.load(p, 1);
    EXPECT_TRUE(Bench::start(self));
  });
  host.socket.bind(core.control);
  simulation.run();
  ASSERT_EQ(sink.seen.size(), 3U);
  std::sort(sink.seen.begin(), sink.seen.end(),
            [](const auto& a, const auto& b) { return a.start < b.start; });
  EXPECT_EQ(sink.seen[0].address, channel_base(1) + (1U << 20));
  EXPECT_EQ(sink.seen[1].address, channel_base(3) + 0x10000);
  EXPECT_EQ(sink.seen[2].address, channel_base(1) + (1U << 20));
  EXPECT_FALSE(sink.seen[0].write);
  EXPECT_TRUE(sink.seen[2].write);
}

TEST(Core, CountsWhatItDoes) {
  const CoreSpec spec = shipped_core("ternip_1024.yaml");
  Bench bench(spec, FixedLatencyLaw({20}, spec.clock));
  bench.run(program_of(
      {ldv_0, make(Opcode::import_vector, none, 0), make(Opcode::go), make(Opcode::add, 1, 2, 3)}));
  const CoreActivity& a = bench.core.activity();
  EXPECT_EQ(a.units[CoreUnit::load_store].instructions, 1U);
  EXPECT_EQ(a.units[CoreUnit::matrix].instructions, 2U);
  EXPECT_EQ(a.units[CoreUnit::element_wise].instructions, 1U);
  EXPECT_EQ(a.units[CoreUnit::element_wise].busy_cycles, 772U);
  EXPECT_EQ(a.units[CoreUnit::matrix].busy_cycles, 263U + 9247);
  EXPECT_EQ(a.weight_bytes, 262'144U);
  EXPECT_EQ(bench.memory.settle(Time{1}).bytes_read, 262'144U + 2048);
}

}  // namespace
}  // namespace tritsim::test
