// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "arch/base/document.hpp"
#include "tests/fuzz/checkpoint_input.hpp"
#include "tests/support/files.hpp"

// The seeds of the fuzzers, without the fuzzers: tests/fuzz/corpus/READER is read,
// tests/bad_traces is refused.
namespace tritsim::fuzz {
namespace {

struct Target {
  const char* name;
  Verdict (*judge)(const std::string& bytes);
  const char* extension;
};

class FuzzCorpus : public testing::TestWithParam<Target> {};

INSTANTIATE_TEST_SUITE_P(Each, FuzzCorpus,
                         testing::Values(Target{"trace", judge_trace, ".trace"},
                                         Target{"safetensors", judge_safetensors, ".safetensors"},
                                         Target{"gguf", judge_gguf, ".gguf"},
                                         Target{"config", judge_config, ".json"},
                                         Target{"import", judge_import, ".import"},
                                         Target{"profile", judge_profile, ".json"}),
                         [](const auto& test_case) { return std::string(test_case.param.name); });

TEST_P(FuzzCorpus, EverySeedIsRead) {
  const Target& target = GetParam();
  const auto files =
      test::files_below(fmt::format("tests/fuzz/corpus/{}", target.name), target.extension);
  EXPECT_FALSE(files.empty());
  for (const std::string& file : files) {
    EXPECT_EQ(target.judge(read_file(test::source_dir() + file)), Verdict::read) << file;
  }
}

/// Seeds with a few bytes changed: the minimum of a fuzzer.
TEST_P(FuzzCorpus, ChangedSeedsAreReadOrRefused) {
  const Target& target = GetParam();
  const auto files =
      test::files_below(fmt::format("tests/fuzz/corpus/{}", target.name), target.extension);
  std::uint32_t random = 1;
  const auto next = [&](std::size_t below) {
    random = random * 1664525U + 1013904223U;
    return random / 65536 % below;
  };
  int refused = 0;
  for (int i = 0; i < 200; ++i) {
    std::string bytes = read_file(test::source_dir() + files[next(files.size())]);
    for (std::size_t k = next(3) + 1; k > 0; --k) {
      bytes[next(std::min<std::size_t>(bytes.size(), 2000))] = static_cast<char>(next(256));
    }
    const Verdict verdict = target.judge(bytes);
    EXPECT_TRUE(verdict == Verdict::read || verdict == Verdict::refused) << i;
    refused += verdict == Verdict::refused ? 1 : 0;
  }
  EXPECT_GT(refused, 20);
}

TEST(FuzzBadTraces, EachIsRefused) {
  const auto files = test::files_below("tests/bad_traces", ".trace");
  EXPECT_GE(files.size(), 40U);
  for (const std::string& file : files) {
    EXPECT_EQ(judge_trace(read_file(test::source_dir() + file)), Verdict::refused) << file;
  }
}

}  // namespace
}  // namespace tritsim::fuzz
