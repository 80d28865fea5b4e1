// SPDX-License-Identifier: Apache-2.0
#include "arch/core/assembly_words.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include <boost/algorithm/string.hpp>
#include <fmt/format.h>

namespace tritsim {
namespace {

/// Addresses stay below, so that the end of a symbol is a number too.
constexpr std::uint64_t end_of_memory = std::uint64_t{1} << 60;

}  // namespace

std::vector<AssemblyLine> split_lines(const std::string& text) {
  std::vector<AssemblyLine> lines;
  std::vector<std::string> raw;
  boost::split(raw, text, [](char c) { return c == '\n'; });
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const auto semicolon = raw[i].find(';');
    AssemblyLine line{static_cast<int>(i) + 1, raw[i].substr(0, semicolon),
                      semicolon == std::string::npos ? "" : raw[i].substr(semicolon + 1)};
    boost::trim(line.text);
    lines.push_back(std::move(line));
  }
  return lines;
}

Statement statement_of(const std::string& text) {
  const auto space =
      std::find_if(text.begin(), text.end(), [](unsigned char c) { return std::isspace(c); });
  return {std::string(text.begin(), space), std::string(space, text.end())};
}

std::optional<Opcode> opcode_of(std::string word) {
  boost::to_lower(word);
  for (const auto& [op, name] : EnumNames<Opcode>::names) {
    if (name == word) return op;
  }
  return {};
}

std::optional<std::uint64_t> parse_address(const std::string& text) {
  const bool hex = boost::istarts_with(text, "0x");
  const char* begin = text.data() + (hex ? 2 : 0);
  const char* end = text.data() + text.size();
  std::uint64_t value = 0;
  const auto [stop, error] = std::from_chars(begin, end, value, hex ? 16 : 10);
  if (error != std::errc{} || stop != end || value >= end_of_memory) return {};
  return value;
}

bool is_register_name(const std::string& text) {
  return text.size() > 1 && (text[0] == 'v' || text[0] == 'V') &&
         std::all_of(text.begin() + 1, text.end(), [](unsigned char c) { return std::isdigit(c); });
}

bool is_symbol_name(const std::string& text) {
  if (is_register_name(text)) return false;
  if (text.empty() || (!std::isalpha(static_cast<unsigned char>(text[0])) && text[0] != '_')) {
    return false;
  }
  return std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '_' || c == '.' || c == '[' || c == ']';
  });
}

std::vector<std::string> split_operands(const std::string& text) {
  std::vector<std::string> operands;
  const std::string rest = boost::trim_copy(text);
  if (!rest.empty()) boost::split(operands, rest, [](char c) { return c == ','; });
  for (std::string& o : operands) boost::trim(o);
  return operands;
}

std::size_t operand_count(const OperandShape& shape) {
  return std::size_t{shape.destination} + shape.sources + shape.address;
}

bool works_in_place(const OperandShape& shape, std::size_t operands) {
  return shape.destination && shape.sources == 1 && !shape.address && operands == 1;
}

std::string pattern_of(Opcode op) {
  const OperandShape shape = shape_of(op);
  std::vector<std::string_view> operands;
  if (shape.destination) operands.emplace_back("vD");
  if (shape.sources > 0) operands.emplace_back("vA");
  if (shape.sources > 1) operands.emplace_back("vB");
  if (shape.address) operands.emplace_back("SYMBOL");
  if (grows(op)) {
    operands.emplace_back(op == Opcode::softmax ? "POSITIONS" : "ELEMENTS x POSITIONS");
    if (op != Opcode::append) operands.emplace_back("N heads");
    if (shape.unit == CoreUnit::attention && shape.address) operands.emplace_back("N shared");
    if (shape.address) operands.emplace_back("FORMAT");
  }
  return fmt::format("{}{}{}", name_of(op), operands.empty() ? "" : " ", fmt::join(operands, ", "));
}

}  // namespace tritsim
