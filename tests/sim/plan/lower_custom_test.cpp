// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <gtest/gtest.h>

#include "sim/plan/lower.hpp"
#include "tests/support/models.hpp"

namespace tritsim {
namespace {

Trace trace_of(const std::string& keys) {
  return expand(load_text<ModelSpec>(
      "kind: model\nname: m\nsource: test\ndimensions: {layers: 1, hidden: 512}\n"
      "formats: {half: {format: fp16}}\n"
      "start:\n  - {op: embedding, name: embedding, width: hidden, rows: 100}\n"
      "blocks:\n  block:\n"
      "    - {op: linear, name: x, width: hidden, weights: half}\n"
      "    - {op: custom, name: own, in: [x, input], width: hidden" +
          keys +
          "}\npattern:\n  - {block: block}\nend:\n"
          "  - {op: linear, name: lm_head, width: 100, weights: half}\n",
      "m.yaml"));
}

CoreSpec core() {
  CoreSpec c = load<CoreSpec>(test::source_dir() + "configs/cores/dense_k26.yaml");
  c.vector_length = 256;
  return c;
}

/// Instructions of the custom op.
std::vector<Instruction> code_of(const std::string& keys) {
  const Trace t = trace_of(keys);
  const Program p = lower(t, MappingSpec{}, core(), 1, {1});
  std::vector<Instruction> out;
  for (const Instruction& i : p.instructions) {
    if (t.ops[i.trace_op].kind == OpKind::custom) out.push_back(i);
  }
  return out;
}

std::uint64_t elements(const std::vector<Instruction>& code, Opcode op) {
  std::uint64_t sum = 0;
  for (const Instruction& i : code) sum += i.op == op ? i.elements : 0;
  return sum;
}

std::string fault_of(const std::string& keys) {
  try {
    static_cast<void>(code_of(keys));
  } catch (const ConfigError& e) {
    return e.what();
  }
  return "";
}

TEST(LowerCustom, PassesOverTheResult) {
  EXPECT_EQ(elements(code_of(", instruction: mul"), Opcode::mul), 512U);
  EXPECT_EQ(elements(code_of(", instruction: mul, passes: 3"), Opcode::mul), 3 * 512U);
  EXPECT_EQ(elements(code_of(", instruction: silu, passes: 2"), Opcode::silu), 2 * 512U);
}

TEST(LowerCustom, WhatItReadsAndWritesIsMoved) {
  // 2048 elements of 16 bit are 8 registers' worth, more than one pass of 2.
  const auto code = code_of(", instruction: mul, reads: 4096, writes: 2048");
  const auto inputs = code_of(", instruction: mul");
  EXPECT_EQ(elements(code, Opcode::ldv) - elements(inputs, Opcode::ldv), 2048U);
  EXPECT_EQ(elements(code, Opcode::sv) - elements(inputs, Opcode::sv), 1024U);
  // The further input is still in a register, from the product before.
  const auto one_source = code_of(", instruction: silu, reads: 4096");
  const auto silu = code_of(", instruction: silu");
  EXPECT_EQ(elements(one_source, Opcode::ldv) - elements(silu, Opcode::ldv), 2048U);
}

TEST(LowerCustom, TheCoreSaysWhatItLacks) {
  EXPECT_NE(fault_of("").find("names no instruction"), std::string::npos);
  EXPECT_NE(fault_of(", instruction: mull").find("'mull'"), std::string::npos);
  EXPECT_NE(fault_of(", instruction: mull").find("mul"), std::string::npos);
  EXPECT_NE(fault_of(", instruction: exp").find("needs the instruction 'exp'"), std::string::npos);
  EXPECT_NE(fault_of(", instruction: scores").find("no element-wise"), std::string::npos);
}

}  // namespace
}  // namespace tritsim
