// SPDX-License-Identifier: Apache-2.0
#include "arch/base/number_setter.hpp"

#include <gtest/gtest.h>

namespace tritsim {
namespace {

struct Part {
  std::uint32_t depth = 16;
  std::optional<Frequency> clock{};
  UncertainNumbers uncertain{};

  template <class Io>
  void fields(Io& io) {
    io.required("depth", depth, "", between(1, 256));
    io.optional("clock", clock, "", any_clock);
    io.optional("uncertain", uncertain, uncertain_doc);
  }
};

struct Whole {
  std::string name = "a part";
  std::vector<Part> parts = std::vector<Part>(2);
  std::map<std::string, double> shares{{"small", 0.5}};
  Coefficient<Time> latency{1.0_s, 0.5_s, 2.0_s, "made up", Confidence::assumed};
  UncertainNumbers uncertain{};

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "");
    io.required("parts", parts, "");
    io.required("shares", shares, "", any_share);
    io.required("latency", latency, "");
    io.optional("uncertain", uncertain, uncertain_doc);
  }
};

class Failures final : public Checker {
 public:
  void fail(std::string_view key, std::string what, std::string remedy) override {
    text += fmt::format("{}: {}; {}\n", key, what, remedy);
  }

  std::string text;
};

std::string fault_of(const char* key, const char* low, const char* high) {
  Whole w;
  w.uncertain = {{key, low, high, "made up", Confidence::assumed}};
  Failures failures;
  check_uncertain(w, failures);
  return failures.text;
}

TEST(NumberSetter, SetsTheNumberAtAPath) {
  Whole w;
  w.parts[1].clock = 100.0_MHz;
  const NumberChange depth = set_number(w, "parts.1.depth", "64");
  EXPECT_FALSE(depth.fault);
  EXPECT_EQ(depth.before, 16);
  EXPECT_EQ(depth.after, 64);
  EXPECT_EQ(w.parts[0].depth, 16U);
  EXPECT_EQ(w.parts[1].depth, 64U);
  EXPECT_FALSE(set_number(w, "parts.1.clock", "200 MHz").fault);
  EXPECT_EQ(w.parts[1].clock->si(), 200e6);
  EXPECT_FALSE(set_number(w, "shares.small", "0.25").fault);
  EXPECT_EQ(w.shares.at("small"), 0.25);
}

TEST(NumberSetter, SaysWhyANumberCannotBeUncertain) {
  EXPECT_EQ(fault_of("parts.0.depth", "8", "64"), "");
  EXPECT_NE(fault_of("parts.0.dept", "8", "64").find("names no number"), std::string::npos);
  EXPECT_NE(fault_of("parts.2.depth", "8", "64").find("names no number"), std::string::npos);
  EXPECT_NE(fault_of("parts.0.clock", "1 MHz", "2 MHz").find("names no number"), std::string::npos);
  EXPECT_NE(fault_of("latency.value", "1 s", "2 s").find("range of its own"), std::string::npos);
  EXPECT_NE(fault_of("name", "a", "b").find("is not a number"), std::string::npos);
  EXPECT_NE(fault_of("parts.0.depth", "0", "64").find("between 1 and 256"), std::string::npos);
  EXPECT_NE(fault_of("parts.0.depth", "8", "many")
                .find("uncertain.0.high: 'parts.0.depth' 'many' is not a whole number"),
            std::string::npos);
  EXPECT_NE(fault_of("parts.0.depth", "64", "8").find("uncertain.0.high: is below low"),
            std::string::npos);
}

TEST(NumberSetter, ANumberBeyondItsEndsHasNone) {
  Whole w;
  const Uncertain u{"parts.0.depth", "8", "64", "made up"};
  EXPECT_TRUE(ends_of(w, u).hold());
  w.parts[0].depth = 128;
  EXPECT_FALSE(ends_of(w, u).hold());
}

TEST(NumberSetter, FindsEveryPartThatListsNumbers) {
  Whole w;
  std::vector<std::string> paths;
  for_each_uncertain(w, [&](const std::string& path, auto&) { paths.push_back(path); });
  EXPECT_EQ(paths, (std::vector<std::string>{"", "parts.0.", "parts.1."}));
}

}  // namespace
}  // namespace tritsim
