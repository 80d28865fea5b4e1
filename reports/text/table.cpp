// SPDX-License-Identifier: Apache-2.0
#include "reports/text/table.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

#include <fmt/format.h>

namespace tritsim {
namespace {

/// A number, possibly followed by a unit, which a spreadsheet may interpret.
bool is_quantity(std::string_view text) {
  if (text.front() == '+') text.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::invalid_argument) return false;
  return std::all_of(end, text.data() + text.size(), [](char c) {
    return c == ' ' || c == '%' || c == '/' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
}

/// Whether a spreadsheet would evaluate a text as a formula.
bool is_formula(std::string_view text) {
  if (text.size() < 2 ||
      std::string_view("=+-@\t\r").find(text.front()) == std::string_view::npos) {
    return false;
  }
  return !is_quantity(text);
}

/// A text that begins like a formula gets an apostrophe, which marks it as text for spreadsheets.
std::string quoted_csv(std::string_view plain) {
  const std::string text = (is_formula(plain) ? "'" : "") + std::string(plain);
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char ch : text) {
    if (ch == '"') out += '"';
    out += ch;
  }
  return out + '"';
}

const char* html_class(Align align) {
  return align == Align::right ? " class=\"n\"" : "";
}

}  // namespace

std::string_view Table::cell(std::size_t row, std::size_t column) const {
  return column < rows[row].size() ? std::string_view(rows[row][column]) : std::string_view();
}

std::size_t text_width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char ch) {
    return (static_cast<unsigned char>(ch) & 0xC0U) != 0x80U;  // not a continuation byte
  }));
}

std::string wrap(std::string_view text, std::size_t width, std::string_view indent) {
  std::string out;
  std::string line;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    if (!line.empty() && text_width(indent) + text_width(line) + 1 + text_width(word) > width) {
      out += fmt::format("{}{}\n", indent, line);
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  if (!line.empty()) out += fmt::format("{}{}\n", indent, line);
  return out;
}

std::string escape_html(std::string_view text) {
  std::string out;
  for (const char ch : text) {
    switch (ch) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += ch;
    }
  }
  return out;
}

std::string escape_markdown(std::string_view text) {
  std::string out;
  for (const char ch : text) {
    if (ch == '\n' || ch == '\r') {
      out += ' ';
      continue;
    }
    if (std::string_view("\\|<>*_`[]").find(ch) != std::string_view::npos) out += '\\';
    out += ch;
  }
  return out;
}

std::string to_markdown(const Table& table) {
  std::string out;
  if (!table.title.empty()) out += fmt::format("### {}\n\n", escape_markdown(table.title));
  std::string rule = "|";
  out += '|';
  for (const Column& c : table.columns) {
    out += fmt::format(" {} |", escape_markdown(c.title));
    rule += c.align == Align::right ? "---:|" : "---|";
  }
  out += '\n' + rule + '\n';
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    const bool total = table.last_is_total && r + 1 == table.rows.size();
    out += '|';
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      const std::string text = escape_markdown(table.cell(r, c));
      const char* mark = total && !text.empty() ? "**" : "";
      out += fmt::format(" {}{}{} |", mark, text, mark);
    }
    out += '\n';
  }
  if (!table.note.empty()) out += fmt::format("\n{}\n", escape_markdown(table.note));
  return out;
}

std::string to_html(const Table& table) {
  const std::string title = escape_html(table.title);
  std::string out = fmt::format(
      "<div class=\"scroll\" role=\"region\" aria-label=\"{}\" tabindex=\"0\">\n<table>\n", title);
  if (!title.empty()) out += fmt::format("<caption>{}</caption>\n", title);
  out += "<thead><tr>";
  for (const Column& c : table.columns) {
    out += fmt::format("<th scope=\"col\"{}>{}</th>", html_class(c.align), escape_html(c.title));
  }
  out += "</tr></thead>\n<tbody>\n";
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    const bool total = table.last_is_total && r + 1 == table.rows.size();
    out += total ? "<tr class=\"total\">" : "<tr>";
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      const char* tag = c == 0 ? "th" : "td";
      out += fmt::format("<{}{}{}>{}</{}>", tag, c == 0 ? " scope=\"row\"" : "",
                         html_class(table.columns[c].align), escape_html(table.cell(r, c)), tag);
    }
    out += "</tr>\n";
  }
  if (table.rows.empty()) {
    out += fmt::format("<tr><td colspan=\"{}\">nothing</td></tr>\n",
                       std::max<std::size_t>(1, table.columns.size()));
  }
  out += "</tbody>\n</table>\n</div>\n";
  if (!table.note.empty())
    out += fmt::format("<p class=\"note\">{}</p>\n", escape_html(table.note));
  return out;
}

std::string to_csv(const Table& table) {
  std::string out;
  const auto line = [&](auto&& cell) {
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      if (c > 0) out += ',';
      out += quoted_csv(cell(c));
    }
    out += "\r\n";
  };
  line([&](std::size_t c) { return std::string_view(table.columns[c].title); });
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    line([&](std::size_t c) { return table.cell(r, c); });
  }
  return out;
}

}  // namespace tritsim
