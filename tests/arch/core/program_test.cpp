// SPDX-License-Identifier: Apache-2.0
#include "arch/core/program.hpp"

#include <random>

#include <gtest/gtest.h>

#include "arch/base/document.hpp"
#include "arch/base/reader.hpp"
#include "tests/support/files.hpp"

namespace tritsim {
namespace {

CoreSpec core(const std::string& name) {
  return load<CoreSpec>(test::source_dir() + "configs/cores/" + name + ".yaml");
}

/// A core that has every instruction and `registers` registers.
CoreSpec everything(std::uint32_t registers = 8) {
  CoreSpec c = core("mmfree_d5005");
  c.name = "all";
  c.registers = registers;
  for (const auto& [op, name] : EnumNames<Opcode>::names) c.instructions[std::string(name)];
  c.attention = AttentionSpec{1, "", {}, 1024, 16_bit, 1_KiB, {64_B, 1, 0, {}}};
  return c;
}

/// Operands of an attention instruction after its registers and symbol; they have no default.
std::string size_text(Opcode op) {
  if (!grows(op)) return "";
  return op == Opcode::softmax ? "9" : "32 x 9";
}

Assembly assemble(const std::string& text, const CoreSpec& c = everything()) {
  return parse_assembly(text, "p.tmi", c);
}

std::string fault(const std::string& text, const CoreSpec& c = everything()) {
  try {
    static_cast<void>(assemble(text, c));
    return "";
  } catch (const ConfigError& e) {
    return e.what();
  }
}

TEST(Assembly, ReadsEveryShape) {
  const Program p = assemble(
                        "ldv v0, X\n"
                        "sv v0, Y\n"
                        "add v1, v2, v3\n"
                        "exp v1, v2\n"
                        "norm v4\n"
                        "clear\n"
                        "acc v1\n"
                        "finish\n"
                        "normalize v1, v2\n"
                        "tmatmul v1, v2, W\n"
                        "import v3\n"
                        "go W\n"
                        "export v7\n")
                        .program;
  constexpr auto none = Instruction::no_register;
  const std::vector<Instruction> expected{{Opcode::ldv, 0, none, none, 0, 0},
                                          {Opcode::sv, none, 0, none, 1, 1},
                                          {Opcode::add, 1, 2, 3, 2, 0},
                                          {Opcode::exp, 1, 2, none, 3, 0},
                                          {Opcode::norm, 4, 4, none, 4, 0},
                                          {Opcode::clear, none, none, none, 5, 0},
                                          {Opcode::accumulate, none, 1, none, 6, 0},
                                          {Opcode::finish, none, none, none, 7, 0},
                                          {Opcode::normalize, 1, 2, none, 8, 0},
                                          {Opcode::tmatmul, 1, 2, none, 9, 2},
                                          {Opcode::import_vector, none, 3, none, 10, 0},
                                          {Opcode::go, none, none, none, 11, 2},
                                          {Opcode::export_vector, 7, none, none, 12, 0}};
  EXPECT_EQ(p.instructions, expected);
  ASSERT_EQ(p.symbols.size(), 3U);
  EXPECT_EQ(p.symbols[0].kind, Symbol::Kind::vector);
  EXPECT_EQ(p.symbols[2].name, "W");
  EXPECT_EQ(p.symbols[2].kind, Symbol::Kind::matrix);
}

TEST(Assembly, EveryMnemonicIsCovered) {
  for (const auto& [op, name] : EnumNames<Opcode>::names) {
    const OperandShape shape = shape_of(op);
    std::string text(name);
    std::string gap = " ";
    for (int i = 0; i < shape.destination + shape.sources; ++i) {
      text += gap + "v1";
      gap = ", ";
    }
    if (shape.address) text += gap + "S";
    if (shape.address) gap = ", ";
    if (grows(op)) text += gap + size_text(op);
    const Program p = assemble(text).program;
    ASSERT_EQ(p.instructions.size(), 1U) << text;
    EXPECT_EQ(p.instructions[0].op, op);
    EXPECT_EQ(to_assembly(p), (shape.address ? "S = 0x0\n" : "") + text + "\n");
  }
}

TEST(Assembly, WorksInPlaceOrFromAnotherRegister) {
  EXPECT_EQ(assemble("norm v3").program, assemble("norm v3, v3").program);
  EXPECT_NE(assemble("norm v3").program, assemble("norm v3, v2").program);
  EXPECT_EQ(assemble("sig v3").program, assemble("sig v3, v3").program);
}

TEST(Assembly, CaseSpacesAndLineEndsDoNotMatter) {
  const Program expected = assemble("ldv v0, Xx\nadd v1, v2, v3\n").program;
  EXPECT_EQ(assemble("LDV V0,Xx\nAdd v1 ,v2,\tv3").program, expected);
  EXPECT_EQ(assemble("\r\n\n  ldv\tv0 , Xx  \r\nadd v1, v2, v3 ; end\r\n").program, expected);
  EXPECT_NE(assemble("ldv v0, xx\nadd v1, v2, v3\n").program, expected);
}

TEST(Assembly, CommentsAreIgnored) {
  const Assembly a = assemble(
      "; norm v0\n"
      "norm v0 ; the norm of x\n"
      "add v0, v1, v2 ; add the bias\n"
      "add v0, v1, v2 ; go\n"
      "add v0, v1, v2 ;\n");
  EXPECT_EQ(a.program.instructions.size(), 4U);
  EXPECT_TRUE(a.warnings.empty()) << a.warnings.front();
}

TEST(Assembly, WarnsOfAnInstructionBehindASemicolon) {
  EXPECT_EQ(assemble("ldv v0, X; norm v0\n").warnings,
            (std::vector<std::string>{
                "p.tmi:1: 'norm v0' behind ';' is a comment; write one instruction a line"}));
  EXPECT_EQ(assemble("\nldv v0, X; ADD v0, v1, v2 ; x\n").warnings.size(), 1U);
  EXPECT_EQ(assemble("ldv v0, X; clear\n").warnings.size(), 1U);
}

TEST(Assembly, WarnsOfASymbolThatNoInstructionUses) {
  EXPECT_EQ(assemble("X = 0\nWK = 0x1000\nldv v0, X\n").warnings,
            (std::vector<std::string>{"p.tmi:2: no instruction uses 'WK'; check its spelling"}));
}

TEST(Assembly, SymbolsHaveAddresses) {
  const Program p = assemble(
                        "X = 0x10000\n"
                        "Y=4096\n"
                        "ldv v0, X\n"
                        "ldv v1, Z\n"
                        "sv v1, Y\n"
                        "sv v1, 0x20000\n"
                        "tmatmul v0, v1, W\n"
                        "ldv v0, Z\n")
                        .program;
  ASSERT_EQ(p.symbols.size(), 5U);
  EXPECT_EQ(p.symbols[0].address, 0x10000U);
  EXPECT_EQ(p.symbols[2].address, 4096U);
  EXPECT_EQ(p.symbols[3].name, "0x20000");
  EXPECT_EQ(p.symbols[3].address, 0x20000U);
  // Those without an address follow the last one that has one, on boundaries of 4 KiB.
  EXPECT_EQ(p.symbols[1].address, 0x21000U);
  EXPECT_EQ(p.symbols[4].address, 0x22000U);
}

TEST(Assembly, FootprintIsTheEndOfTheLastSymbol) {
  const CoreSpec c = everything();  // D = 512, elements of 8 bit, weights of 2 bit
  EXPECT_EQ(footprint({}, c, 1), 0U);
  Program p = assemble("ldv v0, X\n").program;
  EXPECT_EQ(footprint(p, c, 1), 512U);
  EXPECT_EQ(footprint(p, c, 3), 1536U);
  p = assemble("tmatmul v0, v1, W\n").program;
  EXPECT_EQ(footprint(p, c, 3), 65536U);
}

TEST(Assembly, PlacesSymbolsApartForEveryLane) {
  Program p{{{"a", Symbol::Kind::vector, Symbol::unplaced},
             {"b", Symbol::Kind::vector, 8192},
             {"c", Symbol::Kind::matrix, Symbol::unplaced}},
            {}};
  place_symbols(p, everything(), 9);
  EXPECT_EQ(p.symbols[0].address, 16384U);
  EXPECT_EQ(p.symbols[1].address, 8192U);
  EXPECT_EQ(p.symbols[2].address, 24576U);
}

TEST(Assembly, SizesAreReadAndWrittenOnACoreThatHasThem) {
  CoreSpec c = everything();
  c.sizes = OperandSizes::per_instruction;
  const std::string text =
      "ldv v0, 64, 100\n"
      "norm v0, 7\n"
      "tmatmul v1, v0, W, 100 x 36\n"
      "tmatmul v1, v0, W, 10x 20\n"
      "add v2, v0, v1\n"
      "sv v1, O, 36\n";
  const Program p = parse_assembly(text, "p.tmi", c).program;
  EXPECT_EQ(p.instructions[0].elements, 100U);
  EXPECT_EQ(p.instructions[1].elements, 7U);
  EXPECT_EQ(p.instructions[2].elements, 100U);
  EXPECT_EQ(p.instructions[2].outputs, 36U);
  EXPECT_EQ(p.instructions[3].outputs, 20U);
  EXPECT_EQ(p.instructions[4].elements, 0U);
  EXPECT_EQ(p.symbols[0].bytes, 100U);
  EXPECT_EQ(p.symbols[1].bytes, 900U);  // the larger of its two
  EXPECT_EQ(p.symbols[2].bytes, 36U);
  EXPECT_EQ(to_assembly(p, p.instructions[2]), "tmatmul v1, v0, W, 100 x 36");
  EXPECT_EQ(parse_assembly(to_assembly(p), "p.tmi", c).program, p);
  // Elsewhere a size is one operand too many.
  EXPECT_THROW((void)assemble("ldv v0, X, 100\n"), ConfigError);
}

TEST(Assembly, AttentionSaysWhatItWorksOn) {
  const Program p = assemble(
                        "append v1, K, 8 x 3, int8\n"
                        "scores v0, K, 32 x 3, 4 heads, 4 shared, int8\n"
                        "softmax 3, 4 heads\n"
                        "values v2, V, 32 x 3\n")
                        .program;
  EXPECT_EQ(p.instructions[0].attention, (AttentionSize{3, 1, 1, NumberFormat::int8}));
  EXPECT_EQ(p.instructions[0].elements, 8U);
  EXPECT_EQ(p.instructions[1].attention, (AttentionSize{3, 4, 4, NumberFormat::int8}));
  EXPECT_EQ(p.instructions[2].attention, (AttentionSize{3, 4, 1, NumberFormat::fp16}));
  EXPECT_EQ(p.instructions[3].attention, (AttentionSize{3, 1, 1, NumberFormat::fp16}));
  // Four query heads share a head of keys: its row is a quarter of theirs.
  EXPECT_EQ(p.instructions[0].cache_row_bytes(), 8U);
  EXPECT_EQ(p.instructions[1].cache_row_bytes(), 8U);
  EXPECT_EQ(p.instructions[3].cache_row_bytes(), 64U);
  EXPECT_EQ(p.symbols[0].kind, Symbol::Kind::cache);
  EXPECT_EQ(p.symbols[0].bytes, 3U * 8U);
  EXPECT_EQ(p.symbols[1].bytes, 3U * 64U);
  EXPECT_TRUE(p.grows());
  EXPECT_FALSE(assemble("norm v0\n").program.grows());
  EXPECT_EQ(later_by(p.instructions[2], 5).attention.positions, 8U);
  EXPECT_EQ(later_by(Instruction{Opcode::norm}, 5), Instruction{Opcode::norm});
}

TEST(Assembly, CachesAreBehindEverythingElseOrInAMemoryOfTheirOwn) {
  const CoreSpec c = everything();
  Program p = assemble("values v2, V, 32 x 100\nldv v0, X\n").program;
  for (Symbol& s : p.symbols) s.address = Symbol::unplaced;
  Program apart = p;
  place_symbols(p, c, 2);
  EXPECT_EQ(p.symbols[1].address, 0U);
  EXPECT_EQ(p.symbols[0].address, 4096U);
  EXPECT_EQ(footprint(p, c, 2), 4096U + 2 * 100 * 64);
  place_symbols(apart, c, 2, {.caches = 1});
  EXPECT_EQ(apart.symbols[0].address, 0U);
  EXPECT_EQ(footprint(apart, c, 2, {Symbol::Kind::cache}), 2U * 100 * 64);
  EXPECT_EQ(footprint(apart, c, 2, {Symbol::Kind::vector, Symbol::Kind::matrix}),
            static_cast<std::uint64_t>(2 * c.vector_bytes().si()));
}

TEST(SymbolMemories, AreEqualWhereTheSameKindsShareOne) {
  EXPECT_EQ((SymbolMemories{3, 3, 7}), (SymbolMemories{0, 0, 1}));
  EXPECT_EQ((SymbolMemories{3, 5, 5}), (SymbolMemories{0, 1, 1}));
  EXPECT_NE((SymbolMemories{0, 1, 2}), (SymbolMemories{0, 1, 1}));
  EXPECT_NE((SymbolMemories{0, 1, 0}), (SymbolMemories{0, 0, 0}));
  EXPECT_NE((SymbolMemories{0, 1, 0}), (SymbolMemories{0, 0, 1}));
}

struct BadLine {
  const char* text;
  const char* message;
};

class AssemblyFault : public testing::TestWithParam<BadLine> {};

TEST_P(AssemblyFault, IsExplained) {
  EXPECT_EQ(fault(GetParam().text), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Each, AssemblyFault,
    testing::Values(
        BadLine{"", "p.tmi: no instruction in the file; write one a line"},
        BadLine{"; norm v0\n", "p.tmi: no instruction in the file; write one a line"},
        BadLine{"X = 3\n", "p.tmi: no instruction in the file; write one a line"},
        BadLine{"tmatmull v0, v1, W",
                "p.tmi:1:1: 'tmatmull' is not an instruction; did you mean "
                "'tmatmul'?"},
        BadLine{"branch v0",
                "p.tmi:1:1: 'branch' is not an instruction; it has: ldv, sv, add, sub, "
                "mul, div, exp, sig, csig, silu, gelu, relu2, rotary, norm, clear, acc, finish, "
                "normalize, tmatmul, import, go, export, layer_norm, append, scores, softmax, "
                "values, send, gather"},
        BadLine{"softmax",
                "p.tmi:1:1: 'softmax' lacks its size; write 'softmax POSITIONS, N heads'"},
        BadLine{"softmax 4, 3 tails",
                "p.tmi:1:1: '3 tails' is not a number of heads or a format of the cache; write "
                "'softmax POSITIONS, N heads'"},
        BadLine{
            "append v0, K, 0 x 4",
            "p.tmi:1:1: '0 x 4' is not a size of 'append'; write 'append vA, SYMBOL, ELEMENTS x "
            "POSITIONS, FORMAT'"},
        BadLine{
            "scores v0, K, 30 x 4, 4 shared",
            "p.tmi:1:1: '30 x 4' is not a size of 'scores'; write 'scores vA, SYMBOL, ELEMENTS x "
            "POSITIONS, N heads, N shared, FORMAT'"},
        BadLine{
            "softmax 513, 2 heads",
            "p.tmi:1:1: 1026 scores (2 heads x 513 positions), the score buffer holds 1024; take "
            "fewer positions, or build the core with a larger attention.scores"},
        BadLine{"ldv v0, K\nvalues v0, K, 8 x 8",
                "p.tmi:2:1: 'K' is used as a vector and as a cache; use two symbols"},
        BadLine{"add v0, v1",
                "p.tmi:1:1: 'add' has 2 operand(s), 3 needed; write 'add vD, vA, vB', "
                "operands separated by commas"},
        BadLine{"add v0 v1 v2",
                "p.tmi:1:1: 'add' has 1 operand(s), 3 needed; write 'add vD, vA, "
                "vB', operands separated by commas"},
        BadLine{"clear v0",
                "p.tmi:1:1: 'clear' has 1 operand(s), 0 needed; write 'clear', operands "
                "separated by commas"},
        BadLine{"norm",
                "p.tmi:1:1: 'norm' has 0 operand(s), 2 needed; write 'norm vD, vA', "
                "operands separated by commas"},
        BadLine{"norm v8", "p.tmi:1:1: 'v8' is not a vector register; this core has v0 to v7"},
        BadLine{"norm v0 v1",
                "p.tmi:1:1: 'v0 v1' is not a vector register; this core has v0 to v7"},
        BadLine{"add v0, r1, v",
                "p.tmi:1:1: 'r1' is not a vector register; this core has v0 to v7\n"
                "p.tmi:1:1: 'v' is not a vector register; this core has v0 to v7"},
        BadLine{"add v0, v1, v4294967296",
                "p.tmi:1:1: 'v4294967296' is not a vector register; this core has v0 to v7"},
        BadLine{"add v0, , v1", "p.tmi:1:1: '' is not a vector register; this core has v0 to v7"},
        BadLine{"ldv v0, v1",
                "p.tmi:1:1: 'v1' is neither a symbol nor an address; a symbol starts "
                "with a letter and is no register, an address has 60 bits at most"},
        BadLine{"ldv v0, 1X",
                "p.tmi:1:1: '1X' is neither a symbol nor an address; a symbol starts "
                "with a letter and is no register, an address has 60 bits at most"},
        BadLine{"ldv v0, 0xffffffffffffffff",
                "p.tmi:1:1: '0xffffffffffffffff' is neither a symbol nor an address; a symbol "
                "starts with a letter and is no register, an address has 60 bits at most"},
        BadLine{"ldv v0, W\ngo W",
                "p.tmi:2:1: 'W' is used as a vector and as a matrix; use two "
                "symbols"},
        BadLine{"X = here\nldv v0, X",
                "p.tmi:1:1: 'here' is not an address; write 'X = 0x1000', 60 bits at most"},
        BadLine{"X = -1\nldv v0, X",
                "p.tmi:1:1: '-1' is not an address; write 'X = 0x1000', 60 bits at most"},
        BadLine{"X = 0x\nldv v0, X",
                "p.tmi:1:1: '0x' is not an address; write 'X = 0x1000', 60 bits at most"},
        BadLine{"X =\nldv v0, X",
                "p.tmi:1:1: '' is not an address; write 'X = 0x1000', 60 bits at most"},
        BadLine{"v1 = 3\nclear",
                "p.tmi:1:1: 'v1' cannot be a symbol; a symbol starts with a letter "
                "and is no register"},
        BadLine{"ldv v0, X = 3\nclear",
                "p.tmi:1:1: 'ldv v0, X' cannot be a symbol; a symbol starts "
                "with a letter and is no register"},
        BadLine{"# load\nclear // it\n",
                "p.tmi:1:1: neither '#' nor '//' starts a comment; write ';'\n"
                "p.tmi:2:1: neither '#' nor '//' starts a comment; write ';'"},
        BadLine{"X = 1\nX = 1\nldv v0, X", "p.tmi:2:1: 'X' given twice; remove one"}));

TEST(Assembly, ReportsEveryProblemAtOnce) {
  EXPECT_EQ(fault("ldv v9, X\n\nadd v0\nfoo\n"),
            "p.tmi:1:1: 'v9' is not a vector register; this core has v0 to v7\n"
            "p.tmi:3:1: 'add' has 1 operand(s), 3 needed; write 'add vD, vA, vB', operands "
            "separated by commas\n"
            "p.tmi:4:1: 'foo' is not an instruction; did you mean 'go'?");
}

TEST(Assembly, RefusesWhatTheCoreDoesNotHave) {
  EXPECT_EQ(fault("go W\n", core("mmfree_d5005")),
            "p.tmi:1:1: core 'MatMul-free core, one element a cycle' has no 'go'; it has: ldv, sv, "
            "add, sub, mul, div, exp, sig, norm, tmatmul");
  EXPECT_EQ(fault("clear\nacc v4\n", core("ternip_1024")),
            "p.tmi:2:1: 'v4' is not a vector register; this core has v0 to v3");
}

TEST(Assembly, ThePublishedProgramIsTheSameAfterPrinting) {
  const CoreSpec c = core("mmfree_d5005");
  const std::string name = "configs/programs/token_mixer.tmi";
  const Assembly a = parse_assembly(read_file(test::source_dir() + name), name, c);
  EXPECT_TRUE(a.warnings.empty());
  EXPECT_EQ(a.program.instructions.size(), 29U);
  EXPECT_EQ(parse_assembly(to_assembly(a.program), "again", c).program, a.program);
}

TEST(Assembly, RandomProgramsAreTheSameAfterPrinting) {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    const CoreSpec c = everything(3 + static_cast<std::uint32_t>(random() % 252));
    const auto reg = [&] { return static_cast<std::uint8_t>(random() % c.registers); };
    Program p;
    const std::size_t count = 1 + random() % 40;
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto op = EnumNames<Opcode>::names[random() % EnumNames<Opcode>::names.size()].first;
      const OperandShape shape = shape_of(op);
      Instruction out;
      out.op = op;
      out.trace_op = i;
      if (shape.destination) out.dst = reg();
      if (shape.sources > 0) out.src1 = reg();
      if (shape.sources > 1) out.src2 = reg();
      if (grows(op)) {
        if (op != Opcode::softmax) out.elements = 32;
        out.attention.positions = static_cast<std::uint32_t>(1 + random() % 64);
        out.attention.cache =
            op != Opcode::softmax && random() % 2 == 0 ? NumberFormat::int8 : NumberFormat::fp16;
        if (op != Opcode::append) out.attention.heads = 1U << (random() % 5);
        if (shape.unit == CoreUnit::attention && shape.address) {
          out.attention.shared = 1U << (random() % 3);
        }
      }
      if (shape.address) {
        const bool matrix = shape.unit == CoreUnit::matrix;
        const std::string name = std::string(grows(op) ? "K"
                                             : matrix  ? "W"
                                                       : "layers.x_") +
                                 std::to_string(random() % 5) + (matrix ? "[3]" : "");
        const auto found = std::find_if(p.symbols.begin(), p.symbols.end(),
                                        [&](const Symbol& s) { return s.name == name; });
        out.symbol = static_cast<std::uint32_t>(found - p.symbols.begin());
        if (found == p.symbols.end()) {
          const auto kind = grows(op) ? Symbol::Kind::cache
                            : matrix  ? Symbol::Kind::matrix
                                      : Symbol::Kind::vector;
          p.symbols.push_back({name, kind, (std::uint64_t{random()} << 20) + random()});
        }
        Symbol& s = p.symbols[out.symbol];
        if (grows(op)) s.bytes = std::max(s.bytes, symbol_bytes(c, out));
      }
      p.instructions.push_back(out);
    }
    const std::string text = to_assembly(p);
    ASSERT_EQ(parse_assembly(text, "random", c).program, p) << text;
  }
}

TEST(Assembly, RandomTextIsReadOrRefused) {
  std::mt19937 random(3);
  const std::string letters = "va0918,;= \t\n\rxXW[]._-+ldsvnormgoclear\x80\xff";
  const CoreSpec c = everything();
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (auto n = random() % 60; n > 0; --n) text += letters[random() % letters.size()];
    try {
      const Program p = parse_assembly(text, "random", c).program;
      EXPECT_EQ(parse_assembly(to_assembly(p), "again", c).program, p) << text;
    } catch (const ConfigError& e) {
      EXPECT_FALSE(e.problems().empty());
    }
  }
}

TEST(Program, MatricesAreOfAFormatThatTheCoreTakes) {
  CoreSpec c = core("mac_vector_256");
  const std::string text = "ldv v0, X\ntmatmul v1, v0, W, 64 x 32\n";
  EXPECT_EQ(assemble(text, c).program.symbols[1].weights, WeightSpec{NumberFormat::ternary});
  EXPECT_EQ(assemble(text, c).program.symbols[1].bytes, 64U * 32 / 4);
  c.mac->formats.erase("ternary");
  EXPECT_EQ(assemble(text, c).program.symbols[1].weights, WeightSpec{NumberFormat::fp16});
  EXPECT_EQ(assemble(text, c).program.symbols[1].bytes, 64U * 32 * 2);
  EXPECT_EQ(assemble(text, c).program.symbols[0].weights, WeightSpec{NumberFormat::ternary});
}

}  // namespace
}  // namespace tritsim
