// SPDX-License-Identifier: Apache-2.0
#include "arch/base/reader.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <numeric>

#include <gtest/gtest.h>

#include "arch/base/writer.hpp"

namespace tritsim {
namespace {

enum class Colour { red, green };

struct Leaf {
  static constexpr std::string_view kind = "leaf";

  Frequency clock;
  std::uint32_t count = 7;

  bool operator==(const Leaf&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("clock", clock, "a quantity", positive);
    io.optional("count", count, "a number", between(1, 10));
  }
};

struct Pair {
  std::int32_t low = 0;
  std::int32_t high = 0;

  bool operator==(const Pair&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("low", low, "a signed number");
    io.required("high", high, "a signed number");
  }

  void check(Checker& c) const {
    if (low > high) c.fail("high", "is below low", "give high >= low");
  }
};
}  // namespace

template <>
struct EnumNames<Colour> {
  static constexpr std::array<std::pair<Colour, std::string_view>, 2> names{{
      {Colour::red, "red"},
      {Colour::green, "green"},
  }};
};

namespace {
struct Root {
  static constexpr std::string_view kind = "root";

  std::string name;
  bool flag = true;
  double factor = 1.5;
  Colour colour = Colour::green;
  Bytes size = 8_B;
  std::vector<std::uint32_t> list;
  std::vector<Pair> pairs;
  std::map<std::string, Pair> map;
  std::optional<Pair> pair;
  Leaf leaf;

  bool operator==(const Root&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "a text");
    io.optional("flag", flag, "a truth");
    io.optional("factor", factor, "a number", between(0, 2));
    io.optional("colour", colour, "an enumerator");
    io.optional("size", size, "a size", power_of_two_up_to(1024));
    io.optional("list", list, "numbers");
    io.optional("pairs", pairs, "structs");
    io.optional("map", map, "structs by name");
    io.optional("pair", pair, "a struct that may be absent");
    io.required("leaf", leaf, "a struct with a file of its own");
  }

