// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/lower.hpp"

#include <map>

#include <gtest/gtest.h>

#include "sim/plan/vector_code.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

using test::board;
using test::tiny_model;

/// Content of a register or of a place in memory, as a text of its computation.
using Term = std::string;

/// Runs a program on terms instead of numbers. Registers start out as garbage; unwritten memory
/// holds its symbol's name.
class SymbolicCore {
 public:
  explicit SymbolicCore(const Program& p) : program_(p) {}

  /// The terms that were stored, by symbol name, at the end.
  std::map<std::string, Term> run() {
    for (const Instruction& i : program_.instructions) step(i);
    return memory_;
  }

 private:
  Term& reg(std::uint8_t r) {
    auto [it, fresh] = registers_.try_emplace(r, "garbage");
    return it->second;
  }

  void step(const Instruction& i) {
    const std::string name(name_of(i.op));
    switch (i.op) {
      case Opcode::ldv: {
        const std::string& symbol = program_.symbols[i.symbol].name;
        const auto it = memory_.find(symbol);
        reg(i.dst) = it == memory_.end() ? symbol : it->second;
        break;
      }
      case Opcode::sv:
        memory_[program_.symbols[i.symbol].name] = reg(i.src1);
        break;
      case Opcode::clear:
        rms_ = "0";
        break;
      case Opcode::accumulate:
        rms_ = hash(rms_ + "+" + reg(i.src1));
        break;
      case Opcode::finish:
        break;
      case Opcode::normalize:
        reg(i.dst) = hash(reg(i.src1) + "/" + rms_);
        break;
      case Opcode::import_vector:
        input_ = reg(i.src1);
        break;
      case Opcode::go:
        sums_ = hash(input_ + "@" + program_.symbols[i.symbol].name);
        break;
      case Opcode::export_vector:
        reg(i.dst) = sums_;
        break;
      default: {
        Term term = name + "(" + reg(i.src1);
        if (i.src2 != Instruction::no_register) term += "," + reg(i.src2);
        reg(i.dst) = hash(term + ")");
      }
    }
  }

  /// Keeps terms short: same text, same term; garbage stays visible.
  static Term hash(const Term& t) {
    const bool bad = t.find("garbage") != std::string::npos;
    return (bad ? "garbage#" : "#") + std::to_string(std::hash<std::string>{}(t));
  }

  const Program& program_;
  std::map<std::uint8_t, Term> registers_;
  std::map<std::string, Term> memory_;
  Term rms_, input_, sums_;
};

std::map<std::string, Term> results_only(std::map<std::string, Term> memory) {
  std::erase_if(memory, [](const auto& e) { return e.first.starts_with("spill."); });
  return memory;
}

std::map<std::string, Term> stored(const ModelSpec& model, const MappingSpec& mapping,
                                   CoreSpec core) {
  const Program p = lower(expand(model), mapping, core, 1);
  return results_only(SymbolicCore(p).run());
}

// However few registers there are, whichever is spilled, and whenever sums are exported: what ends
// up in memory (states and the last norm's output) is computed in the same way from the same
// parameters.
TEST(Lower, RegistersSpillsAndExportsDoNotChangeWhatIsComputed) {
  const BoardSpec b = board("u250_mmfree_24");
  MappingSpec mapping = b.mapping;
  CoreSpec core = b.cores[0].core;
  core.registers = 200;
  const auto reference = stored(tiny_model(), mapping, core);
  EXPECT_EQ(reference.size(), 2U + 1U);  // two layers' states, final norm
  for (const auto& [symbol, term] : reference) {
    EXPECT_EQ(term.find("garbage"), std::string::npos) << symbol;
  }
  for (const std::uint32_t registers : {3U, 4U, 5U, 8U, 16U}) {
    for (const Spill spill : {Spill::lru, Spill::belady}) {
      for (const Export when : {Export::late, Export::at_once}) {
        core.registers = registers;
        mapping.spill = spill;
        mapping.export_sums = when;
        for (const Schedule schedule : {Schedule::in_order, Schedule::list}) {
          mapping.schedule = schedule;
          EXPECT_EQ(stored(tiny_model(), mapping, core), reference)
              << registers << ' ' << name_of(spill) << ' ' << name_of(when) << ' '
              << name_of(schedule);
        }
      }
    }
  }
}

TEST(Lower, WiderModelsTakeSeveralVectorsAndStayRight) {
  const BoardSpec b = board("u250_mmfree_24");
  CoreSpec core = b.cores[0].core;
  core.registers = 200;
  const auto reference = stored(tiny_model(1, 2048), b.mapping, core);
  EXPECT_EQ(reference.size(), 2U + 2U);
  core.registers = 4;
  EXPECT_EQ(stored(tiny_model(1, 2048), b.mapping, core), reference);
}

