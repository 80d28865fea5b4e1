// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "arch/document.hpp"
#include "tests/fuzz/trace_input.hpp"
#include "tests/support/files.hpp"

// The seeds of the fuzzer, without the fuzzer: tests/fuzz/corpus is read, tests/bad_traces refused.
namespace tritsim::fuzz {
namespace {

TEST(FuzzCorpus, EverySeedIsRead) {
  const auto files = test::files_below("tests/fuzz/corpus", ".trace");
  EXPECT_FALSE(files.empty());
  for (const std::string& file : files) {
    EXPECT_EQ(read_twice(read_file(test::source_dir() + file)), Verdict::read) << file;
  }
}

TEST(FuzzCorpus, EveryBadTraceIsRefused) {
  const auto files = test::files_below("tests/bad_traces", ".trace");
  EXPECT_GE(files.size(), 40U);
  for (const std::string& file : files) {
    EXPECT_EQ(read_twice(read_file(test::source_dir() + file)), Verdict::refused) << file;
  }
}

}  // namespace
}  // namespace tritsim::fuzz
