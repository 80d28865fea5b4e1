// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <optional>

#include <gtest/gtest.h>

#include "arch/base/reader.hpp"
#include "arch/core/program.hpp"
#include "arch/study/kinds.hpp"
#include "tests/support/files.hpp"

// Every file of tests/bad/ is refused with exactly the text of its NAME.expected. A YAML file is
// read as what its `kind` says; an assembly text names its core in the first line, `; core: FILE`.
// All names are relative to tests/bad/. To write an .expected, run `tritsim check FILE` there and
// judge the text: it has to say where, what, and what to do.
namespace tritsim {
namespace {

class BadFile : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    before_ = std::filesystem::current_path();
    std::filesystem::current_path(test::source_dir() + "tests/bad");
  }

  void TearDown() override { std::filesystem::current_path(before_); }

  std::filesystem::path before_;
};

std::vector<std::string> bad_files() {
  auto files = test::files_below("tests/bad", ".yaml");
  const auto programs = test::files_below("tests/bad", ".tmi");
  files.insert(files.end(), programs.begin(), programs.end());
  return files;
}

void read_any(const std::string& file) {
  if (!file.ends_with(".tmi")) {
    static_cast<void>(check_file(file));
    return;
  }
  const std::string text = read_file(file);
  const std::string prefix = "; core: ";
  ASSERT_EQ(text.rfind(prefix, 0), 0U) << "the first line must be '; core: FILE'";
  const auto core = load<CoreSpec>(text.substr(prefix.size(), text.find('\n') - prefix.size()));
  static_cast<void>(parse_assembly(text, file, core));
}

INSTANTIATE_TEST_SUITE_P(Each, BadFile, testing::ValuesIn(bad_files()), [](const auto& file) {
  return test::test_name(std::filesystem::path(file.param).filename().string());
});

TEST_P(BadFile, IsRefusedWithTheExpectedText) {
  const std::filesystem::path file = std::filesystem::path(GetParam()).filename();
  const std::string expected_file = std::filesystem::path(file).replace_extension("expected");
  ASSERT_TRUE(std::filesystem::exists(expected_file)) << expected_file << " is missing";
  const std::string expected = read_file(expected_file);
  ASSERT_FALSE(expected.empty());
  try {
    read_any(file.string());
    FAIL() << "accepted";
  } catch (const ConfigError& e) {
    EXPECT_EQ(e.what() + std::string("\n"), expected);
  }
}

TEST(BadFiles, AreMany) {
  EXPECT_GE(bad_files().size(), 40U);
}

TEST(BadFiles, HaveNoExpectationWithoutAFile) {
  for (const std::string& expected : test::files_below("tests/bad", ".expected")) {
    const std::filesystem::path path(test::source_dir() + expected);
    EXPECT_TRUE(std::filesystem::exists(std::filesystem::path(path).replace_extension("yaml")) ||
                std::filesystem::exists(std::filesystem::path(path).replace_extension("tmi")))
        << expected;
  }
}

}  // namespace
}  // namespace tritsim