std::size_t count(const Program& p, Opcode op) {
  return static_cast<std::size_t>(std::count_if(p.instructions.begin(), p.instructions.end(),
                                                [&](const Instruction& i) { return i.op == op; }));
}

// The RMS that is computed once is the one that each product would have computed.
TEST(Lower, OneNormStatisticServesProductsOfTheSameVector) {
  const BoardSpec b = board("u250_mmfree_24");
  const auto program = [&](NormStatistics n) {
    MappingSpec m = b.mapping;
    m.schedule = Schedule::in_order;
    m.norm_statistics = n;
    return lower(expand(tiny_model()), m, b.cores[0].core, 1);
  };
  const Program each = program(NormStatistics::per_product);
  const Program once = program(NormStatistics::per_vector);
  EXPECT_EQ(results_only(SymbolicCore(once).run()), results_only(SymbolicCore(each).run()));
  for (const Opcode op : {Opcode::clear, Opcode::finish}) {
    EXPECT_EQ(count(each, op) - count(once, op), 2U * 2U) << name_of(op);  // f, g as i
  }
  EXPECT_EQ(count(once, Opcode::normalize), count(each, Opcode::normalize));
}

// The work log of the U250 design counts, a block of 370M: 30 MUL, 6 ADD, 1 SUB, 6 sigmoids, 13 GO.
TEST(Lower, AScaledOutputVectorIsAMultiplication) {
  const BoardSpec b = board("u250_mmfree_24");
  const Trace trace = expand(test::model("mmfreelm_370m"));
  MappingSpec m = b.mapping;
  const Program p = lower(trace, m, b.cores[0].core, 1);
  m.weight_scales = WeightScales::in_unit;
  const Program without = lower(trace, m, b.cores[0].core, 1);
  // i, f, g, o and down have one output vector, gate and up six.
  EXPECT_EQ(count(p, Opcode::mul), count(without, Opcode::mul) + 24U * 11U);
  EXPECT_NEAR(static_cast<double>(count(p, Opcode::mul)), 720, 0.05 * 720);
  EXPECT_EQ(count(p, Opcode::go), 312U);
  EXPECT_NEAR(static_cast<double>(count(p, Opcode::add)), 144, 24);
  EXPECT_EQ(count(p, Opcode::sig) + count(p, Opcode::csig) + count(p, Opcode::silu), 144U);
}

// Published: 13 tiles a layer of 370M at D = 1024: 4 (i f g o) + 6 (gate, up) + 3 (down).
TEST(Lower, TilesOf370MAreThoseOfThePublishedDesign) {
  const BoardSpec b = board("u250_mmfree_24");
  const Program p = lower(expand(test::model("mmfreelm_370m")), b.mapping, b.cores[0].core, 6);
  EXPECT_EQ(count(p, Opcode::go), 24U * 13U);
  EXPECT_EQ(count(p, Opcode::export_vector), 24U * 13U);
  // i, f, g, o and gate_up import one vector, down three.
  EXPECT_EQ(count(p, Opcode::import_vector), 24U * (5U + 3U));
}

TEST(Lower, TileCountFollowsTheShapes) {
  const BoardSpec b = board("u250_mmfree_24");
  const auto tiles = [&](const char* model, std::uint32_t d) {
    CoreSpec core = b.cores[0].core;
    core.vector_length = d;
    return count(lower(expand(test::model(model)), b.mapping, core, 1), Opcode::go);
  };
  EXPECT_EQ(tiles("mmfreelm_1.3b", 2048), 24U * 13U);
  EXPECT_EQ(tiles("mmfreelm_1.3b", 1024), 24U * (4U * 4U + 2U * 12U + 6U * 2U));
  EXPECT_EQ(tiles("mmfreelm_2.7b", 2560), 32U * 13U);
}

// By input, each of a column's tiles is added in the same order, so the results are the same.
TEST(Lower, TheOrderOfTilesChangesImportsAndSpillsNotResults) {
  const BoardSpec b = board("u250_mmfree_24");
  MappingSpec by_input = b.mapping;
  by_input.products["*"].order = LoopOrder::by_input;
  CoreSpec core = b.cores[0].core;
  for (const std::uint32_t registers : {4U, 200U}) {
    core.registers = registers;
    EXPECT_EQ(stored(tiny_model(1, 2048), by_input, core),
              stored(tiny_model(1, 2048), b.mapping, core));
  }
  const Trace trace = expand(test::model("mmfreelm_1.3b"));
  const CoreSpec narrow = b.cores[0].core;  // D = 1024, four registers
  const Program columns = lower(trace, b.mapping, narrow, 1);
  const Program inputs = lower(trace, by_input, narrow, 1);
  EXPECT_EQ(count(inputs, Opcode::go), count(columns, Opcode::go));
  EXPECT_EQ(count(columns, Opcode::import_vector), 24U * 52U);  // one a tile
  EXPECT_EQ(count(inputs, Opcode::import_vector), 24U * (4U * 2U + 2U + 6U));
  EXPECT_GT(count(inputs, Opcode::sv), count(columns, Opcode::sv));  // sums wait in memory
}

