// SPDX-License-Identifier: Apache-2.0
#include "arch/workload/operator_profile.hpp"

#include <gtest/gtest.h>

#include "arch/base/reader.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/files.hpp"

// tests/data/profiles: device time by operator and shape of one eager step of the 1.3B models on an
// NVIDIA H200, written by PyTorch's profiler.
namespace tritsim {
namespace {

OperatorProfile profile(const std::string& name) {
  return read_profile(test::source_dir() + "tests/data/profiles/" + name + ".json");
}

Trace trace_of(const std::string& model, std::uint32_t context) {
  return expand(load<ModelSpec>(test::source_dir() + "configs/models/" + model + ".yaml"), context);
}

TEST(OperatorProfile, TheTransformersTraceIsWhatRan) {
  const OperatorProfile p = profile("h200_transformer_1.3b");
  EXPECT_EQ(p.unknown, std::vector<std::string>{});
  // The cache had 1024 places.
  EXPECT_EQ(operators_of(trace_of("transformer_1.3b", 1024), p.counts), p.counts);
  EXPECT_EQ(p.counts.at({"matrix", {6144, 2048}}), 24U);
  EXPECT_EQ(p.counts.at({"attention", {2048, 1024}}), 24U);
}

TEST(OperatorProfile, TheMatMulFreeModelRanOneLowerBoundMore) {
  const OperatorProfile p = profile("h200_mmfree_1.3b");
  EXPECT_EQ(p.unknown, std::vector<std::string>{});
  OperatorCounts counts = operators_of(trace_of("mmfreelm_1.3b", 1), p.counts);
  // The reference implementation has none in the first block; the program that was profiled has.
  EXPECT_EQ(counts.at({"lower_bound", {2048}}), 23U);
  ++counts[{"lower_bound", {2048}}];
  EXPECT_EQ(counts, p.counts);
}

TEST(OperatorProfile, ProductsAreOneMatrixOnlyWhereTheProfileHasItSo) {
  const Trace trace = trace_of("transformer_1.3b", 1024);
  const OperatorCounts apart = operators_of(trace, {});
  EXPECT_EQ(apart.at({"matrix", {2048, 2048}}), 4U * 24);
  EXPECT_FALSE(apart.contains({"matrix", {6144, 2048}}));
}

OperatorCounts counts_of(const std::string& rows) {
  return parse_profile("[" + rows + "]", "p.json").counts;
}

std::string row(const std::string& name, const std::string& shapes, int count = 1) {
  return R"({"name": ")" + name + R"(", "shapes": ")" + shapes + R"(", "count": )" +
         std::to_string(count) + "}";
}

TEST(OperatorProfile, RowsAreMappedByShape) {
  using Counts = OperatorCounts;
  EXPECT_EQ(counts_of(row("aten::mul", "[[1, 8], [1, 8]]", 3)), (Counts{{{"multiply", {8}}, 3}}));
  EXPECT_EQ(counts_of(row("aten::mul", "[[8], [1, 8]]")), (Counts{{{"lower_bound", {8}}, 1}}));
  EXPECT_EQ(counts_of(row("aten::mul", "[[1, 8], [1, 1]]")), Counts{});  // a scale
  EXPECT_EQ(counts_of(row("aten::mul", "[[1, 2, 4], [4]]")), Counts{});  // of a rotary
  EXPECT_EQ(counts_of(row("aten::add", "[[1, 1, 8], [1, 1, 8], []]")), (Counts{{{"add", {8}}, 1}}));
  EXPECT_EQ(counts_of(row("aten::rsub", "[[1, 8], [], []]")), (Counts{{{"complement", {8}}, 1}}));
  EXPECT_EQ(counts_of(row("aten::rsub", "[[8], [], []]")), Counts{});  // of a lower bound
  EXPECT_EQ(counts_of(row("aten::neg", "[[1, 2, 4]]")), (Counts{{{"rotary", {16}}, 1}}));
  EXPECT_EQ(counts_of(row("aten::linear", "[[1, 8], [3, 8], []]")),
            (Counts{{{"matrix", {3, 8}}, 1}}));
  EXPECT_EQ(counts_of(row("void kernel<float>(int)", "[]")), Counts{});
}

TEST(OperatorProfile, WhatNoRuleMapsIsKept) {
  const OperatorProfile p = parse_profile("[" + row("aten::tanh", "[[1, 8]]") + "]", "p.json");
  EXPECT_EQ(p.counts, OperatorCounts{});
  EXPECT_EQ(p.unknown, std::vector<std::string>{"aten::tanh [[1, 8]]"});
}

TEST(OperatorProfile, HostileTablesAreRefused) {
  const auto message = [](const std::string& text) {
    return test::message_of([&] { static_cast<void>(parse_profile(text, "p.json")); });
  };
  EXPECT_EQ(message("{}"), "p.json:1:1: expected a list of rows; is it a profiler's table?");
  EXPECT_EQ(message("[1]"),
            "p.json:1:2: 0: is no row of a profiler's table; a row has a name, shapes as a text, "
            "and a count");
  EXPECT_NE(message("[" + row("aten::mul", "[[1, -8]]") + "]").find("0.shapes: '-8' is no size"),
            std::string::npos);
  EXPECT_NE(message("[" + row("aten::mul", "[[1, 8") + "]").find("is not JSON"), std::string::npos);
  EXPECT_NE(message("[" + row("aten::mul", "[[1073741824, 1073741824]]") + "]")
                .find("larger than any memory"),
            std::string::npos);
  EXPECT_NE(message(std::string(1000, '[')).find("nested more than 4 deep"), std::string::npos);
  EXPECT_NE(test::message_of([] {
              static_cast<void>(read_profile("/no/such/file"));
            }).find("cannot open the file"),
            std::string::npos);
}

}  // namespace
}  // namespace tritsim
