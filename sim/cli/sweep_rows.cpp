// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/sweep_rows.hpp"

#include <fmt/format.h>

#include "arch/base/json.hpp"
#include "arch/base/reader.hpp"
#include "reports/text/number.hpp"
#include "reports/text/table.hpp"
#include "sim/cli/terminal.hpp"
#include "sim/study/sweep_store.hpp"

namespace tritsim {
namespace {

std::string exact(const Cell& cell) {
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) return std::to_string(*whole);
  if (const auto* number = std::get_if<double>(&cell)) return format_number(*number);
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  return {};
}

std::string readable(const Cell& cell, const std::string& column) {
  if (column == "pareto") return exact(cell) == "1" ? "*" : "";
  if ((column == "feasible" || column == "fits") && !exact(cell).empty()) {
    return exact(cell) == "0" ? "no" : "yes";
  }
  if (const auto* number = std::get_if<double>(&cell)) return significant(*number, 4);
  const std::string text = exact(cell);
  return text.substr(0, text.find('\n'));
}

/// Text from JSON becomes a number again where it is one.
void restore_numbers(Node& node) {
  if (node.kind == Node::Kind::scalar && parse_number(node.text)) {
    node.scalar = Node::Scalar::number;
  }
  for (auto& entry : node.entries) restore_numbers(entry.value);
}

Node row_node(Statement& s, const std::vector<std::string>& columns) {
  Node row;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Cell cell = s.cell(static_cast<int>(i));
    Node value;
    if (std::holds_alternative<std::string>(cell))
      value = Node::of_text(exact(cell));
    else if (!std::holds_alternative<std::monostate>(cell))
      value = Node::of_number(exact(cell));
    if (columns[i] == "components" && value.kind == Node::Kind::scalar) {
      Problems problems;
      value = parse_document(value.text, "components", problems);
      restore_numbers(value);
    }
    row.set(columns[i], std::move(value));
  }
  return row;
}

void print_json(Statement& s, const std::vector<std::string>& columns) {
  Node all;
  all.kind = Node::Kind::sequence;
  while (s.step()) all.items.push_back(row_node(s, columns));
  fmt::print("{}", to_json(all));
}

/// One row per line, every line with the same keys.
void print_json_lines(Statement& s, const std::vector<std::string>& columns) {
  while (s.step()) fmt::print("{}\n", to_json_line(row_node(s, columns)));
}

void print_table(Statement& s, const std::vector<std::string>& columns, RowFormat format,
                 const std::string& title) {
  Table table;
  table.title = title;
  for (const std::string& c : columns) {
    const bool is_text = c == "status" || c == "reason" || c == "digest" || is_word(c);
    table.columns.push_back({c, is_text ? Align::left : Align::right});
  }
  while (s.step()) {
    auto& row = table.rows.emplace_back();
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const Cell cell = s.cell(static_cast<int>(i));
      row.push_back(format == RowFormat::csv ? exact(cell) : readable(cell, columns[i]));
    }
  }
  fmt::print("{}", format == RowFormat::csv ? to_csv(table) : to_terminal(table, output_style()));
}

}  // namespace

void print_rows(Statement s, const std::vector<std::string>& columns, RowFormat format,
                const std::string& title) {
  switch (format) {
    case RowFormat::json:
      print_json(s, columns);
      break;
    case RowFormat::json_lines:
      print_json_lines(s, columns);
      break;
    case RowFormat::table:
    case RowFormat::csv:
      print_table(s, columns, format, title);
      break;
  }
}

}  // namespace tritsim
