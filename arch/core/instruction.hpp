// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

#include "arch/core/opcode.hpp"
#include "arch/workload/model.hpp"

namespace tritsim {

/// What an attention instruction works on, besides its elements, which are those of the query (of a
/// key or value for append). Each position of the cache has elements / shared of them.
struct AttentionSize {
  std::uint32_t positions = 0;  ///< in the cache in the program's first step; one more each step
  std::uint32_t heads = 1;      ///< query heads: rows of scores
  std::uint32_t shared = 1;     ///< query heads that share a head of keys and values
  NumberFormat cache = NumberFormat::fp16;
  std::uint32_t window = 0;  ///< positions that are kept at most; 0: all

  bool operator==(const AttentionSize&) const = default;
};

/// One instruction. Registers that an opcode does not name are `no_register`.
struct Instruction {
  static constexpr std::uint8_t no_register = 0xff;

  Opcode op = Opcode::ldv;
  std::uint8_t dst = no_register;
  std::uint8_t src1 = no_register;
  std::uint8_t src2 = no_register;
  std::uint32_t trace_op = 0;  ///< index of the trace op it was lowered from
  std::uint32_t symbol = 0;  ///< index into Program::symbols; only where the opcode has an address
  std::uint32_t elements = 0;  ///< of its vectors, inputs of a product; 0: the core's D
  /// Of a product; 0: the core's D. Of a gather: elements of the whole vector; 0: already there.
  std::uint32_t outputs = 0;
  AttentionSize attention{};  ///< of append, scores, softmax and values

  bool operator==(const Instruction&) const = default;

  /// Keys or values of one position of one lane, in whole bytes; of append, scores and values.
  [[nodiscard]] std::uint64_t cache_row_bytes() const {
    const double row = static_cast<double>(elements) / attention.shared;
    return static_cast<std::uint64_t>(std::ceil(row * bits_of(attention.cache) / 8));
  }
};

}  // namespace tritsim
