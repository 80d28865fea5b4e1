// SPDX-License-Identifier: Apache-2.0
#include "arch/base/expression.hpp"

#include <map>

#include <gtest/gtest.h>

namespace tritsim {
namespace {

std::int64_t of_name(const std::string& name) {
  static const std::map<std::string, std::int64_t> names{
      {"hidden", 2560}, {"heads", 20}, {"layer", 7}, {"zero", 0}, {"large", Expression::largest}};
  const auto it = names.find(name);
  if (it == names.end()) throw ExpressionFault{"unknown " + name, ""};
  return it->second;
}

/// The value of a text, or what is wrong with it.
std::string value(const std::string& text) {
  Expression e;
  if (const auto fault = e.read(text)) return fault->what;
  try {
    return std::to_string(e.value(of_name));
  } catch (const ExpressionFault& fault) {
    return fault.what;
  }
}

TEST(Expression, Arithmetic) {
  EXPECT_EQ(value("42"), "42");
  EXPECT_EQ(value("2 + 3 * 4 - 1"), "13");
  EXPECT_EQ(value("(2 + 3) * 4"), "20");
  EXPECT_EQ(value("10 - 3 - 2"), "5");
  EXPECT_EQ(value("64 / 4 / 2"), "8");
  EXPECT_EQ(value("17 % 5"), "2");
  EXPECT_EQ(value("-2 * -3"), "6");
  EXPECT_EQ(value("hidden/heads"), "128");
  EXPECT_EQ(value("0.5 * hidden"), "1280");
}

TEST(Expression, FractionsAreExact) {
  EXPECT_EQ(value("1 / 3 * 3"), "1");
  EXPECT_EQ(value("8 * hidden / 3 * 3"), "20480");
  EXPECT_EQ(value("hidden / 3"), "'hidden / 3' is 2560 / 3, which is not whole");
  EXPECT_EQ(value("2.5"), "'2.5' is 5 / 2, which is not whole");
}

TEST(Expression, Functions) {
  EXPECT_EQ(value("floor(8 * hidden / 3)"), "6826");
  EXPECT_EQ(value("ceil(hidden / 3)"), "854");
  EXPECT_EQ(value("round_up(floor(8 * hidden / 3), 256)"), "6912") << "as MMfreeLM 2.7B has it";
  EXPECT_EQ(value("round_up(512, 256)"), "512");
  EXPECT_EQ(value("min(hidden, 512) + max(1, 2)"), "514");
  EXPECT_EQ(value("floor(0 - 1 / 2) + 1"), "0") << "downwards, below zero too";
}

TEST(Expression, Truths) {
  EXPECT_EQ(value("layer > 0"), "1");
  EXPECT_EQ(value("layer > 7"), "0");
  EXPECT_EQ(value("layer >= 7"), "1");
  EXPECT_EQ(value("layer < 7 or layer <= 7"), "1");
  EXPECT_EQ(value("layer % 4 == 3 and heads != 16"), "1");
  EXPECT_EQ(value("not zero"), "1");
  EXPECT_EQ(value("not not heads"), "1");
  EXPECT_EQ(value("not zero and zero or 1"), "1");
  EXPECT_EQ(value("true"), "1");
  EXPECT_EQ(value("false"), "0");
}

TEST(Expression, WhatIsNoCountIsRefused) {
  EXPECT_EQ(value("1 - 2"), "'1 - 2' is -1");
  EXPECT_EQ(value("1 / zero"), "divides by zero");
  EXPECT_EQ(value("1 % zero"), "divides by zero");
  EXPECT_EQ(value("round_up(1, 0)"), "divides by zero");
  EXPECT_EQ(value("large * large"), "is too large");
  EXPECT_EQ(value("large + 1"), "'large + 1' is 9007199254740993");
  EXPECT_EQ(value("wide"), "unknown wide");
}

TEST(Expression, TextsThatAreNoneAreRefused) {
  EXPECT_EQ(value(""), "'' ends too early");
  EXPECT_EQ(value("1 +"), "'1 +' ends too early");
  EXPECT_EQ(value("(1"), "'(1' has a bracket that is not closed");
  EXPECT_EQ(value("1)"), "'1)' has ')' where it is not expected");
  EXPECT_EQ(value("4 ** 2"), "'4 ** 2' has '* 2' where it is not expected");
  EXPECT_EQ(value("and"), "'and' has 'and' where it is not expected");
  EXPECT_EQ(value("mean(1)"), "'mean(1)' calls 'mean', which is no function");
  EXPECT_EQ(value("min(1)"), "'min(1)' gives 'min' 1 arguments");
  EXPECT_EQ(value("32e3"), "'32e3' has '32e3', which is no number");
  EXPECT_EQ(value("010"), "'010' has a number with a leading zero");
  EXPECT_EQ(value("99999999999999999999"), "'99999999999999999999' has a number that is too large");
  EXPECT_NE(value(std::string(100, '(')).find("too many brackets"), std::string::npos);
  EXPECT_NE(value(std::string(501, '1')).find("more than 500 characters"), std::string::npos);
}

TEST(Expression, KnowsItsNamesAndWhetherItIsANumber) {
  Expression e;
  ASSERT_FALSE(e.read("hidden / heads + max(layer, 1)"));
  EXPECT_EQ(e.names(), (std::vector<std::string>{"hidden", "heads", "layer"}));
  EXPECT_FALSE(e.number());
  ASSERT_FALSE(e.read("64"));
  EXPECT_EQ(e.number(), 64);
  EXPECT_EQ(Expression(64), e);
}

}  // namespace
}  // namespace tritsim
