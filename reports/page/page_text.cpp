// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "reports/page/page.hpp"

// A page on a terminal and as Markdown.
namespace tritsim {
namespace {

std::string terminal_heading(const std::string& text, const TerminalStyle& style) {
  const std::size_t width = style.width == 0 ? std::string::npos : style.width;
  std::string line = wrap(fmt::format("== {} ==", text), width);
  line.pop_back();
  return style.bold ? fmt::format("\x1b[1m{}\x1b[0m\n", line) : line + '\n';
}

/// Label, value and note; the note is wrapped in its own column, or below the value.
std::string terminal_tiles(const std::vector<Tile>& tiles, const TerminalStyle& style) {
  constexpr std::size_t least_detail = 24;
  std::size_t label = 0;
  std::size_t value = 0;
  for (const Tile& t : tiles) {
    label = std::max(label, text_width(t.label));
    value = std::max(value, text_width(t.value));
  }
  std::string out;
  for (const Tile& t : tiles) {
    out += t.label + std::string(label + 2 - text_width(t.label), ' ') + t.value;
    if (!t.detail.empty()) {
      const std::size_t column = label + value + 4;
      const bool beside = style.width == 0 || column + least_detail <= style.width;
      const std::size_t indent = beside ? column : label + 2;
      const std::size_t width = style.width == 0 ? std::string::npos : style.width;
      std::string detail = wrap(t.detail, width, std::string(indent, ' '));
      detail.pop_back();
      const std::size_t have = beside ? label + 2 + text_width(t.value) : 0;
      out += beside ? detail.substr(have) : '\n' + detail;
    }
    out += '\n';
  }
  return out;
}

/// Bullet points with hanging indentation.
std::string terminal_notes(const std::vector<std::string>& notes, const TerminalStyle& style) {
  std::string out;
  for (const std::string& n : notes) {
    std::string text = wrap(n, style.text_width(), "  ");
    if (!text.empty()) text[0] = '-';
    out += text;
  }
  return out;
}

/// Whether any block is shown as text: a heading without content is left out.
bool has_table(const Section& section, Block::Where not_there) {
  return std::any_of(section.blocks.begin(), section.blocks.end(), [&](const Block& b) {
    return std::holds_alternative<Table>(b.content) && b.where != not_there;
  });
}

}  // namespace

std::string to_terminal(const Page& page, const TerminalStyle& style) {
  std::string out = terminal_heading(page.title, style);
  if (!page.subtitle.empty()) out += wrap(page.subtitle, style.text_width());
  out += '\n' + terminal_tiles(page.tiles, style);
  if (!page.notes.empty()) out += '\n' + terminal_notes(page.notes, style);
  for (const Section& s : page.sections) {
    if (s.text.empty() && !has_table(s, Block::Where::documents)) continue;
    out += '\n' + terminal_heading(s.title, style);
    if (!s.text.empty()) out += wrap(s.text, style.text_width());
    for (const Block& b : s.blocks) {
      const Table* table = std::get_if<Table>(&b.content);
      if (table == nullptr || b.where == Block::Where::documents) continue;
      out += '\n' + to_terminal(*table, style);
    }
  }
  return out;
}

std::string to_markdown(const Page& page) {
  std::string out =
      fmt::format("# {}\n\n{}\n\n", escape_markdown(page.title), escape_markdown(page.subtitle));
  Table headline;
  headline.columns = {{"figure"}, number_column("value"), {"detail"}};
  for (const Tile& t : page.tiles) headline.rows.push_back({t.label, t.value, t.detail});
  out += to_markdown(headline);
  if (!page.notes.empty()) out += '\n';
  for (const std::string& n : page.notes) out += fmt::format("- {}\n", escape_markdown(n));
  for (const Section& s : page.sections) {
    if (s.text.empty() && !has_table(s, Block::Where::terminal)) continue;
    out += fmt::format("\n## {}\n", escape_markdown(s.title));
    if (!s.text.empty()) out += fmt::format("\n{}\n", escape_markdown(s.text));
    for (const Block& b : s.blocks) {
      const Table* table = std::get_if<Table>(&b.content);
      if (table == nullptr || b.where == Block::Where::terminal) continue;
      out += '\n' + to_markdown(*table);
    }
  }
  if (!page.footer.empty()) out += fmt::format("\n{}\n", escape_markdown(page.footer));
  return out;
}

}  // namespace tritsim
