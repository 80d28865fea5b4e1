// SPDX-License-Identifier: Apache-2.0
#include "arch/workload/mapping.hpp"

#include <gtest/gtest.h>

#include "arch/base/reader.hpp"
#include "arch/workload/trace.hpp"

namespace tritsim {
namespace {

TEST(Pattern, StarStandsForAnyText) {
  EXPECT_TRUE(matches("layers.0.*", "layers.0.attn.i_proj"));
  EXPECT_FALSE(matches("layers.0.*", "layers.10.attn.i_proj"));
  EXPECT_TRUE(matches("*.i_proj", "layers.10.attn.i_proj"));
  EXPECT_TRUE(matches("layers.*.attn.*_proj", "layers.3.attn.g_proj"));
  EXPECT_FALSE(matches("layers.*.attn.*_proj", "layers.3.mlp.down_proj"));
  EXPECT_TRUE(matches("*", ""));
  EXPECT_TRUE(matches("a*b*c", "aXbYbZc"));
  EXPECT_FALSE(matches("a*b*c", "aXbYbZ"));
  EXPECT_TRUE(matches("lm_head", "lm_head"));
  EXPECT_FALSE(matches("lm_head", "lm_head2"));
  EXPECT_FALSE(matches("", "x"));
  EXPECT_TRUE(matches("**x", "x"));
}

MappingSpec mapping(const std::string& more) {
  return load_text<MappingSpec>("kind: mapping\nembedding: host\nlm_head: host\n" + more, "m.yaml");
}

Op op(const std::string& name, OpKind kind = OpKind::bit_linear) {
  Op o;
  o.name = name;
  o.kind = kind;
  o.role = implied_role(kind, name);
  return o;
}

TEST(Mapping, TheMostSpecificPatternDecidesAndGoesBeforeKinds) {
  const MappingSpec m = mapping(
      "places: {bit_linear: host, add: excluded}\n"
      "ops: {layers.*: core, layers.0.*: excluded, 'layers.0.attn.*': host, lm_*: core}\n");
  EXPECT_EQ(m.placement_of(op("layers.7.attn.i_proj")).target, Target::core);
  EXPECT_EQ(m.placement_of(op("layers.0.mlp.down_proj")).target, Target::excluded);
  EXPECT_EQ(m.placement_of(op("layers.0.attn.i_proj")).target, Target::host);
  EXPECT_EQ(m.placement_of(op("lm_head")).target, Target::core);
  EXPECT_EQ(m.placement_of(op("other")).target, Target::host);
  EXPECT_EQ(m.placement_of(op("other", OpKind::add)).target, Target::excluded);
  EXPECT_EQ(m.placement_of(op("other", OpKind::multiply)).target, Target::core);
  EXPECT_EQ(m.placement_of(op("embedding", OpKind::embedding)).key, "embedding");
  EXPECT_EQ(m.placement_of(op("layers.0.attn.i_proj")).entry, "layers.0.attn.*");
}

TEST(Mapping, AnOpWithoutAPatternHasLmHeadAndEmbeddingBeforeItsKind) {
  const MappingSpec m = mapping("places: {bit_linear: core}\n");
  EXPECT_EQ(m.placement_of(op("lm_head")).target, Target::host);
}

TEST(Mapping, TheRoleOfAnOpDecidesNotItsName) {
  const MappingSpec m = mapping("places: {bit_linear: core}\n");
  Op named = op("lm_head");
  named.role = OpRole::inner;
  EXPECT_EQ(m.placement_of(named).key, "places");
  Op head = op("unembedding");
  head.role = OpRole::lm_head;
  EXPECT_EQ(m.placement_of(head).key, "lm_head");
}

TEST(Mapping, TheHostPreparesProductsOfTheCoreAndNormsOfItsOwn) {
  MappingSpec m = mapping("");
  EXPECT_FALSE(m.host_prepares(op("a")));
  m.prepare = Target::host;
  EXPECT_TRUE(m.host_prepares(op("a")));
  EXPECT_TRUE(m.host_prepares(op("a", OpKind::linear)));
  EXPECT_FALSE(m.host_prepares(op("a", OpKind::add)));
  m.places["linear"] = m.places["bit_linear"] = Target::host;
  EXPECT_TRUE(m.host_prepares(op("a")));
  EXPECT_FALSE(m.host_prepares(op("a", OpKind::linear)));
}

std::string problems_of(const std::string& more) {
  Trace trace;
  trace.model = "tiny";
  trace.ops = {op("layers.0.attn.i_proj"), op("lm_head")};
  Problems problems;
  mapping(more).check_ops(trace, problems);
  try {
    problems.raise();
  } catch (const ConfigError& e) {
    return e.what();
  }
  return "";
}

TEST(Mapping, APatternThatMatchesNothingIsAProblem) {
  EXPECT_EQ(problems_of("ops: {layers.0.*: host}\n"), "");
  const std::string text = problems_of("ops: {layer.0.*: host}\n");
  EXPECT_NE(text.find("mapping.ops.layer.0.*: matches no op of 'tiny'"), std::string::npos) << text;
}

TEST(Mapping, TwoPatternsOfOneLengthMayNotDisagree) {
  EXPECT_EQ(problems_of("ops: {layers.0.*: host, '*.i_proj': core, '*attn.i_proj': host}\n"), "");
  const std::string text =
      problems_of("ops: {layers.*: host, '*i_proj.': host, '*.i_proj': core}\n");
  EXPECT_NE(text.find("layers.0.attn.i_proj: '*.i_proj' and 'layers.*'"), std::string::npos)
      << text;
}

TEST(Mapping, ProductsAreCutByPatternAndMeetMatrixProductsAlone) {
  const MappingSpec m =
      mapping("products: {'*': {outputs: 64}, '*.i_proj': {order: by_input, outputs: 32}}\n");
  EXPECT_EQ(m.product_of(op("layers.0.attn.i_proj"))->second.order, LoopOrder::by_input);
  EXPECT_EQ(m.product_of(op("lm_head"))->second.outputs, 64U);
  EXPECT_EQ(mapping("").product_of(op("lm_head")), nullptr);
  EXPECT_EQ(problems_of("products: {layers.0.*: {order: by_input}}\n"), "");
  const std::string text = problems_of("products: {layers.1.*: {order: by_input}}\n");
  EXPECT_NE(text.find("mapping.products.layers.1.*: matches no matrix product of 'tiny'"),
            std::string::npos)
      << text;
}

}  // namespace
}  // namespace tritsim
