// SPDX-License-Identifier: Apache-2.0
#include "reports/run/trace_structure.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/models.hpp"

namespace tritsim {
namespace {

using Rows = std::vector<std::vector<std::string>>;

TraceFile tiny() {
  return record(test::hgrn_bit("tiny", 2, 8, 16, 32), "test");
}

std::size_t place_of(const TraceFile& file, const std::string& name) {
  const auto it = std::find_if(file.lines.begin(), file.lines.end(),
                               [&](const TraceLine& line) { return line.op.name == name; });
  return static_cast<std::size_t>(it - file.lines.begin());
}

TEST(TraceStructure, NamesDoNotMatter) {
  TraceFile other = tiny();
  for (TraceLine& line : other.lines) {
    line.op.name = "other." + line.op.name;
    for (Value& v : line.values) v.name = "other." + v.name;
  }
  EXPECT_EQ(structure_table(tiny(), other).rows, Rows{});
}

TEST(TraceStructure, NeitherDoTheOperandsOfASum) {
  TraceFile other = tiny();
  Op& residual = other.lines[place_of(other, "layers.0.attn.residual")].op;
  std::swap(residual.inputs[0], residual.inputs[1]);
  EXPECT_EQ(structure_table(tiny(), other).rows, Rows{});
  // A recurrence multiplies one and adds the other.
  Op& recurrence = other.lines[place_of(other, "layers.0.attn.recurrence")].op;
  std::swap(recurrence.inputs[0], recurrence.inputs[1]);
  EXPECT_EQ(structure_table(tiny(), other).rows,
            (Rows{{"layers.0.attn.recurrence", "reads layers.0.attn.forget, layers.0.attn.input",
                   "reads layers.0.attn.input, layers.0.attn.forget"}}));
}

TEST(TraceStructure, AnOpThatReadsSomethingElseIsFound) {
  TraceFile other = tiny();
  const Op& first = other.lines[place_of(other, "layers.0.attn_norm")].op;
  other.lines[place_of(other, "layers.1.attn.i_proj")].op.inputs = {first.outputs[0]};
  EXPECT_EQ(
      structure_table(tiny(), other).rows,
      (Rows{{"layers.1.attn.i_proj", "reads layers.1.attn_norm", "reads layers.0.attn_norm"}}));
}

TEST(TraceStructure, AnOpOfOneTraceAloneIsFound) {
  TraceFile longer = tiny();
  TraceLine extra = longer.lines[place_of(longer, "layers.1.attn.forget")];
  extra.op.name = "layers.1.attn.again";
  extra.values[0].name = extra.op.name;
  extra.op.outputs = {static_cast<ValueId>(longer.trace().values.size())};
  longer.lines.push_back(extra);
  EXPECT_EQ(structure_table(tiny(), longer).rows,
            (Rows{{"layers.1.attn.again", "-", "sigmoid (8) -> (8)"}}));
  EXPECT_EQ(structure_table(longer, tiny()).rows,
            (Rows{{"layers.1.attn.again", "sigmoid (8) -> (8)", "-"}}));
}

TEST(TraceStructure, AnotherOrderIsFound) {
  TraceFile other = tiny();
  const std::size_t i = place_of(other, "layers.0.attn.forget");
  const std::size_t j = place_of(other, "layers.0.attn.input_gate");
  ASSERT_EQ(j, i + 1);
  // Values are numbered as they are made; the two change numbers.
  std::swap(other.lines[i], other.lines[j]);
  const ValueId a = other.lines[i].op.outputs[0];
  const ValueId b = other.lines[j].op.outputs[0];
  for (TraceLine& line : other.lines) {
    for (auto* list : {&line.op.inputs, &line.op.outputs}) {
      for (ValueId& v : *list) v = v == a ? b : v == b ? a : v;
    }
  }
  EXPECT_EQ(
      structure_table(tiny(), other).rows,
      (Rows{{"layers.0.attn.input_gate", "op 5 of the block", "op 4, layers.0.attn.input_gate"}}));
}

TEST(TraceStructure, AProfileBesideATrace) {
  OperatorProfile profile;
  profile.counts = operators_of(tiny().trace(), {});
  EXPECT_EQ(differences(profile_table(profile, tiny().trace())), 0U);
  profile.counts.at({"sigmoid", {8}}) = 3;
  profile.counts[{"softmax", {8}}] = 1;
  profile.unknown = {"aten::tanh [[1, 8]]"};
  const Table t = profile_table(profile, tiny().trace());
  EXPECT_EQ(differences(t), 2U);
  EXPECT_NE(std::find(t.rows.begin(), t.rows.end(),
                      std::vector<std::string>{"sigmoid", "8", "3", "2", "+1"}),
            t.rows.end());
  EXPECT_NE(t.note.find("Not mapped: aten::tanh [[1, 8]]."), std::string::npos);
}

}  // namespace
}  // namespace tritsim
