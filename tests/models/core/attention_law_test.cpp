// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "models/core/core_law.hpp"
#include "models/core/scoreboard_law.hpp"
#include "tests/models/support/specs.hpp"

namespace tritsim::test {
namespace {

/// ternip with an attention unit of four products a cycle.
CoreSpec core_with_attention() {
  CoreSpec c = shipped_core("ternip_1024.yaml");
  c.attention = AttentionSpec{4, "", {}, 1 << 16, 16_bit, 2_KiB, {512_B, 2, 1, {}}};
  c.instructions["append"] = {1, 0, 0, 0, 4};
  c.instructions["scores"] = {1, 0, 0, 0, 7};
  c.instructions["softmax"] = {0, 0, 3, 2, 11};
  c.instructions["values"] = {0, 1, 0, 0, 5};
  return c;
}

Instruction make(Opcode op, std::uint32_t elements, AttentionSize size) {
  Instruction i{op};
  i.elements = elements;
  i.attention = size;
  return i;
}

TEST(AttentionLaw, ProductsAreThoseOfAllQueryHeadsWithAllPositions) {
  const CoreSpec c = core_with_attention();
  for (const std::uint32_t shared : {1U, 2U, 8U}) {
    const AttentionSize size{100, 8, shared, NumberFormat::int8};
    const OpcodeCost k = opcode_cost(c, make(Opcode::scores, 1024, size), 1);
    EXPECT_EQ(k.cache_products, 1024U * 100U);
    EXPECT_EQ(k.cache_read, 1024U / shared * 100U);  // shared heads save bytes, not work
    EXPECT_EQ(k.stream.bytes, k.cache_read);
    // The time that the unit needs for the stream is that of its products.
    EXPECT_NEAR((k.stream.unit_per_byte * static_cast<double>(k.stream.bytes)).si() * c.clock.si(),
                1024.0 * 100 / 4, 1e-6);
    EXPECT_EQ(k.cycles, 7U + 256U);  // latency, the query through the port
  }
}

TEST(AttentionLaw, BytesFollowTheFormatOfTheCacheAndTheLanes) {
  const CoreSpec c = core_with_attention();
  for (const std::uint32_t lanes : {1U, 3U}) {
    const auto bytes = [&](NumberFormat f) {
      return opcode_cost(c, make(Opcode::values, 1024, {9, 8, 2, f}), lanes).stream.bytes;
    };
    EXPECT_EQ(bytes(NumberFormat::fp16), 9U * 512 * 2 * lanes);
    EXPECT_EQ(bytes(NumberFormat::int8), 9U * 512 * lanes);
    EXPECT_EQ(bytes(NumberFormat::int4), 9U * 256 * lanes);
  }
  // Lanes work side by side: as many times the bytes in the same time.
  const AttentionSize size{9, 8, 2, NumberFormat::int8};
  const StreamRequest one = stream_of(c, make(Opcode::values, 1024, size), 1);
  const StreamRequest three = stream_of(c, make(Opcode::values, 1024, size), 3);
  EXPECT_NEAR(one.unit_per_byte.si() * double(one.bytes),
              three.unit_per_byte.si() * double(three.bytes), 1e-15);
}

TEST(AttentionLaw, AppendWritesOneRow) {
  const CoreSpec c = core_with_attention();
  const OpcodeCost k = opcode_cost(c, make(Opcode::append, 512, {77, 1, 1, NumberFormat::fp16}), 2);
  EXPECT_TRUE(k.stream.write);
  EXPECT_EQ(k.stream.bytes, 2U * 512 * 2);
  EXPECT_EQ(k.cache_written, 512U * 2);
  EXPECT_EQ(k.unit, CoreUnit::load_store);
  EXPECT_EQ(k.cache_products, 0U);
}

TEST(AttentionLaw, SoftmaxPassesOverTheScoresOfAllHeads) {
  const CoreSpec c = core_with_attention();
  const OpcodeCost k = opcode_cost(c, make(Opcode::softmax, 0, {101, 8, 1, NumberFormat::fp16}), 1);
  EXPECT_EQ(k.cycles, 11U + 3 * 404);
  EXPECT_EQ(k.softmax, 3U * 808);
  const OpcodeCost least =
      opcode_cost(c, make(Opcode::softmax, 0, {1, 1, 1, NumberFormat::fp16}), 1);
  EXPECT_EQ(least.cycles, 11U + 3);
}

TEST(AttentionLaw, ALongerContextIsNeverCheaper) {
  const CoreSpec c = core_with_attention();
  for (const Opcode op : {Opcode::scores, Opcode::softmax, Opcode::values}) {
    OpcodeCost before;
    for (std::uint32_t positions = 1; positions < 200; ++positions) {
      const OpcodeCost k = opcode_cost(c, make(op, 1024, {positions, 4, 2, NumberFormat::int8}), 1);
      EXPECT_GE(k.cycles, before.cycles);
      EXPECT_GE(k.stream.bytes, before.stream.bytes);
      EXPECT_GE(k.cache_products, before.cache_products);
      before = k;
    }
  }
}

TEST(AttentionLaw, ProductsWaitForTheRowThatIsBeingAppended) {
  const CoreSpec c = core_with_attention();
  Scoreboard board(c);
  const AttentionSize size{5, 1, 1, NumberFormat::int8};
  Instruction append = make(Opcode::append, 64, size);
  append.src1 = 0;
  Instruction scores = make(Opcode::scores, 64, size);
  scores.src1 = 1;
  board.issue(append, 0, {});
  EXPECT_EQ(board.waits_for(scores), CoreUnit::load_store);
  board.finish(CoreUnit::load_store, 40);
  EXPECT_FALSE(board.waits_for(scores));
  EXPECT_EQ(board.issue_time(scores).cycle, 40U);
}

}  // namespace
}  // namespace tritsim::test
