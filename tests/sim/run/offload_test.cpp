// SPDX-License-Identifier: Apache-2.0
// A core that the host drives matrix by matrix: limits, counts, and the K26's ladder of software.
#include <gtest/gtest.h>

#include "arch/base/writer.hpp"
#include "sim/run/run.hpp"
#include "sim/study/validate.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

using test::board;
using test::config;
using test::tiny_model;

BoardSpec k26(const std::string& host = "simd") {
  BoardSpec b = board("k26_mmfree");
  b.host = load<HostSpec>(config("hosts/kria_a53_" + host + ".yaml"));
  return b;
}

Result token(const BoardSpec& b, const ModelSpec& m = tiny_model(), std::uint32_t tokens = 1) {
  return run_model(b, m, {0, tokens, 1});
}

double seconds(const BoardSpec& b) {
  return token(b).elapsed.si();
}

std::string error_of(const BoardSpec& b, const ModelSpec& m = tiny_model()) {
  try {
    (void)token(b, m);
  } catch (const ConfigError& e) {
    return e.what();
  }
  return "";
}

TEST(Offload, EveryProjectionIsOneCallOfThreeCommands) {
  const ModelSpec m = test::model("mmfreelm_370m");
  const Result r = token(k26(), m);
  ASSERT_TRUE(r.host.offload);
  EXPECT_EQ(r.host.offload->calls, 145U);
  EXPECT_EQ(r.host.launches, 3U * 145);
  const CoreActivity& core = r.kernels[0].activity;
  EXPECT_EQ(core.ternaries, size_of(m).weights);
  EXPECT_EQ(core.weight_bytes, size_of(m).weights / 4);  // 85.3 MB, as published
  // Inputs of 16 bit, results of 32 bit.
  const std::uint64_t inputs = 24 * (5 * 1024 + 2816) + 1024;
  const std::uint64_t outputs = 24 * (5 * 1024 + 2 * 2816) + 32000;
  EXPECT_EQ(r.memories[0].activity.bytes_read, core.weight_bytes + 2 * inputs);
  EXPECT_EQ(r.memories[0].activity.bytes_written, 4 * outputs);
}

TEST(Offload, NothingIsPadded) {
  const ModelSpec odd = test::hgrn_bit("odd", 1, 100, 300, 77);
  const Result r = token(k26(), odd);
  EXPECT_EQ(r.kernels[0].activity.ternaries, size_of(odd).weights);
  BoardSpec whole = k26();
  whole.cores[0].core.sizes = OperandSizes::whole;
  whole.cores[0].core.output_length = 0;
  const std::uint64_t tile = std::uint64_t{4096} * 4096;
  EXPECT_EQ(token(whole, odd).kernels[0].activity.ternaries, (6 + 1 + 1) * tile);
}

TEST(Offload, TheHostsPartsSumToTheRun) {
  const Result r = token(k26(), tiny_model(), 2);
  EXPECT_NEAR(
      (r.host.working + r.host.waiting + static_cast<double>(r.link.register_writes) * 150.0_ns)
          .si(),
      r.elapsed.si(), 1e-9);
  EXPECT_GT(r.elapsed, r.host.offload->total());
  EXPECT_NEAR(r.first_token.si(), r.elapsed.si() / 2, 0.01 * r.elapsed.si());
}

TEST(Offload, WithoutLimitsACallIsItsArithmetic) {
  BoardSpec b = test::with_fixed_memory(k26(), 1);
  CoreSpec& core = b.cores[0].core;
  core.ternary->fetch = {Bytes{1 << 20}, 64, 0, Bytes{1 << 20}};
  core.ternary->fifo = Bytes{64 << 20};
  const Result r = token(b);
  // Every tile's cycles, and per product the latencies of memory (1) and unit (16), start and end.
  const double least = static_cast<double>(size_of(tiny_model()).weights) / 256;
  const double calls = static_cast<double>(r.host.offload->calls);
  const double busy =
      static_cast<double>(r.kernels[0].activity.units[CoreUnit::matrix].busy_cycles);
  EXPECT_GE(busy, least + 16 * calls);
  EXPECT_LE(busy, least + 20 * calls);
}

TEST(Offload, AnInterruptIsNeverFasterThanPolling) {
  for (const double us : {0.25, 1.0, 5.0, 22.0, 100.0}) {
    BoardSpec b = k26();
    b.link.interrupt.value = Time{us * 1e-6};
    b.host.completion = Completion::poll;
    const double polling = seconds(b);
    b.host.completion = Completion::interrupt;
    EXPECT_GE(seconds(b), polling * (1 - 1e-3)) << us;
  }
}

TEST(Offload, MoreLanesBandwidthOrWidthAreNeverSlower) {
  const auto sweep = [](auto&& set) {
    double before = 1e9;
    for (const std::uint32_t n : {1U, 2U, 4U, 8U}) {
      BoardSpec b = k26();
      set(b, n);
      const double now = seconds(b);
      EXPECT_LE(now, before * (1 + 1e-6)) << n;
      before = now;
    }
  };
  sweep(
      [](BoardSpec& b, std::uint32_t n) { b.cores[0].core.ternary->ternaries_per_cycle = 64 * n; });
  sweep([](BoardSpec& b, std::uint32_t n) { b.cores[0].core.memory_port = Bytes{16.0 * n}; });
  sweep([](BoardSpec& b, std::uint32_t n) { b.cores[0].core.store->port = Bytes{4.0 * n}; });
  sweep([](BoardSpec& b, std::uint32_t n) { b.host.tasks.at("quantise").width = n; });
  sweep([](BoardSpec& b, std::uint32_t n) { b.host.tasks.at("silu").cores = n; });
}

