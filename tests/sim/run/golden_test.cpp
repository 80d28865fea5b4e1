// SPDX-License-Identifier: Apache-2.0
// Whole runs against stored counts. After a change that is meant to move them:
//   TRITSIM_UPDATE_GOLDEN=1 build/release/tests/test_sim --gtest_filter='Golden*'
// and look at the difference before committing it.
#include <cstdlib>

#include <gtest/gtest.h>

#include "arch/base/writer.hpp"
#include "sim/run/run.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

/// Counts and times of a run, without the configuration that made them.
std::string counts(const Result& r) {
  Node out;
  out.set("elapsed", Writer::write(r.elapsed));
  for (const KernelResult& k : r.kernels) {
    Node kernel;
    kernel.set("replicas", Writer::write(k.replicas));
    kernel.set("activity", Writer::write(k.activity));
    kernel.set("shares", Writer::write(k.shares));
    out.set(k.name, std::move(kernel));
  }
  for (const MemoryResult& m : r.memories) {
    out.set(m.group + "." + std::to_string(m.channel), Writer::write(m.activity));
  }
  out.set("link", Writer::write(r.link));
  out.set("host", Writer::write(r.host));
  return to_yaml(out);
}

bool is_close(const std::string& a, const std::string& b) {
  const auto first = [](const std::string& t) { return parse_number(t.substr(0, t.find(' '))); };
  const auto unit = [](const std::string& t) {
    return t.find(' ') == std::string::npos ? "" : t.substr(t.find(' '));
  };
  const auto x = first(a);
  const auto y = first(b);
  if (!x || !y || unit(a) != unit(b)) return a == b;
  return std::abs(*x - *y) <= 1e-9 * std::abs(*y);
}

/// Compares two trees; numbers to one part in 10^9.
void expect_close(const Node& actual, const Node& expected, const std::string& path) {
  ASSERT_EQ(actual.kind, expected.kind) << path;
  ASSERT_EQ(actual.entries.size(), expected.entries.size()) << path;
  for (std::size_t i = 0; i < actual.entries.size(); ++i) {
    const auto& a = actual.entries[i];
    const auto& e = expected.entries[i];
    ASSERT_EQ(a.key, e.key) << path;
    expect_close(a.value, e.value, path + "." + a.key);
  }
  if (actual.kind == Node::Kind::scalar) {
    EXPECT_TRUE(is_close(actual.text, expected.text))
        << path << ": now " << actual.text << ", stored " << expected.text;
  }
}

void compare(const std::string& name, const Result& r) {
  const std::string file = std::string(TRITSIM_SOURCE_DIR) + "/tests/golden/" + name + ".yaml";
  const std::string text = counts(r);
  if (std::getenv("TRITSIM_UPDATE_GOLDEN") != nullptr) {
    write_file(file, text);
    return;
  }
  Problems problems;
  const Node expected = load_document(file, problems);
  const Node actual = parse_document(text, "run", problems);
  problems.raise();
  expect_close(actual, expected, name);
}

TEST(Golden, U250With48Lanes) {
  compare("u250_48_tiny", run_model(test::board("u250_mmfree_48"), test::tiny_model(), {1, 2, 0}));
}

TEST(Golden, D5005TokenMixer) {
  BoardSpec b = test::board("d5005_mmfree");
  b.cores[0].core.vector_length = 128;
  std::vector<std::string> warnings;
  compare("d5005_token_mixer_128",
          run_program(b, read_file(test::config("programs/token_mixer.tmi")), "t.tmi", warnings));
}

}  // namespace
}  // namespace tritsim