TEST(Lower, AProductIsCutAsTheMappingSaysAndTheMostSpecificPatternDecides) {
  const BoardSpec b = board("k26_mmfree");
  const Trace trace = expand(test::model("mmfreelm_370m"));
  const auto calls = [&](MappingSpec m) {
    return count(lower(trace, m, b.cores[0].core, 1), Opcode::tmatmul);
  };
  MappingSpec m = b.mapping;
  const std::size_t whole = calls(m);
  m.products["*"].outputs = 512;
  m.products["lm_head"].outputs = 16000;
  // i, f, g, o and down have 1024 outputs, gate and up together 5632, the lm_head 32,000.
  EXPECT_EQ(calls(m), 24U * (5U * 2U + 11U) + 2U);
  EXPECT_EQ(whole, 145U);
}

std::string refusal(const std::string& name, const ProductSpec& product) {
  const BoardSpec b = board(name);
  MappingSpec m = b.mapping;
  m.products["layers.*"] = product;
  try {
    static_cast<void>(lower(expand(test::model("mmfreelm_370m")), m, b.cores[0].core, 1));
    return "accepted";
  } catch (const ConfigError& e) {
    return e.what();
  }
}

TEST(Lower, ATileThatTheCoreCannotTakeIsRefusedWithItsLimit) {
  const std::string whole = refusal("u250_mmfree_24", {LoopOrder::by_output, 512});
  EXPECT_NE(whole.find("works on whole tiles of 1024 x 1024"), std::string::npos) << whole;
  const std::string large = refusal("k26_mmfree", {LoopOrder::by_output, 1 << 20});
  EXPECT_NE(large.find("mapping.products.layers.*"), std::string::npos) << large;
  EXPECT_NE(large.find("has room for"), std::string::npos) << large;
}

TEST(Lower, MoreRegistersMeanFewerMovesAndBeladyIsNeverWorse) {
  const BoardSpec b = board("u250_mmfree_24");
  const Trace trace = expand(test::model("mmfreelm_370m"));
  MappingSpec in_order = b.mapping;
  in_order.schedule = Schedule::in_order;
  std::size_t before = std::numeric_limits<std::size_t>::max();
  for (const std::uint32_t registers : {3U, 4U, 6U, 8U, 16U, 64U}) {
    CoreSpec core = b.cores[0].core;
    core.registers = registers;
    const auto moves = [&](Spill spill) {
      MappingSpec m = in_order;
      m.spill = spill;
      const Program p = lower(trace, m, core, 1);
      return count(p, Opcode::ldv) + count(p, Opcode::sv);
    };
    EXPECT_LE(moves(Spill::belady), moves(Spill::lru));
    EXPECT_LE(moves(Spill::belady), before);
    before = moves(Spill::belady);
  }
}

TEST(Lower, PlacesSymbolsWithoutOverlap) {
  const BoardSpec b = board("u250_mmfree_24");
  const CoreSpec& core = b.cores[0].core;
  const std::uint32_t lanes = 6;
  const Program p = lower(expand(tiny_model()), b.mapping, core, lanes);
  std::map<std::uint64_t, std::uint64_t> ends;
  for (const Symbol& s : p.symbols) {
    const Bytes size =
        s.kind == Symbol::Kind::matrix ? core.tile_bytes() : core.vector_bytes() * double(lanes);
    EXPECT_TRUE(ends.emplace(s.address, s.address + static_cast<std::uint64_t>(size.si())).second);
  }
  std::uint64_t free_from = 0;
  for (const auto& [begin, end] : ends) {
    EXPECT_GE(begin, free_from);
    free_from = end;
  }
  EXPECT_EQ(footprint(p, core, lanes), free_from);
}

TEST(Lower, NamesOpNeedAndLimitWhenACoreCannotDoIt) {
  // norm of this core covers one vector of D = 512; the model's is 1024 wide.
  const BoardSpec b = board("d5005_mmfree");
  try {
    static_cast<void>(lower(expand(tiny_model()), b.mapping, b.cores[0].core, 1));
    FAIL() << "expected a ConfigError";
  } catch (const ConfigError& e) {
    const std::string text = e.what();
    EXPECT_NE(text.find("layers.0.attn_norm: needs an RMS norm over 2 vectors"), std::string::npos)
        << text;
    EXPECT_NE(text.find("512"), std::string::npos);
  }
}

