// SPDX-License-Identifier: Apache-2.0
#include "reports/page.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "reports/style.hpp"

namespace tritsim {
namespace {

constexpr std::size_t line_width = 100;

std::string terminal_heading(const std::string& text, bool colour) {
  return colour ? fmt::format("\x1b[1m== {} ==\x1b[0m\n", text) : fmt::format("== {} ==\n", text);
}

std::string terminal_tiles(const std::vector<Tile>& tiles) {
  std::size_t label = 0;
  std::size_t value = 0;
  for (const Tile& t : tiles) {
    label = std::max(label, text_width(t.label));
    value = std::max(value, text_width(t.value));
  }
  std::string out;
  for (const Tile& t : tiles) {
    std::string line = t.label + std::string(label + 2 - text_width(t.label), ' ') + t.value;
    if (!t.detail.empty()) line += std::string(value + 2 - text_width(t.value), ' ') + t.detail;
    out += line + '\n';
  }
  return out;
}

/// Bullet points with hanging indentation.
std::string terminal_notes(const std::vector<std::string>& notes) {
  std::string out;
  for (const std::string& n : notes) {
    std::string text = wrap(n, line_width, "  ");
    if (!text.empty()) text[0] = '-';
    out += text;
  }
  return out;
}

std::string html_header(const Page& page) {
  std::string out = fmt::format("<header>\n<h1>{}</h1>\n<p class=\"subtitle\">{}</p>\n</header>\n",
                                escape_html(page.title), escape_html(page.subtitle));
  out += "<nav aria-label=\"Contents\"><ul>\n";
  for (const Section& s : page.sections) {
    out += fmt::format("<li><a href=\"#{}\">{}</a></li>\n", s.id, escape_html(s.title));
  }
  out += "</ul></nav>\n";
  return out;
}

std::string html_tiles(const Page& page) {
  std::string out = "<dl class=\"tiles\">\n";
  for (const Tile& t : page.tiles) {
    out += fmt::format("<div><dt>{}</dt><dd class=\"big\">{}</dd><dd>{}</dd></div>\n",
                       escape_html(t.label), escape_html(t.value), escape_html(t.detail));
  }
  out += "</dl>\n";
  if (page.notes.empty()) return out;
  out += "<ul class=\"notes\">\n";
  for (const std::string& n : page.notes) out += fmt::format("<li>{}</li>\n", escape_html(n));
  return out + "</ul>\n";
}

std::string html_section(const Section& s) {
  std::string out = fmt::format("<section id=\"{0}\" aria-labelledby=\"{0}-title\">\n", s.id);
  out += fmt::format("<h2 id=\"{}-title\">{}</h2>\n", s.id, escape_html(s.title));
  if (!s.text.empty()) out += fmt::format("<p>{}</p>\n", escape_html(s.text));
  for (const Block& b : s.blocks) {
    if (b.where == Block::Where::terminal) continue;
    out += std::visit([](const auto& content) { return to_html(content); }, b.content);
  }
  return out + "</section>\n";
}

}  // namespace

std::string to_terminal(const Page& page, bool colour) {
  std::string out = terminal_heading(page.title, colour);
  if (!page.subtitle.empty()) out += wrap(page.subtitle, line_width);
  out += '\n' + terminal_tiles(page.tiles);
  if (!page.notes.empty()) out += '\n' + terminal_notes(page.notes);
  for (const Section& s : page.sections) {
    out += '\n' + terminal_heading(s.title, colour);
    if (!s.text.empty()) out += wrap(s.text, line_width);
    for (const Block& b : s.blocks) {
      const Table* table = std::get_if<Table>(&b.content);
      if (table == nullptr || b.where == Block::Where::documents) continue;
      out += '\n' + to_terminal(*table, colour, line_width);
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

std::string to_html(const Page& page) {
  std::string out = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{}</title>\n<style>\n{}</style>\n</head>\n<body>\n{}",
      escape_html(page.title), page_style, svg_patterns);
  out += "<a class=\"skip\" href=\"#main\">Skip to the figures</a>\n";
  out += html_header(page);
  out += "<main id=\"main\">\n" + html_tiles(page);
  for (const Section& s : page.sections) out += html_section(s);
  out += "</main>\n";
  if (!page.footer.empty()) out += fmt::format("<footer>{}</footer>\n", escape_html(page.footer));
  return out + "</body>\n</html>\n";
}

}  // namespace tritsim
