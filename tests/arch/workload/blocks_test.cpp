// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/models.hpp"

namespace tritsim {
namespace {

using Names = std::vector<std::string>;

void expect_says(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << text;
}

/// A model of one kind of block, with dimensions and ops as given.
std::string text_of(const std::string& dimensions, const std::string& ops) {
  return "kind: model\nname: m\nsource: test\ndimensions: {" + dimensions +
         "}\nformats: {half: {format: fp16}}\nstart:\n"
         "  - {op: embedding, name: embedding, width: hidden, rows: 100}\n"
         "blocks:\n  block:\n" +
         ops +
         "pattern:\n  - {block: block}\nend:\n"
         "  - {op: linear, name: lm_head, width: 100, weights: half}\n";
}

ModelSpec model_of(const std::string& dimensions, const std::string& ops) {
  return load_text<ModelSpec>(text_of(dimensions, ops), "m.yaml");
}

std::string fault_of(const std::string& dimensions, const std::string& ops) {
  try {
    static_cast<void>(model_of(dimensions, ops));
  } catch (const ConfigError& e) {
    return e.what();
  }
  return "";
}

Names names_of(const Trace& trace) {
  Names names;
  for (const Op& op : trace.ops) names.push_back(op.name);
  return names;
}

const Op& op_of(const Trace& trace, const std::string& name) {
  for (const Op& op : trace.ops) {
    if (op.name == name) return op;
  }
  throw std::out_of_range(name);
}

TEST(Blocks, AnOpReadsTheResultBeforeItUnlessItSaysOtherwise) {
  const Trace t = expand(model_of("layers: 2, hidden: 8",
                                  "    - {op: rms_norm, name: a}\n"
                                  "    - {op: silu, name: b}\n"
                                  "    - {op: add, name: c, in: [input, b]}\n"));
  EXPECT_EQ(names_of(t), (Names{"embedding", "layers.0.a", "layers.0.b", "layers.0.c", "layers.1.a",
                                "layers.1.b", "layers.1.c", "lm_head"}));
  EXPECT_EQ(op_of(t, "layers.0.b").inputs, op_of(t, "layers.0.a").outputs);
  EXPECT_EQ(op_of(t, "layers.1.a").inputs, op_of(t, "layers.0.c").outputs);
  EXPECT_EQ(op_of(t, "layers.1.c").inputs.front(), op_of(t, "layers.0.c").outputs.front());
  EXPECT_EQ(op_of(t, "lm_head").inputs, op_of(t, "layers.1.c").outputs);
  EXPECT_EQ(op_of(t, "lm_head").role, OpRole::lm_head);
}

TEST(Blocks, SeveralResultsAreNumbered) {
  const Trace t = expand(model_of("layers: 1, hidden: 8",
                                  "    - {op: bit_linear, name: up, widths: [hidden, 2 * hidden]}\n"
                                  "    - {op: silu, name: s, in: [up.1]}\n"
                                  "    - {op: bit_linear, name: down, width: hidden}\n"));
  const Op& up = op_of(t, "layers.0.up");
  ASSERT_EQ(up.outputs.size(), 2U);
  EXPECT_EQ(t.values[up.outputs[1]].name, "layers.0.up.1");
  EXPECT_EQ(t.elements(up.outputs[1]), 16U);
  EXPECT_EQ(op_of(t, "layers.0.s").inputs.front(), up.outputs[1]);
}

TEST(Blocks, AnEntryThatDoesNotCountIsItsInput) {
  const std::string ops =
      "    - {op: rms_norm, name: a}\n"
      "    - {op: silu, name: b, when: layer == 1}\n"
      "    - {op: gelu, name: b, in: [a], when: layer == 2}\n"
      "    - {op: sigmoid, name: c, in: [b]}\n";
  const Trace t = expand(model_of("layers: 3, hidden: 8", ops));
  EXPECT_EQ(op_of(t, "layers.0.c").inputs, op_of(t, "layers.0.a").outputs);
  EXPECT_EQ(op_of(t, "layers.1.b").kind, OpKind::silu);
  EXPECT_EQ(op_of(t, "layers.2.b").kind, OpKind::gelu);
  EXPECT_EQ(op_of(t, "layers.1.c").inputs, op_of(t, "layers.1.b").outputs);
}

TEST(Blocks, AUsedBlockMayHaveOtherDimensions) {
  const std::string ops =
      "    - {use: mixer, name: small, with: {wide: hidden / 2}}\n"
      "    - {use: mixer, name: large}\n"
      "  mixer:\n"
      "    - {op: bit_linear, name: up, width: wide}\n"
      "    - {op: bit_linear, name: down, width: hidden}\n";
  const Trace t = expand(model_of("layers: 1, hidden: 8, wide: 4 * hidden", ops));
  EXPECT_EQ(names_of(t), (Names{"embedding", "layers.0.small.up", "layers.0.small.down",
                                "layers.0.large.up", "layers.0.large.down", "lm_head"}));
  EXPECT_EQ(t.elements(op_of(t, "layers.0.small.up").outputs[0]), 4U);
  EXPECT_EQ(t.elements(op_of(t, "layers.0.large.up").outputs[0]), 32U);
}

TEST(Blocks, APatternBeginsAgainUntilThereAreAllLayers) {
  auto model = model_of("layers: 8, hidden: 8", "    - {op: silu, name: a}\n");
  model.own.blocks["other"] = {model.own.blocks["block"][0]};
  model.own.blocks["other"][0].op = OpKind::gelu;
  model.own.pattern = {{"block", 2}, {"other", 1}};
  std::string kinds;
  for (const Op& op : expand(model).ops) {
    if (op.layer != Op::no_layer) kinds += op.kind == OpKind::gelu ? 'o' : 'b';
  }
  EXPECT_EQ(kinds, "bbobbobb");
}

TEST(Blocks, SharedNumbersAreStoredOnce) {
  ModelSpec untied = test::shipped_model("llama3.2_3b_q4");
  const ModelSize tied = size_of(untied);
  untied.set("tied", 0);
  const std::uint64_t table = 3072ULL * 128256;
  EXPECT_EQ(size_of(untied).parameters - tied.parameters, table);
  EXPECT_EQ(size_of(untied).weights, tied.weights);
  EXPECT_EQ(tied.tables.si(), 0);
  EXPECT_EQ(size_of(untied).tables.si(), 2.0 * static_cast<double>(table));
}

TEST(Blocks, NormsCountAsParameters) {
  // A norm, a layer norm, a ternary product with the norm of its input, a bound; table and head.
  const ModelSpec m = model_of("layers: 1, hidden: 8",
                               "    - {op: rms_norm, name: a}\n    - {op: layer_norm, name: b}\n"
                               "    - {op: bit_linear, name: c, width: hidden, bias: 1}\n"
                               "    - {op: lower_bound, name: d}\n");
  EXPECT_EQ(size_of(m).parameters, 8U + 16 + (64 + 8 + 8) + 8 + 2 * 8 * 100);
}

TEST(Blocks, TheOwnPartsOfAModelGoFirst) {
  const std::string text =
      "kind: model\nname: m\nsource: test\ninclude: [configs/blocks/transformer.yaml]\n"
      "dimensions: {layers: 1, hidden: 8, intermediate: 16, vocabulary: 10, heads: 2}\n"
      "blocks:\n  glu:\n    - {op: gelu, name: only}\n";
  const Trace t = expand(load_text<ModelSpec>(text, test::source_dir() + "m.yaml"));
  EXPECT_EQ(op_of(t, "layers.0.mlp.only").kind, OpKind::gelu);
  EXPECT_EQ(op_of(t, "layers.0.attn.attention").attention->heads, 2U);
}

TEST(Blocks, DimensionsCanBeSetFromOutside) {
  const std::string file = test::source_dir() + "configs/models/llama2_7b.yaml";
  const auto model =
      load<ModelSpec>(file, {{"dimensions.hidden", "2048"}, {"dimensions.kv_heads", "heads / 4"}});
  EXPECT_EQ(model.size("head_width"), 64U);
  EXPECT_EQ(model.size("kv_heads"), 8U) << "which the file leaves to its blocks";
  try {
    static_cast<void>(load<ModelSpec>(file, {{"dimensions.hiden", "2048"}}));
    FAIL();
  } catch (const ConfigError& e) {
    expect_says(e.what(), ("--set dimensions.hiden: dimensions.hiden: is used by no op; "
                           "did you mean 'hidden'?"));
  }
}

TEST(Blocks, FaultsAreAtTheirKeys) {
  const std::string sizes = "layers: 1, hidden: 8";
  expect_says(fault_of(sizes, "    - {op: linear, name: a, width: 8}\n"),
              ("m.yaml:10:7: blocks.block.0: 'linear' needs 'weights'"));
  expect_says(fault_of(sizes, "    - {op: silu, name: a, width: 8}\n"),
              ("blocks.block.0.width: means nothing to 'silu'"));
  expect_says(fault_of(sizes, "    - {op: add, name: a}\n"),
              ("blocks.block.0: 'add' reads 2 vectors, these are 1"));
  expect_says(fault_of(sizes, "    - {op: silu, name: a, in: [inputs]}\n"),
              ("no entry before makes 'inputs'; did you mean 'input'?"));
  expect_says(fault_of(sizes, "    - {use: blok}\n"), ("did you mean 'block'?"));
  expect_says(fault_of(sizes, "    - {use: block, name: a}\n"), ("must not use itself"));
  expect_says(fault_of("layers: 1, hidden: 2 * hidden", "    - {op: silu, name: a}\n"),
              ("'hidden' depends on itself"));
  expect_says(fault_of("layers: 0, hidden: 8", "    - {op: silu, name: a}\n"),
              ("a model has 1 to 10000 blocks"));
  expect_says(fault_of(sizes, "    - {op: all_gather, name: a}\n"), ("comes from the mapping"));
  expect_says(fault_of(sizes, "    - {op: silu, name: a}\n    - {op: silu, name: a}\n"),
              ("two entries are named 'a'"));
}

TEST(Blocks, AFaultInAnIncludedFileIsAtItsPlaceThere) {
  const std::string text =
      "kind: model\nname: m\nsource: test\ninclude: [configs/blocks/transformer.yaml]\n"
      "dimensions: {layers: 1, hidden: 8, intermediate: 16, vocabulary: 10}\n";
  try {
    static_cast<void>(load_text<ModelSpec>(text, test::source_dir() + "m.yaml"));
    FAIL();
  } catch (const ConfigError& e) {
    expect_says(e.what(), ("configs/blocks/transformer.yaml:"));
    expect_says(e.what(), ("'heads' has no value; give it one under dimensions"));
  }
}

}  // namespace
}  // namespace tritsim