TEST(Lower, ALoweredProgramIsAssemblyThatReadsBack) {
  const BoardSpec b = board("u250_mmfree_24");
  const CoreSpec& core = b.cores[0].core;
  const Program p = lower(expand(tiny_model()), b.mapping, core, 1);
  const Assembly back = parse_assembly(to_assembly(p), "lowered.tmi", core);
  EXPECT_TRUE(back.warnings.empty());
  ASSERT_EQ(back.program.instructions.size(), p.instructions.size());
  for (std::size_t i = 0; i < p.instructions.size(); ++i) {
    const Instruction& x = back.program.instructions[i];
    const Instruction& y = p.instructions[i];
    EXPECT_EQ(std::tie(x.op, x.dst, x.src1, x.src2), std::tie(y.op, y.dst, y.src1, y.src2));
    if (shape_of(x.op).address) {
      Symbol symbol = p.symbols[y.symbol];
      symbol.spilled = false;  // assembly does not say so
      EXPECT_EQ(back.program.symbols[x.symbol], symbol);
    }
  }
}

TEST(Lower, RunsOnACoreWithWholeInstructions) {
  BoardSpec b = board("d5005_mmfree");
  b.cores[0].core.vector_length = 4096;  // wide enough for a norm over the intermediate vector
  const Program p = lower(expand(tiny_model()), b.mapping, b.cores[0].core, 1);
  EXPECT_EQ(count(p, Opcode::tmatmul), 2U * 7U);
  EXPECT_EQ(count(p, Opcode::go), 0U);
}

TEST(Lower, EmbeddingOnTheCoreIsRefused) {
  const BoardSpec b = board("u250_mmfree_24");
  MappingSpec m = b.mapping;
  m.embedding = Target::core;
  try {
    static_cast<void>(lower(expand(tiny_model()), m, b.cores[0].core, 1));
    FAIL() << "accepted";
  } catch (const ConfigError& e) {
    EXPECT_EQ(std::string(e.what()),
              "embedding: is of kind 'embedding', which no core does; map 'embedding' to the host, "
              "or exclude it");
  }
}

TEST(Lower, ElementWiseCodeIsTheFirstWhoseInstructionsTheCoreHas) {
  const BoardSpec b = board("u250_mmfree_24");
  const Trace trace = expand(tiny_model());
  CoreSpec core = b.cores[0].core;
  ASSERT_TRUE(core.has(Opcode::silu));
  const Program whole = lower(trace, b.mapping, core, 1);
  const std::size_t silus = count(whole, Opcode::silu);
  core.instructions.erase("silu");
  const Program steps = lower(trace, b.mapping, core, 1);
  EXPECT_GT(silus, 0U);
  EXPECT_EQ(count(steps, Opcode::silu), 0U);
  EXPECT_EQ(count(steps, Opcode::sig), count(whole, Opcode::sig) + silus);
  EXPECT_EQ(count(steps, Opcode::mul), count(whole, Opcode::mul) + silus);
  core.instructions.erase("sig");
  try {
    static_cast<void>(lower(trace, b.mapping, core, 1));
    FAIL() << "accepted";
  } catch (const ConfigError& e) {
    EXPECT_NE(std::string(e.what()).find("needs the instruction 'sig'"), std::string::npos);
  }
}

TEST(AllocateRegisters, UseBeforeDefinitionIsAFaultOfTheCaller) {
  VectorCode code;
  code.vectors.push_back({"x", {}});
  code.vectors.push_back({"y", {}});
  code.instructions.push_back({Opcode::sig, 1, 0});
  EXPECT_THROW(static_cast<void>(allocate_registers(code, 4, Spill::lru)), std::logic_error);
}

TEST(Lower, ATransformerIsRefusedWithTheUnitsThatACoreLacks) {
  for (const char* model : {"llama2_7b", "bitnet_2b_4t", "gpt2_medium"}) {
    for (const char* name : {"u250_mmfree_48", "d5005_mmfree"}) {
      const BoardSpec b = test::board(name);
      try {
        static_cast<void>(lower(expand(test::model(model), 9), b.mapping, b.cores[0].core, 1));
        ADD_FAILURE() << model << " runs on " << name;
      } catch (const ConfigError& e) {
        EXPECT_NE(std::string(e.what()).find("layers.0.attn.attention: needs an attention unit"),
                  std::string::npos)
            << e.what();
      }
    }
  }
}

}  // namespace
}  // namespace tritsim
