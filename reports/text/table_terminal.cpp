// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "reports/text/table.hpp"

// A table on a terminal. Where it is too wide, columns of text are wrapped first; if the numbers
// alone are too wide, the columns that remain follow below, with the first one again.
namespace tritsim {
namespace {

constexpr std::size_t gap = 2;          ///< between columns
constexpr std::size_t least_text = 14;  ///< a column of text is not made narrower than this

using Lines = std::vector<std::string>;

std::string padded(std::string_view text, std::size_t width, Align align) {
  const std::size_t have = text_width(text);
  const std::string space(width > have ? width - have : 0, ' ');
  return align == Align::right ? space + std::string(text) : std::string(text) + space;
}

/// The end of the first `columns` characters of UTF-8 text.
std::size_t end_of(std::string_view text, std::size_t columns) {
  std::size_t at = 0;
  for (std::size_t seen = 0; at < text.size(); ++at) {
    const bool starts = (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
    if (starts && seen++ == columns) break;
  }
  return at;
}

/// A cell in lines of at most `width`, cut at spaces; a longer word is cut where the line ends.
Lines lines_of(std::string_view text, std::size_t width) {
  if (text_width(text) <= width) return {std::string(text)};
  Lines out{""};
  const auto put = [&](std::string_view word) {
    if (!out.back().empty() && text_width(out.back()) + 1 + text_width(word) > width) {
      out.emplace_back();
    }
    if (!out.back().empty()) out.back() += ' ';
    while (text_width(word) > width) {
      const std::size_t end = end_of(word, width);
      out.back() += word.substr(0, end);
      out.emplace_back();
      word.remove_prefix(end);
    }
    out.back() += word;
  };
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) put(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::size_t longest_word(std::string_view text) {
  std::size_t longest = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    longest = std::max(longest, text_width(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return longest;
}

struct ColumnWidth {
  std::size_t column;   ///< of the table
  std::size_t natural;  ///< nothing is wrapped
  std::size_t least;    ///< numbers stay whole, words as far as possible
  std::size_t width;    ///< what it gets
};

std::vector<ColumnWidth> widths_of(const Table& table) {
  std::vector<ColumnWidth> out;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const Column& column = table.columns[c];
    std::size_t cells = 0;
    std::size_t word = longest_word(column.title);
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
      cells = std::max(cells, text_width(table.cell(r, c)));
      word = std::max(word, longest_word(table.cell(r, c)));
    }
    const std::size_t natural = std::max(text_width(column.title), cells);
    const std::size_t least =
        column.align == Align::right
            ? std::max(cells, longest_word(column.title))
            : std::min(natural, std::max(least_text, std::min(word, 2 * least_text)));
    out.push_back({c, natural, least, natural});
  }
  return out;
}

std::size_t sum_of(const std::vector<ColumnWidth>& columns, std::size_t ColumnWidth::*what) {
  return std::accumulate(columns.begin(), columns.end(), std::size_t{0},
                         [&](std::size_t sum, const ColumnWidth& c) { return sum + c.*what; }) +
         gap * (columns.empty() ? 0 : columns.size() - 1);
}

/// Narrows the widest column that can be narrower until all fit.
void narrow(std::vector<ColumnWidth>& columns, std::size_t width) {
  while (sum_of(columns, &ColumnWidth::width) > width) {
    ColumnWidth* widest = nullptr;
    for (ColumnWidth& c : columns) {
      if (c.width > c.least && (widest == nullptr || c.width > widest->width)) widest = &c;
    }
    if (widest == nullptr) return;
    --widest->width;
  }
}

/// Groups of columns that fit side by side, each with the first column in front.
std::vector<std::vector<ColumnWidth>> groups_of(const Table& table, std::size_t width) {
  const std::vector<ColumnWidth> all = widths_of(table);
  if (width == 0 || all.empty()) return {all};
  std::vector<std::vector<ColumnWidth>> groups{{all.front()}};
  for (std::size_t c = 1; c < all.size(); ++c) {
    groups.back().push_back(all[c]);
    if (sum_of(groups.back(), &ColumnWidth::least) <= width || groups.back().size() == 2) continue;
    groups.back().pop_back();
    groups.push_back({all.front(), all[c]});
  }
  for (auto& group : groups) narrow(group, width);
  return groups;
}

/// One row, of as many lines as its tallest cell; without spaces at the ends of lines. A heading is
/// bottom-aligned, at the rule below it.
template <class F>
std::string row_text(const Table& table, const std::vector<ColumnWidth>& columns, F&& cell,
                     bool heading = false) {
  std::vector<Lines> cells;
  std::size_t height = 1;
  for (const ColumnWidth& c : columns) {
    cells.push_back(lines_of(cell(c.column), c.width));
    height = std::max(height, cells.back().size());
  }
  std::string out;
  for (std::size_t i = 0; i < height; ++i) {
    std::string line;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const std::size_t above = heading ? height - cells[c].size() : 0;
      const bool there = i >= above && i - above < cells[c].size();
      if (c > 0) line += std::string(gap, ' ');
      line += padded(there ? std::string_view(cells[c][i - above]) : std::string_view(),
                     columns[c].width, table.columns[columns[c].column].align);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
  return out;
}

std::string rule_of(const std::vector<ColumnWidth>& columns) {
  std::string out;
  for (const ColumnWidth& c : columns) {
    if (!out.empty()) out += std::string(gap, ' ');
    out += std::string(c.width, '-');
  }
  return out + '\n';
}

std::string bold(const std::string& text, const TerminalStyle& style) {
  if (!style.bold || text.empty()) return text;
  const std::size_t end = text.find_last_not_of('\n') + 1;
  return "\x1b[1m" + text.substr(0, end) + "\x1b[0m" + text.substr(end);
}

std::string group_text(const Table& table, const std::vector<ColumnWidth>& columns,
                       const TerminalStyle& style) {
  const auto title = [&](std::size_t c) { return std::string_view(table.columns[c].title); };
  const std::string rule = rule_of(columns);
  std::string out = bold(row_text(table, columns, title, true), style) + rule;
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    if (table.last_is_total && r > 0 && r + 1 == table.rows.size()) out += rule;
    out += row_text(table, columns, [&](std::size_t c) { return table.cell(r, c); });
  }
  if (table.rows.empty()) out += "(nothing)\n";
  return out;
}

}  // namespace

std::string to_terminal(const Table& table, const TerminalStyle& style) {
  std::string out;
  if (!table.title.empty()) out += bold(wrap(table.title, style.text_width()), style);
  bool first = true;
  for (const auto& columns : groups_of(table, style.width)) {
    if (!first) out += '\n';
    first = false;
    out += group_text(table, columns, style);
  }
  if (!table.note.empty()) out += wrap(table.note, style.text_width());
  return out;
}

}  // namespace tritsim
