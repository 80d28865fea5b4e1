// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "arch/core/opcode.hpp"

// The words of assembly text (parse_assembly, to_assembly in arch/core/program.hpp).
namespace tritsim {

struct AssemblyLine {
  int number;
  std::string text;     ///< without the comment, trimmed
  std::string comment;  ///< behind `;`
};

[[nodiscard]] std::vector<AssemblyLine> split_lines(const std::string& text);

/// A line in two: its first word, and what follows.
struct Statement {
  std::string word;
  std::string rest;
};

[[nodiscard]] Statement statement_of(const std::string& text);

[[nodiscard]] std::vector<std::string> split_operands(const std::string& text);

/// The opcode of a mnemonic in upper or lower case; none if it is no mnemonic.
[[nodiscard]] std::optional<Opcode> opcode_of(std::string word);

/// A number below 2^60, decimal or hexadecimal; none if the text is anything else.
[[nodiscard]] std::optional<std::uint64_t> parse_address(const std::string& text);

/// v0, V12
[[nodiscard]] bool is_register_name(const std::string& text);

/// A letter or `_`, then letters, digits, `_`, `.`, `[` and `]`; no register.
[[nodiscard]] bool is_symbol_name(const std::string& text);

[[nodiscard]] std::size_t operand_count(const OperandShape& shape);

/// `norm v0`: the destination is also the source.
[[nodiscard]] bool works_in_place(const OperandShape& shape, std::size_t operands);

/// "add vD, vA, vB"
[[nodiscard]] std::string pattern_of(Opcode op);

}  // namespace tritsim