  void check(Checker& c) const {
    if (name == "bad") {
      c.fail("pairs.0.high", "is not to be", "change it");
      c.fail("map.a.low", "is not to be", "change it");
      c.fail("leaf.count", "is not to be", "change it");
      c.fail("none", "is not there", "add it");
      c.fail("", "is bad as a whole", "");
    }
  }
};

constexpr auto minimal = "kind: root\nname: n\nleaf: {clock: 1 MHz}\n";

Root read(const std::string& text, const std::vector<Override>& overrides = {}) {
  return load_text<Root>(text, "t.yaml", overrides);
}

/// The problems of a text, or "" if there are none.
std::string fault(const std::string& text, const std::vector<Override>& overrides = {}) {
  try {
    static_cast<void>(read(text, overrides));
    return "";
  } catch (const ConfigError& e) {
    return e.what();
  }
}

/// The problems of one more line after a correct document.
std::string fault_of_line(const std::string& line) {
  return fault(minimal + line + "\n");
}

TEST(Reader, ReadsEveryKindOfField) {
  const Root r = read(
      "kind: root\nname: 42\nflag: false\nfactor: 0.25\ncolour: red\nsize: 64 bit\nlist: [3, 1]\n"
      "pairs: [{low: -1, high: 1}]\nmap: {a: {low: 1, high: 2}}\npair: {low: 5, high: 5}\n"
      "leaf: {clock: 2 GHz, count: 10}\n");
  EXPECT_EQ(r.name, "42");
  EXPECT_FALSE(r.flag);
  EXPECT_EQ(r.factor, 0.25);
  EXPECT_EQ(r.colour, Colour::red);
  EXPECT_EQ(r.size, 8_B);
  EXPECT_EQ(r.list, (std::vector<std::uint32_t>{3, 1}));
  EXPECT_EQ(r.pairs, (std::vector<Pair>{{-1, 1}}));
  EXPECT_EQ(r.map, (std::map<std::string, Pair>{{"a", {1, 2}}}));
  EXPECT_EQ(r.pair, (Pair{5, 5}));
  EXPECT_EQ(r.leaf, (Leaf{2.0_GHz, 10}));
}

TEST(Reader, LeavesDefaultsWhereAKeyIsAbsent) {
  Root expected;
  expected.name = "n";
  expected.leaf.clock = 1.0_MHz;
  EXPECT_EQ(read(minimal), expected);
}

TEST(Reader, ReportsEveryProblemAtOnceInOrder) {
  EXPECT_EQ(
      fault("kind: root\n"
            "flag: yes\n"
            "factr: 1\n"
            "factor: 1\n"
            "factor: 2\n"
            "list: 3\n"
            "leaf:\n"
            "  clock: 60 mhz\n"
            "  count: 0\n"),
      "t.yaml:1:1: name: required key is missing; add 'name: ...'\n"
      "t.yaml:2:7: flag: 'yes' is not true or false; write true or false\n"
      "t.yaml:3:1: factr: unknown key; did you mean 'factor'?\n"
      "t.yaml:5:1: factor: key given twice; remove one\n"
      "t.yaml:6:7: list: expected a list, found a single value; write '[a, b]' or '- a' lines\n"
      "t.yaml:8:10: leaf.clock: unit 'mhz' is not one of: Hz, kHz, MHz, GHz; did you mean "
      "'MHz'?\n"
      "t.yaml:9:10: leaf.count: '0' is out of range; it must be between 1 and 10");
}

struct LineCase {
  const char* line;
  const char* message;
};

class BadLine : public testing::TestWithParam<LineCase> {};

TEST_P(BadLine, IsExplained) {
  EXPECT_EQ(fault_of_line(GetParam().line), "t.yaml:4:" + std::string(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Reader, BadLine,
    testing::Values(
        LineCase{"name2: x", "1: name2: unknown key; did you mean 'name'?"},
        LineCase{"voltage: 3",
                 "1: voltage: unknown key; remove it; the keys here are: kind, name, flag, factor, "
                 "colour, size, list, pairs, map, pair, leaf"},
        LineCase{"factor: much", "9: factor: 'much' is not a number; write a number, e.g. 0.5"},
        LineCase{"factor: 2.5", "9: factor: '2.5' is out of range; it must be between 0 and 2"},
        LineCase{"factor: .nan", "9: factor: '.nan' is not a number; write a number, e.g. 0.5"},
        LineCase{"factor: nan", "9: factor: 'nan' is not a number; write a number, e.g. 0.5"},
        LineCase{"factor: 1e999", "9: factor: '1e999' is not a number; write a number, e.g. 0.5"},
        LineCase{"factor:",
                 "1: factor: expected a single value, found nothing; write it behind the colon, on "
                 "one line"},
        LineCase{"factor: [1]",
                 "9: factor: expected a single value, found a list; write it behind the colon, on "
                 "one line"},
        LineCase{"factor: {a: 1}",
                 "9: factor: expected a single value, found a map; write it behind the colon, on "
                 "one line"},
        LineCase{"colour: rad", "9: colour: 'rad' is not one of: red, green; did you mean 'red'?"},
        LineCase{"colour: RED", "9: colour: 'RED' is not one of: red, green; did you mean 'red'?"},
        LineCase{"colour: mauve",
                 "9: colour: 'mauve' is not one of: red, green; write one of them"},
        LineCase{"flag: 1", "7: flag: '1' is not true or false; write true or false"},
        LineCase{"flag: True", "7: flag: 'True' is not true or false; write true or false"},
        LineCase{"size: 3 B",
                 "7: size: '3 B' is out of range; it must be a power of two from 1 B to 1 KiB"},
        LineCase{"size: 1 bit",
                 "7: size: '1 bit' is out of range; it must be a power of two from 1 B to 1 KiB"},
        LineCase{"list: [1, x]",
                 "11: list.1: 'x' is not a whole number; write digits alone, e.g. 8"},
        LineCase{"list: [1.0]",
                 "8: list.0: '1.0' is not a whole number; write digits alone, e.g. 8"},
        LineCase{"list: [-1]", "8: list.0: '-1' is negative; write zero or more"},
        LineCase{"list: [1e3]",
                 "8: list.0: '1e3' is not a whole number; write digits alone, e.g. 8"},
        LineCase{"list: [0x10]",
                 "8: list.0: '0x10' is not a whole number; write digits alone, e.g. 8"},
        LineCase{"list: ['']", "8: list.0: '' is not a whole number; write digits alone, e.g. 8"},
        LineCase{"list: [010]",
                 "8: list.0: '010' has a leading zero; write it without, octal is not read"},
        LineCase{"list: [4294967296]",
                 "8: list.0: '4294967296' is too large; it must be at most 4294967295"},
        LineCase{"list: {a: 1}",
                 "7: list: expected a list, found a map; write '[a, b]' or '- a' lines"},
        LineCase{"map: [a]", "6: map: expected a map, found a list; write 'name: value' lines"},
        LineCase{"map: {a: {low: 1, high: 2}, a: {low: 1, high: 2}}",
                 "29: map.a: key given twice; remove one"},
        LineCase{
            "pair: 3",
            "7: pair: expected a map of keys, found a single value; write its keys: low, high"},
        LineCase{"pair: {low: 1}", "7: pair.high: required key is missing; add 'high: ...'"},
        LineCase{"pair: {low: 2, high: 1}", "22: pair.high: is below low; give high >= low"},
        LineCase{"pairs: [{low: 2, high: 1}]",
                 "24: pairs.0.high: is below low; give high >= low"}));

TEST(Reader, NeedsTheRightKind) {
  EXPECT_EQ(fault("name: n\nleaf: {clock: 1 MHz}\n"),
            "t.yaml:1:1: kind: required key is missing; add 'kind: root'");
  EXPECT_EQ(fault("kind: leaf\nclock: 1\n"),
            "t.yaml:1:7: kind: this is a 'leaf', a 'root' is needed here; give another file, or "
            "correct its kind");
  EXPECT_EQ(fault("kind: rot\nname: n\n"),
            "t.yaml:1:1: leaf: required key is missing; add 'leaf: ...'\n"
            "t.yaml:1:7: kind: 'rot' is not a kind; did you mean 'root'?");
  EXPECT_EQ(fault("kind: root\nname: n\nleaf: {kind: root, clock: 1 MHz}\n"),
            "t.yaml:3:14: leaf.kind: this is a 'root', a 'leaf' is needed here; give "
            "another file, or correct its kind");
  EXPECT_EQ(fault("kind: root\nname: n\nleaf: {kind: leaf, clock: 1 MHz}\n"), "");
}

TEST(Reader, NeedsAMap) {
  EXPECT_EQ(fault("- a\n"), "t.yaml:1:1: expected a map of keys; start with 'kind: ...'");
  EXPECT_EQ(fault("text\n"), "t.yaml:1:1: expected a map of keys; start with 'kind: ...'");
  EXPECT_EQ(fault(""), "t.yaml:1:1: the document is empty; start it with 'kind: ...'");
  EXPECT_EQ(fault("kind: root\nname: n\nleaf:\n"),
            "t.yaml:3:1: leaf: expected a map of keys, found nothing; write the name of a file, "
            "or its keys: clock, count");
  EXPECT_EQ(fault("kind: root\nname: n\nleaf: [a]\n"),
            "t.yaml:3:7: leaf: expected a map of keys, found a list; write the name of a file, "
            "or its keys: clock, count");
}

TEST(Reader, PlacesRulesOverSeveralKeysAsDeepAsTheFileGoes) {
  EXPECT_EQ(fault("kind: root\n"
                  "name: bad\n"
                  "leaf: {clock: 1 MHz}\n"
                  "pairs:\n"
                  "  - {low: 1, high: 2}\n"
                  "map: {a: {low: 1, high: 2}}\n"),
            "t.yaml:1:1: none: is not there; add it\n"
            "t.yaml:1:1: is bad as a whole\n"
            "t.yaml:3:7: leaf.count: is not to be; change it\n"
            "t.yaml:5:20: pairs.0.high: is not to be; change it\n"
            "t.yaml:6:16: map.a.low: is not to be; change it");
}

TEST(Reader, ChecksRulesOnlyWhereEachKeyCouldBeRead) {
  EXPECT_EQ(fault_of_line("pair: {low: 2, high: x}"),
            "t.yaml:4:22: pair.high: 'x' is not a whole number; write digits alone, e.g. 8");
}

TEST(Override, ReplacesScalarsListItemsAndMapItems) {
  const std::string text = std::string(minimal) +
                           "factor: wrong\nlist: [1, 2]\npairs: [{low: 0, high: 3}]\n"
                           "map: {a: {low: 0, high: 3}}\n";
  const Root r = read(text, {{"factor", "0.5"},
                             {"list.1", "9"},
                             {"pairs.0.low", "2"},
                             {"map.a.high", "4"},
                             {"leaf.clock", "3 GHz"},
                             {"colour", "red"}});
  EXPECT_EQ(r.factor, 0.5);
  EXPECT_EQ(r.list, (std::vector<std::uint32_t>{1, 9}));
  EXPECT_EQ(r.pairs[0].low, 2);
  EXPECT_EQ(r.map.at("a").high, 4);
  EXPECT_EQ(r.leaf.clock, 3.0_GHz);
  EXPECT_EQ(r.colour, Colour::red);
}

TEST(Override, AddsKeysThatTheFileLeavesOut) {
  EXPECT_EQ(read("kind: root\nleaf: {}\n", {{"name", "x"}, {"leaf.clock", "1 kHz"}}).leaf.clock,
            Frequency{1e3});
  const Root r = read(minimal, {{"pair.low", "1"}, {"pair.high", "2"}});
  EXPECT_EQ(r.pair, (Pair{1, 2}));
  EXPECT_EQ(read("kind: root\n", {{"name", "x"}, {"leaf.clock", "1 kHz"}}).leaf.clock,
            Frequency{1e3});
  EXPECT_EQ(fault(minimal, {{"pair.low", "1"}}),
            "--set pair.low: pair.high: required key is missing; add 'high: ...'");
}

TEST(Override, IsCheckedAndNamed) {
  EXPECT_EQ(fault(minimal, {{"factor", "3"}}),
            "--set factor: factor: '3' is out of range; it must be between 0 and 2");
  EXPECT_EQ(fault(minimal, {{"leaf.clock", "3"}}),
            "--set leaf.clock: leaf.clock: '3' has no unit (one of: Hz, kHz, MHz, GHz); write the "
            "unit behind the number");
  EXPECT_EQ(fault(std::string(minimal) + "pair: {low: 1, high: 2}\n", {{"pair.high", "0"}}),
            "--set pair.high: pair.high: is below low; give high >= low");
}

TEST(Override, MustFindItsKey) {
  EXPECT_EQ(fault(minimal, {{"factr", "1"}}),
            "--set factr: no such key in this document; did you mean 'factor'?");
  EXPECT_EQ(fault(minimal, {{"leaf.clok", "1 MHz"}}),
            "--set leaf.clok: no such key in this document; did you mean 'leaf.clock'?");
  EXPECT_EQ(fault(minimal, {{"", "1"}}),
            "--set : no such key in this document; write the keys that lead to it, e.g. "
            "cores.0.lanes");
  EXPECT_EQ(fault(std::string(minimal) + "list: [1]\n", {{"list.1", "1"}}),
            "--set list.1: no such key in this document; did you mean 'list'?");
  EXPECT_EQ(fault(minimal, {{"list.0", "1"}}),
            "--set list.0: no such key in this document; did you mean 'list'?");
}

TEST(Override, GivenTwiceIsAnError) {
  EXPECT_EQ(fault(minimal, {{"factor", "1"}, {"factor", "1"}}),
            "--set factor: given twice; remove one");
}

TEST(Override, SetsSingleValuesOnly) {
  const std::string text = std::string(minimal) + "list: [1]\nmap: {}\npair: {low: 1, high: 2}\n";
  for (const std::string path : {"list", "map", "pair"}) {
    EXPECT_EQ(fault(text, {{path, "1"}}),
              "--set " + path + ": stands for several values; write all of them, as " +
                  (path == "list" ? "[a, b]" : "{key: value}") +
                  ", or set one value inside it by its own path");
  }
}

TEST(Override, GivesListsMapsAndStructsAsAWhole) {
  const std::string text = std::string(minimal) + "list: [1]\nmap: {}\npair: {low: 1, high: 2}\n";
  const Root r = read(text, {{"list", "[4, 5, 6]"}, {"pair", "{low: 3, high: 9}"}});
  EXPECT_EQ(r.list.size(), 3U);
  EXPECT_EQ(r.pair->high, 9);
  // Also where the file has none; a value inside takes precedence.
  EXPECT_EQ(read(minimal, {{"list", "[4, 5]"}, {"list.1", "7"}}).list.back(), 7U);
  EXPECT_NE(fault(text, {{"list", "[4, x]"}}).find("--set list:1:"), std::string::npos)
      << fault(text, {{"list", "[4, x]"}});
}

TEST(Override, IsNotBlamedForAPartThatCouldNotBeRead) {
  EXPECT_EQ(
      fault("kind: root\nname: n\nleaf: none.yaml\n", {{"leaf.clock", "1 MHz"}}),
      "t.yaml:3:7: leaf: cannot open the file 'none.yaml'; give its name relative to the file "
      "it stands in");
}

class Files : public testing::Test {
 protected:
  void SetUp() override {
    path_ = std::filesystem::path(testing::TempDir()) /
            (std::string("tritsim_reader_") +
             testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(path_ / "sub" / "deep");
  }

  void TearDown() override { std::filesystem::remove_all(path_); }

  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(path_ / name) << text;
    return (path_ / name).string();
  }

  std::string fault_of(const std::string& file, const std::vector<Override>& overrides = {}) {
    try {
      static_cast<void>(load<Root>(file, overrides));
      return "";
    } catch (const ConfigError& e) {
      // Names are shown without the directory of the test.
      std::string text = e.what();
      const std::string prefix = path_.string() + "/";
      for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) {
        text.erase(at, prefix.size());
      }
      return text;
    }
  }

  std::filesystem::path path_;
};

TEST_F(Files, AReferenceIsRelativeToTheFileItStandsIn) {
  write("sub/leaf.yaml", "kind: leaf\nclock: 5 MHz\n");
  const auto near = write("sub/root.yaml", "kind: root\nname: n\nleaf: leaf.yaml\n");
  const auto far = write("sub/deep/root.yaml", "kind: root\nname: n\nleaf: ../leaf.yaml\n");
  const auto whole = write(
      "root.yaml", "kind: root\nname: n\nleaf: '" + (path_ / "sub" / "leaf.yaml").string() + "'\n");
  for (const auto& file : {near, far, whole}) {
    EXPECT_EQ(load<Root>(file).leaf.clock, 5.0_MHz) << file;
  }
  EXPECT_EQ(load<Root>(near, {{"leaf.clock", "6 MHz"}}).leaf.clock, 6.0_MHz);
}

TEST_F(Files, ProblemsOfAReferencedFileAreThoseOfItsPlace) {
  write("sub/leaf.yaml", "kind: leaf\nclock: 5\ncont: 3\n");
  const auto file = write("root.yaml", "kind: root\nleaf: sub/leaf.yaml\n");
  EXPECT_EQ(fault_of(file),
            "root.yaml:1:1: name: required key is missing; add 'name: ...'\n"
            "sub/leaf.yaml:2:8: leaf.clock: '5' has no unit (one of: Hz, kHz, MHz, GHz); write the "
            "unit behind the number\n"
            "sub/leaf.yaml:3:1: leaf.cont: unknown key; did you mean 'count'?");
}

TEST_F(Files, AReferenceMayBeGivenFromOutsideRelativeToTheWorkingDirectory) {
  const auto leaf = write("leaf.yaml", "kind: leaf\nclock: 5 MHz\n");
  const auto file = write("root.yaml", "kind: root\nname: n\nleaf: {clock: wrong}\n");
  const auto relative = std::filesystem::relative(leaf).string();
  EXPECT_EQ(load<Root>(file, {{"leaf", relative}}).leaf.clock, 5.0_MHz);
  EXPECT_EQ(load<Root>(write("bare.yaml", "kind: root\nname: n\n"), {{"leaf", leaf}}).leaf.clock,
            5.0_MHz);
  EXPECT_EQ(fault_of(file, {{"leaf", "none.yaml"}}),
            "--set leaf: leaf: cannot open the file 'none.yaml'; give its name relative to the "
            "working directory");
}

TEST_F(Files, ABadReferenceIsNeverSilent) {
  write("empty.yaml", "");
  write("list.yaml", "[1]");
  write("text.yaml", "clock");
  write("root2.yaml", "kind: root\n");
  write("broken.yaml", "clock: [");
  const auto fault_of_leaf = [&](const std::string& reference) {
    return fault_of(write("root.yaml", "kind: root\nname: n\nleaf: " + reference + "\n"));
  };
  EXPECT_EQ(fault_of_leaf("none.yaml"),
            "root.yaml:3:7: leaf: cannot open the file 'none.yaml'; give its name relative to the "
            "file it stands in");
  EXPECT_EQ(fault_of_leaf("''"),
            "root.yaml:3:7: leaf: cannot open the file ''; give its name relative to the file it "
            "stands in");
  EXPECT_EQ(fault_of_leaf("sub"),
            "root.yaml:3:7: leaf: 'sub' is not a file; name a file of kind 'leaf'");
  EXPECT_EQ(fault_of_leaf("/dev/zero"),
            "root.yaml:3:7: leaf: '/dev/zero' is not a file; name a file of kind 'leaf'");
  EXPECT_EQ(fault_of_leaf("root.yaml"),
            "root.yaml:3:7: leaf: 'root.yaml' refers back to itself; name a file of kind 'leaf'");
  EXPECT_EQ(fault_of_leaf("sub/../root.yaml"),
            "root.yaml:3:7: leaf: 'root.yaml' refers back to itself; name a file of kind 'leaf'");
  EXPECT_EQ(
      fault_of_leaf("root2.yaml"),
      "root.yaml:3:7: leaf: 'root2.yaml' is a 'root', a 'leaf' is needed here; name a file of "
      "kind 'leaf'");
  EXPECT_EQ(fault_of_leaf("empty.yaml"),
            "empty.yaml:1:1: the document is empty; start it with 'kind: ...'");
  EXPECT_EQ(fault_of_leaf("list.yaml"),
            "list.yaml:1:1: leaf: expected a map of keys; start with 'kind: leaf'");
  EXPECT_EQ(fault_of_leaf("text.yaml"),
            "text.yaml:1:1: leaf: expected a map of keys; start with 'kind: leaf'");
  EXPECT_NE(fault_of_leaf("broken.yaml").find(": not valid YAML: "), std::string::npos);
  EXPECT_NE(fault_of_leaf(std::string(10'000, 'x')).find("cannot open the file"),
            std::string::npos);
}

TEST_F(Files, AFileThatNamesItselfByAnotherSpellingIsFound) {
  write("root.yaml", "kind: root\nname: n\nleaf: root.yaml\n");
  EXPECT_NE(fault_of((path_ / "sub" / ".." / "root.yaml").string()).find("refers back to itself"),
            std::string::npos);
}

TEST(ParseScalar, ReadsSignedNumbers) {
  std::int32_t v = 0;
  EXPECT_FALSE(parse_scalar("-2147483648", v).has_value());
  EXPECT_EQ(v, std::numeric_limits<std::int32_t>::min());
  EXPECT_TRUE(parse_scalar("2147483648", v).has_value());
  EXPECT_TRUE(parse_scalar("+1", v).has_value());
  EXPECT_TRUE(parse_scalar("-010", v).has_value());
}

TEST(Constraint, HoldsAndSaysWhatItHolds) {
  EXPECT_TRUE(any_value.holds(-1e300));
  EXPECT_EQ(any_value.text(), "");
  EXPECT_FALSE(positive.holds(0));
  EXPECT_TRUE(positive.holds(1e-300));
  EXPECT_EQ(positive.text(), "positive");
  EXPECT_TRUE(non_negative.holds(0));
  EXPECT_FALSE(non_negative.holds(-1e-300));
  EXPECT_EQ(non_negative.text(), "zero or more");
  EXPECT_EQ((Constraint{3.0, false, {}, false}.text()), "at least 3");
  EXPECT_FALSE(any_value.holds(std::nan("")) || between(0, 1).holds(std::nan("")));
  EXPECT_FALSE(between(0, 1).holds(HUGE_VAL) || positive.within(between(0, 9)).holds(10));
  EXPECT_EQ(positive.within(between(0, 9)), positive_up_to(9));
  EXPECT_TRUE(between(1, 2).holds(1) && between(1, 2).holds(2));
  EXPECT_FALSE(between(1, 2).holds(0.999) || between(1, 2).holds(2.001));
  EXPECT_EQ(between(1, 2).text(), "between 1 and 2");
  EXPECT_EQ(between(1e3, 1e12).text(units_of<Frequency>()), "between 1 kHz and 1000 GHz");
  EXPECT_EQ((Constraint{{}, false, 4.0, false}.text()), "at most 4");
  EXPECT_EQ((Constraint{0.0, true, 4.0, false}.text()), "positive and at most 4");
  EXPECT_EQ((Constraint{1.0, true, 4.0, false}.text()), "above 1 and at most 4");
  EXPECT_EQ((Constraint{1.0, true, {}, false}.text()), "above 1");
  EXPECT_EQ((Constraint{1.0, false, {}, true}.text()), "a power of two");
  const Constraint two = power_of_two_up_to(16);
  for (const double v : {1.0, 2.0, 16.0}) EXPECT_TRUE(two.holds(v)) << v;
  for (const double v : {-2.0, 0.0, 0.5, 3.0, 32.0}) EXPECT_FALSE(two.holds(v)) << v;
}

}  // namespace
}  // namespace tritsim
