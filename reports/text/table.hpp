// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/text/terminal.hpp"

namespace tritsim {

enum class Align { left, right };

struct Column {
  std::string title;
  Align align = Align::left;
};

/// Right-aligned column, for numbers.
[[nodiscard]] inline Column number_column(std::string title) {
  return {std::move(title), Align::right};
}

/// Text in rows and columns; numbers are already formatted. Short rows are filled up with empty
/// cells, cells beyond the columns are dropped.
struct Table {
  std::string title;
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;
  std::string note;            ///< note needed to read it; may be empty
  bool last_is_total = false;  ///< the last row sums up the others

  /// The cell, empty if the row is short.
  [[nodiscard]] std::string_view cell(std::size_t row, std::size_t column) const;
};

/// Aligned plain text. On a terminal too narrow for the table, text in cells is wrapped; columns
/// that still do not fit follow below the others, each time with the first column in front.
[[nodiscard]] std::string to_terminal(const Table& table, const TerminalStyle& style);
[[nodiscard]] std::string to_markdown(const Table& table);
/// A fragment: a captioned table in a box that scrolls.
[[nodiscard]] std::string to_html(const Table& table);
/// RFC 4180, header first; title and note are left out.
[[nodiscard]] std::string to_csv(const Table& table);

/// Text with the special characters of HTML escaped; safe in attributes too.
[[nodiscard]] std::string escape_html(std::string_view text);

/// Text with the special characters of Markdown tables and emphasis escaped.
[[nodiscard]] std::string escape_markdown(std::string_view text);

/// Breaks at spaces; every line ends with a newline. A longer word keeps a line of its own.
[[nodiscard]] std::string wrap(std::string_view text, std::size_t width,
                               std::string_view indent = "");

/// Characters of UTF-8 text as a terminal shows it, with every code point one column wide.
[[nodiscard]] std::size_t text_width(std::string_view text);

}  // namespace tritsim
