// SPDX-License-Identifier: Apache-2.0
#include "arch/base/document.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace tritsim {
namespace {

/// The node of a text without problems.
Node parsed(const std::string& text) {
  Problems problems;
  Node node = parse_document(text, "t.yaml", problems);
  for (const Problem& p : problems.all()) ADD_FAILURE() << p.text();
  return node;
}

/// The problems of a text, one a line.
std::string problems_of(const std::string& text) {
  Problems problems;
  static_cast<void>(parse_document(text, "t.yaml", problems));
  std::string all;
  for (const Problem& p : problems.sorted()) all += p.text() + '\n';
  return all;
}

class Directory : public testing::Test {
 protected:
  void SetUp() override {
    path_ =
        std::filesystem::path(testing::TempDir()) /
        ("tritsim_document_" + std::to_string(::testing::UnitTest::GetInstance()->random_seed()) +
         testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(path_);
  }

  void TearDown() override { std::filesystem::remove_all(path_); }

  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }

  std::filesystem::path path_;
};

TEST(Document, MarksCountFromOne) {
  const Node node = parsed("a: 1\nb:\n  - x\n  -   y\n");
  EXPECT_EQ(node.kind, Node::Kind::map);
  EXPECT_EQ(node.mark.file, "t.yaml");
  EXPECT_EQ(node.mark.line, 1);
  EXPECT_EQ(node.mark.column, 1);
  ASSERT_EQ(node.entries.size(), 2U);
  EXPECT_EQ(node.entries[1].mark.line, 2);
  EXPECT_EQ(node.entries[1].mark.column, 1);
  const Node& y = node.entries[1].value.items[1];
  EXPECT_EQ(y.text, "y");
  EXPECT_EQ(y.mark.line, 4);
  EXPECT_EQ(y.mark.column, 7);
}

TEST(Document, KeepsDuplicateKeysInOrderAndFindsTheFirst) {
  const Node node = parsed("a: 1\nb: 2\na: 3\n");
  ASSERT_EQ(node.entries.size(), 3U);
  EXPECT_EQ(node.entries[2].key, "a");
  EXPECT_EQ(node.entries[2].value.text, "3");
  EXPECT_EQ(node.find("a")->text, "1");
  EXPECT_EQ(node.find("c"), nullptr);
}

TEST(Document, ReadsJsonAsWell) {
  const Node node = parsed(R"({"a": [1, true, null, "x\u00e9"], "b": {}})");
  const Node& a = *node.find("a");
  ASSERT_EQ(a.items.size(), 4U);
  EXPECT_EQ(a.items[1].text, "true");
  EXPECT_EQ(a.items[2].kind, Node::Kind::null);
  EXPECT_EQ(a.items[3].text, "x\u00e9");
  EXPECT_EQ(node.find("b")->kind, Node::Kind::map);
}

TEST(Document, ExpandsAliases) {
  const Node node = parsed("a: &x {k: 1}\nb: *x\n");
  EXPECT_EQ(node.find("b")->find("k")->text, "1");
}

TEST(Document, EmptyTextIsAProblem) {
  const std::string message = "t.yaml:1:1: the document is empty; start it with 'kind: ...'\n";
  for (const char* text :
       {"", "\n\n", "# a comment\n", "---\n", "~", "null\n", "%YAML 1.2\n---\n"}) {
    EXPECT_EQ(problems_of(text), message) << text;
  }
}

TEST(Document, SecondDocumentIsAProblem) {
  EXPECT_EQ(
      problems_of("a: 1\n---\nb: 2\n"),
      "t.yaml:3:1: a second document starts here; keep one per file; if none was meant, check "
      "the indentation\n");
  EXPECT_EQ(problems_of("- a\nb: 2\n").rfind("t.yaml:2:1: a second document starts here", 0), 0U);
}

TEST(Document, MergeKeysAreRefused) {
  EXPECT_EQ(
      problems_of("a: &x {k: 1}\nb:\n  <<: *x\n"),
      "t.yaml:3:3: merge keys ('<<') are not supported; write the keys out, or keep them in a "
      "file of their own\n");
}

TEST(Document, KeysAreSingleWords) {
  for (const char* text : {"{a: 1, [b]: 2}", "{a: 1, {b: 1}: 2}", "{a: 1, ? : 2}"}) {
    EXPECT_NE(problems_of(text).find("a key must be a single word; write 'key: value'"),
              std::string::npos)
        << text;
  }
}

TEST(Document, DeepNestingEndsAtALimit) {
  const auto nested = [](std::size_t n) { return std::string(n, '[') + std::string(n, ']'); };
  EXPECT_EQ(problems_of(nested(60)), "");
  EXPECT_EQ(problems_of(nested(100)),
            "t.yaml:1:66: nested more than 64 levels deep; flatten the document\n");
  EXPECT_NE(problems_of(nested(100'000)), "");
  EXPECT_NE(problems_of(std::string(100'000, '[')), "");
  EXPECT_NE(problems_of(std::string(100'000, '{')), "");
}

TEST(Document, AliasesCannotGrowWithoutBound) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 10; ++k) bomb += (k == 0 ? "" : ", ") + last;
    bomb += "]\n";
  }
  EXPECT_NE(problems_of(bomb).find("the aliases in this document repeat too much; write the values "
                                   "out\n"),
            std::string::npos);
}

TEST(Document, AnAliasOfItselfEnds) {
  EXPECT_NE(problems_of("a: &x [*x, *x]\n").find("levels deep"), std::string::npos);
  EXPECT_NE(problems_of("a: &x\n  b: *x\n").find("levels deep"), std::string::npos);
}

TEST(Document, InvalidYamlSaysWhere) {
  EXPECT_EQ(problems_of("a: 1\n b: 2\n").rfind("t.yaml:2:3: not valid YAML: ", 0), 0U);
  for (const char* text :
       {"a: [1, 2",   "a: {b: 1", "a: 'open",   "a: \"open",    "a: *nothing",
        "a: \"\\q\"", "\ta: 1",   "a:\n\tb: 1", "a: b: c",      "[",
        "]",          "}",        "a: @x",      "a: `x",        "a: %x",
        "&",          "*",        "!!",         "a: \"\\xZZ\"", "a: \"\\ud800\""}) {
    const std::string message = problems_of(text);
    EXPECT_EQ(message.rfind("t.yaml:", 0), 0U) << text << " -> " << message;
    EXPECT_NE(message.find(": not valid YAML: "), std::string::npos) << message;
    EXPECT_NE(message.find("; "), std::string::npos) << message;
  }
}

TEST(Document, InvalidYamlSaysWhatToDo) {
  const auto ends_with = [](const std::string& text, const std::string& remedy) {
    const std::string message = problems_of(text);
    EXPECT_TRUE(message.ends_with("; " + remedy + "\n")) << message;
  };
  const std::string map =
      "put quotes around a text with ': ' in it, a space behind every colon, and the keys of a map "
      "in one column";
  ends_with("a: b: c\n", map);
  ends_with("a: 1\n b: 2\n", map);
  ends_with("a:1\nb: 2\n", map);
  ends_with("a:\n  b: 1\n\tc: 2\n", "indent with spaces, not with tabs");
  ends_with("a:\n\tb: 1\n", "indent with spaces, not with tabs");
  ends_with("a: \"\\q\"\n", "write a text with backslashes in single quotes");
  ends_with("a: *b\n", "put quotes around a text that starts with '*'");
  ends_with("a: [1\n", "check indentation, quotes and brackets here and in the line before");
}

TEST(Document, OpenQuotesDoNotSwallowTheRest) {
  for (const std::string quote : {"'", "\""}) {
    for (const char* end : {"", "\n", "\n  ", "\n\t\n", "\n# x\n", "\r\n"}) {
      const std::string message = problems_of("a: " + quote + "open\nb: 2" + end);
      EXPECT_NE(message.find("; close the quotes that are still open at the end of the file\n"),
                std::string::npos)
          << message;
    }
  }
  EXPECT_EQ(parsed("a: |\n  x\n").find("a")->text, "x\n");
  EXPECT_EQ(parsed("a: |+\n  x\n\n").find("a")->text, "x\n\n");
  EXPECT_EQ(parsed("a: |\n  x\n  ").find("a")->text, "x\n");
  EXPECT_EQ(parsed("a: |\n  x").find("a")->text, "x");
  EXPECT_EQ(parsed("a: >\n  x\n  y\n").find("a")->text, "x y\n");
}

TEST(Document, TextIsUtf8) {
  for (const char* text : {"a: \xff", "a: \xc3(", "a: \x80", "a: \xc0\x80", "a: \xe0\x80\x80",
                           "a: \xed\xa0\x80", "a: \xf4\x90\x80\x80", "a: \xf5", "a: \xe2\x82"}) {
    const std::string message = problems_of(text);
    EXPECT_EQ(message.rfind("t.yaml:1:4: byte 0x", 0), 0U) << message;
    EXPECT_NE(message.find(" is not UTF-8; save the file as UTF-8\n"), std::string::npos);
  }
  EXPECT_EQ(problems_of("a: 1\nb: gr\xfcn\n"),
            "t.yaml:2:6: byte 0xfc is not UTF-8; save the file as UTF-8\n");
  EXPECT_EQ(problems_of("\xff\xfe"),
            "t.yaml:1:1: byte 0xff is not UTF-8; save the file as UTF-8\n");
  EXPECT_EQ(problems_of("a: \u00b5 \u20ac \U0001F600 \U0010FFFF"), "");
}

TEST(Document, OddBytesAndLongLinesAreReadOrRefused) {
  for (const std::string& text :
       {std::string("a: \xff\xfe\xc3\x28"),
        std::string("\xff\xfe"
                    "a\0:\0",
                    6),
        std::string("\xfe\xff\0a", 4),
        std::string("\xef\xbb\xbf"
                    "a: 1"),
        std::string("a\0b: 1", 6), std::string("a: ") + std::string(2'000'000, 'x'),
        std::string(2'000'000, ' '), std::string(2'000'000, '-'),
        std::string(200'000, '\n') + "a: 1", std::string(1'000'000, 'k') + ": 1",
        std::string("a: \"\\0\"")}) {
    Problems problems;
    const Node node = parse_document(text, "t.yaml", problems);
    EXPECT_TRUE(!problems.empty() || node.kind != Node::Kind::null);
    static_cast<void>(to_json(node));
    static_cast<void>(to_yaml(node));
  }
}

TEST_F(Directory, MissingFileAndDirectoryAreProblems) {
  Problems problems;
  static_cast<void>(load_document(file("none.yaml"), problems));
  static_cast<void>(load_document(path_.string(), problems));
  static_cast<void>(load_document("", problems));
  ASSERT_EQ(problems.size(), 3U);
  EXPECT_EQ(
      problems.all()[0].text(),
      file("none.yaml") +
          ": cannot open the file: No such file or directory; check the path and its permissions");
  EXPECT_EQ(problems.all()[1].text(), path_.string() + ": is a directory; name a file");
  EXPECT_EQ(problems.all()[2].what, "cannot open the file: No such file or directory");
}

TEST_F(Directory, AnEmptyFileIsAProblem) {
  std::ofstream(file("empty.yaml")).flush();
  Problems problems;
  static_cast<void>(load_document(file("empty.yaml"), problems));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems.all()[0].what, "the document is empty");
}

TEST_F(Directory, FilesAreWrittenWholeAndReadBack) {
  const std::string text("line\n\0\xff", 7);
  write_file(file("x"), text);
  EXPECT_EQ(read_file(file("x")), text);
  EXPECT_FALSE(std::filesystem::exists(file("x.part")));
  EXPECT_THROW(write_file(file("none/x"), text), ConfigError);
  EXPECT_THROW(static_cast<void>(read_file(file("none"))), ConfigError);
}

TEST_F(Directory, AFileThatCannotBeReplacedIsAnError) {
  std::filesystem::create_directories(file("d/inside"));
  EXPECT_THROW(write_file(file("d"), "x"), ConfigError);
}

TEST(WrittenDocument, GivesBackEveryText) {
  for (const std::string& text : {std::string(),
                                  std::string("~"),
                                  std::string("null"),
                                  std::string("true"),
                                  std::string("1.0"),
                                  std::string("a: b"),
                                  std::string("# c"),
                                  std::string("- d"),
                                  std::string(" e "),
                                  std::string("two\nlines\n"),
                                  std::string("tab\there"),
                                  std::string("quote ' and \" and \\"),
                                  std::string("gr\u00fc\u00df \U0001F600"),
                                  std::string("[x"),
                                  std::string("*a"),
                                  std::string("%"),
                                  std::string("---"),
                                  std::string("\r\n"),
                                  std::string("a #b"),
                                  std::string(5000, 'y')}) {
    Node node;
    node.set("key", Node::of_text(text));
    node.set(text.empty() ? "e" : text.substr(0, 1000), Node::of_text("value"));
    for (const std::string& written : {to_yaml(node), to_json(node)}) {
      const Node back = parsed(written);
      ASSERT_EQ(back.entries.size(), 2U) << written;
      EXPECT_EQ(back.entries[0].value.text, text) << written;
      EXPECT_EQ(back.entries[1].key, node.entries[1].key) << written;
    }
  }
}

TEST(WrittenDocument, JsonHasTypes) {
  Node node;
  node.set("t", Node::of_text("1"));
  node.set("n", Node::of_number("1.5e-12"));
  node.set("b", Node::of_boolean(true));
  node.set("i", Node::of_number("inf"));
  node.set("z", Node{});
  Node list;
  list.kind = Node::Kind::sequence;
  node.set("l", list);
  EXPECT_EQ(to_json(node),
            "{\n  \"t\": \"1\",\n  \"n\": 1.5e-12,\n  \"b\": true,\n  \"i\": \"inf\",\n"
            "  \"z\": null,\n  \"l\": []\n}\n");
}

TEST(WrittenDocument, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(to_json(Node::of_text("a\xff")), "\"a\xef\xbf\xbd\"\n");
}

}  // namespace
}  // namespace tritsim
