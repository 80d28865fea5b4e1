// SPDX-License-Identifier: Apache-2.0
#include "arch/workload/op_kind.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace tritsim {
namespace {

/// The table without its last row.
constexpr auto cut_table() {
  std::array<OpTraits, op_kind_count - 1> out;
  std::copy_n(op_table.begin(), out.size(), out.begin());
  return out;
}

/// The table with one row changed.
template <class Change>
constexpr auto changed_table(OpKind kind, Change change) {
  auto out = op_table;
  change(out[static_cast<std::size_t>(kind)]);
  return out;
}

// What op_kind.hpp asserts of the table, so that a kind without a whole row does not compile.
static_assert(is_complete(op_table));
static_assert(!is_complete(cut_table()), "a row is missing");
static_assert(!is_complete(changed_table(OpKind::silu, [](OpTraits& t) { t = op_table[0]; })),
              "the row of another kind");
static_assert(!is_complete(changed_table(OpKind::silu, [](OpTraits& t) { t = {}; })),
              "an empty row");
static_assert(!is_complete(changed_table(OpKind::gelu, [](OpTraits& t) { t.name = {}; })),
              "no name");
static_assert(!is_complete(changed_table(OpKind::gelu, [](OpTraits& t) { t.shape = {}; })),
              "no rule for its shape");
static_assert(!is_complete(changed_table(OpKind::gelu, [](OpTraits& t) { t.code = {}; })),
              "no code for an element-wise op");

TEST(OpTable, NamesAreThoseOfTheRowsAndUnique) {
  for (const OpTraits& t : op_table) {
    EXPECT_EQ(name_of(t.kind), t.name);
    EXPECT_EQ(&traits_of(t.kind), &t);
    EXPECT_EQ(std::count_if(op_table.begin(), op_table.end(),
                            [&](const OpTraits& other) { return other.name == t.name; }),
              1);
  }
}

/// Rules that the code behind them takes for granted.
TEST(OpTable, RulesOfARowAgree) {
  for (const OpTraits& t : op_table) {
    const bool product = t.shape == ShapeRule::product || t.shape == ShapeRule::experts;
    EXPECT_EQ(is_matrix(t.kind), product) << t.name;
    EXPECT_EQ(t.core == CoreRule::product, product) << t.name;
    EXPECT_EQ(t.gpu == GpuRule::product, product) << t.name;
    EXPECT_TRUE(product || t.split != SplitRule::outputs) << t.name;
    EXPECT_EQ(t.purpose == OpPurpose::weights, product) << t.name;
    const bool attention = t.shape == ShapeRule::attention;
    EXPECT_EQ(t.core == CoreRule::attention, attention) << t.name;
    const bool by_heads = attention || t.shape == ShapeRule::scan || t.kind == OpKind::head_linear;
    EXPECT_TRUE(by_heads || t.split != SplitRule::heads) << t.name;
    EXPECT_EQ(t.gpu == GpuRule::attention, attention) << t.name;
    EXPECT_TRUE(product || !(t.details.normalises_input || t.details.names_weights)) << t.name;
    EXPECT_TRUE(t.inputs == 2 || !t.details.commutes) << t.name;
  }
}

TEST(OpTable, ElementWiseCodeReadsWhatTheOpHas) {
  for (const OpTraits& t : op_table) {
    for (const ElementCode& code : t.code) {
      bool first = true;
      for (const ElementStep& step : code.steps) {
        if (step.instruction.empty()) continue;
        for (const Operand operand : {step.src1, step.src2}) {
          EXPECT_TRUE(operand != Operand::y || t.inputs == 2) << t.name;
          EXPECT_TRUE(operand != Operand::result || !first) << t.name;
          EXPECT_TRUE(operand != Operand::parameter || !code.parameters[0].empty()) << t.name;
          EXPECT_TRUE(operand != Operand::parameter2 || !code.parameters[1].empty()) << t.name;
          EXPECT_TRUE(operand != Operand::parameter3 || !code.parameters[2].empty()) << t.name;
        }
        first = false;
      }
    }
  }
}

}  // namespace
}  // namespace tritsim