/// Paths of the scalars in which two trees differ.
void differences(const Node& a, const Node& b, const std::string& path,
                 std::vector<std::string>& out) {
  if (a.kind == Node::Kind::scalar && a.text != b.text) out.push_back(path);
  for (std::size_t i = 0; i < a.entries.size(); ++i) {
    ASSERT_EQ(a.entries[i].key, b.entries[i].key);
    differences(a.entries[i].value, b.entries[i].value, path + "." + a.entries[i].key, out);
  }
}

// The stages of the software differ by what the software did, and by nothing else.
TEST(Offload, EachStageOfTheSoftwareChangesOneThing) {
  const auto changed = [](const char* before, const char* after) {
    std::vector<std::string> paths;
    differences(Writer::write(k26(before).host), Writer::write(k26(after).host), "", paths);
    return paths;
  };
  using Paths = std::vector<std::string>;
  EXPECT_EQ(changed("interrupt", "polling"), (Paths{".name", ".source", ".completion"}));
  EXPECT_EQ(changed("polling", "packing"), (Paths{".name", ".source", ".tasks.pack.width"}));
  EXPECT_EQ(changed("packing", "simd"), (Paths{".name", ".source", ".tasks.quantise.width"}));
}

TEST(Offload, TheHostAloneNeedsNoCard) {
  BoardSpec b = k26();
  b.mapping = load<MappingSpec>(config("mappings/host_only.yaml"));
  const Result r = token(b);
  EXPECT_EQ(r.host.launches, 0U);
  EXPECT_EQ(r.kernels[0].activity.cycles, 0U);
  EXPECT_FALSE(r.host.offload);
  EXPECT_NEAR(r.elapsed.si(), r.host.working.si(), 1e-9);
}

TEST(Offload, AProgramInOneLaunchNeedsOneCompletion) {
  BoardSpec b = k26("interrupt");
  const Result single = token(b);
  b.cores[0].core.issue.launch = Launch::program;
  const Result whole = token(b);
  const auto calls = static_cast<double>(whole.host.offload->calls);
  EXPECT_EQ(whole.host.launches, whole.host.offload->calls);
  // Two of three commands, two of three interrupts less; the work is the same.
  EXPECT_NEAR((single.elapsed - whole.elapsed).si(),
              calls * 2 * (b.host.command->value + b.link.interrupt.value + 150.0_ns).si(),
              1e-3 * single.elapsed.si());
  EXPECT_EQ(single.kernels[0].activity.ternaries, whole.kernels[0].activity.ternaries);
}

TEST(Offload, WhatIsCopiedCrossesTheLink) {
  BoardSpec b = k26();
  EXPECT_EQ(token(b).link.transfers, 0U);
  b.host.shares_memory = false;
  const Result r = token(b);
  // Layers x (five inputs of 1024 and one of 2816), the final projection's, 16 bit each.
  EXPECT_EQ(r.link.bytes_to_card, 2U * (2 * (5 * 1024 + 2816) + 1024));
  EXPECT_EQ(r.link.bytes_to_host, 4U * (2 * (5 * 1024 + 2 * 2816) + 4096));
}

TEST(Offload, AnOpThatTheCoreCannotRunIsRefusedByName) {
  BoardSpec b = k26();
  b.mapping.places.erase("silu");
  EXPECT_NE(error_of(b).find("layers.0.attn.input_gate: needs the instruction 'sig', which core "
                             "'K26 matrix engine, 256 ternary MAC' does not have"),
            std::string::npos)
      << error_of(b);
  b = k26();
  b.cores[0].core.vector_length = 2048;
  EXPECT_NE(error_of(b).find("layers.0.mlp.down_proj: needs a product over 2816 inputs, core 'K26 "
                             "matrix engine, 256 ternary MAC' takes 2048 at a time and has no "
                             "'add'"),
            std::string::npos)
      << error_of(b);
  b = k26();
  b.host.tasks.erase("pack");
  EXPECT_NE(error_of(b).find("is prepared on the host, but host"), std::string::npos)
      << error_of(b);
}

// Outputs beyond the result buffer become several products of the same input.
TEST(Offload, ALongResultIsSeveralProducts) {
  BoardSpec b = k26();
  b.cores[0].core.output_length = 2048;
  const Result r = token(b);
  EXPECT_EQ(r.kernels[0].activity.ternaries, size_of(tiny_model()).weights);
  EXPECT_EQ(r.host.offload->calls, 2U * (4 + 3 + 1) + 2);
}

// Ops may go back and forth between core and host; a value that both read is stored for the host.
TEST(Offload, OpsMayAlternate) {
  BoardSpec b = board("u250_mmfree_24", {{"mapping.embedding", "host"}});
  b.host = k26().host;
  const double all_on_core = seconds(b);
  b.mapping.places["recurrence"] = Target::host;
  const Result r = token(b);
  EXPECT_EQ(r.host.tasks, 1U + 2);
  EXPECT_EQ(r.host.launches, 1U + 2);
  EXPECT_GT(r.elapsed.si(), all_on_core);
  EXPECT_FALSE(r.host.offload);
}

}  // namespace
}  // namespace tritsim
