// SPDX-License-Identifier: Apache-2.0
#include "arch/base/problems.hpp"

#include <gtest/gtest.h>

namespace tritsim {
namespace {

TEST(Problem, TextSaysWhereWhatAndWhatToDo) {
  EXPECT_EQ((Problem{{"a.yaml", 3, 7}, "x.y", "is wrong", "mend it"}.text()),
            "a.yaml:3:7: x.y: is wrong; mend it");
  EXPECT_EQ((Problem{{"a.yaml", 0, 0}, "", "is wrong", "mend it"}.text()),
            "a.yaml: is wrong; mend it");
  EXPECT_EQ((Problem{{}, "x.y", "is wrong", ""}.text()), "x.y: is wrong");
  EXPECT_EQ((Problem{{}, "", "is wrong", ""}.text()), "is wrong");
}

TEST(Problems, AreSortedByPlaceAndKeepTheOrderOfFindingWithinAPlace) {
  Problems problems;
  EXPECT_TRUE(problems.empty());
  problems.add({"b", 1, 1}, "", "6");
  problems.add({"a", 2, 9}, "", "4");
  problems.add({"a", 10, 1}, "", "5");
  problems.add({"a", 2, 1}, "", "2");
  problems.add({"a", 2, 1}, "", "3");
  problems.add({"a", 0, 0}, "", "1");
  EXPECT_EQ(problems.size(), 6U);
  std::string order;
  for (const Problem& p : problems.sorted()) order += p.what;
  EXPECT_EQ(order, "123456");
}

TEST(Problems, AreThrownTogether) {
  Problems problems;
  EXPECT_NO_THROW(problems.raise());
  problems.add({"b", 1, 1}, "", "second");
  problems.add({"a", 1, 1}, "k", "first", "mend it");
  try {
    problems.raise();
    FAIL() << "nothing thrown";
  } catch (const ConfigError& e) {
    EXPECT_STREQ(e.what(), "a:1:1: k: first; mend it\nb:1:1: second");
    EXPECT_EQ(e.problems().size(), 2U);
  }
}

TEST(ConfigError, OfATextHasOneProblem) {
  const ConfigError e("no such thing");
  EXPECT_STREQ(e.what(), "no such thing");
  ASSERT_EQ(e.problems().size(), 1U);
  EXPECT_EQ(e.problems().front().what, "no such thing");
}

TEST(Nearest, SuggestsWhatWasProbablyMeant) {
  const std::vector<std::string> keys{"clock", "lanes", "memory", "memory_port", "tRCD"};
  EXPECT_EQ(nearest("clok", keys), "clock");
  EXPECT_EQ(nearest("CLOCK", keys), "clock");
  EXPECT_EQ(nearest("lane", keys), "lanes");
  EXPECT_EQ(nearest("memroy", keys), "memory");
  EXPECT_EQ(nearest("memory_prot", keys), "memory_port");
  EXPECT_EQ(nearest("trcd", keys), "tRCD");
}

TEST(Nearest, SuggestsNothingThatIsFarOff) {
  EXPECT_EQ(nearest("voltage", {"clock", "lanes"}), "");
  EXPECT_EQ(nearest("ab", {"xy"}), "");
  EXPECT_EQ(nearest("", {"a", "clock"}), "");
  EXPECT_EQ(nearest("clock", {}), "");
  EXPECT_EQ(nearest("int3", {"int4", "int8"}), "");
  EXPECT_EQ(nearest("itn8", {"int4", "int8"}), "int8");
  EXPECT_EQ(nearest("qwen3", {"qwen2"}), "");
  EXPECT_EQ(nearest(std::string(1'000'000, 'x'), {"clock"}), "");
}

}  // namespace
}  // namespace tritsim
