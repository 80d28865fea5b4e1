// SPDX-License-Identifier: Apache-2.0
#include "reports/page/page.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "reports/page/index_page.hpp"
#include "reports/text/embedded.hpp"
#include "reports/text/law.hpp"
#include "reports/text/script_text.hpp"
#include "reports/text/style.hpp"

namespace tritsim {
namespace {

/// Headings of docs/modelling.md that the charts of the page name, each once.
std::vector<std::string> page_laws(const Page& page) {
  std::vector<std::string> out;
  for (const Section& s : page.sections) {
    for (const Block& b : s.blocks) {
      const Chart* chart = std::get_if<Chart>(&b.content);
      if (chart == nullptr || b.where == Block::Where::terminal) continue;
      const std::string& law = text_of(*chart).law;
      if (law_section(law).empty() || std::find(out.begin(), out.end(), law) != out.end()) continue;
      out.push_back(law);
    }
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
  if (!page_laws(page).empty()) out += "<li><a href=\"#laws\">Laws</a></li>\n";
  out += "</ul></nav>\n";
  return out;
}

std::string html_tiles(const Page& page) {
  std::string out = "<dl class=\"tiles\">\n";
  for (const Tile& t : page.tiles) {
    out += fmt::format("<div><dt>{}</dt><dd class=\"big\">{}</dd><dd>{}</dd></div>\n",
                       escape_html(t.label), escape_html(t.value), escape_html(t.detail));
  }
  return out + "</dl>\n";
}

/// The charts of the first screen, then the boundary of all figures.
std::string html_overview(const Page& page) {
  std::string out;
  for (const Chart& chart : page.overview) out += to_html(chart);
  return out.empty() ? "" : "<div class=\"overview\">\n" + out + "</div>\n";
}

std::string html_notes(const Page& page) {
  if (page.notes.empty()) return "";
  std::string out = "<ul class=\"notes\">\n";
  for (const std::string& n : page.notes) out += fmt::format("<li>{}</li>\n", escape_html(n));
  return out + "</ul>\n";
}

/// Long tables are folded; their title opens them.
std::string folded_html(const Table& table) {
  constexpr std::size_t most_rows = 12;
  if (table.rows.size() <= most_rows) return to_html(table);
  return fmt::format("<details class=\"table\"><summary>{}: {} rows</summary>\n{}</details>\n",
                     escape_html(table.title), table.rows.size(), to_html(table));
}

std::string html_blocks(const Section& s) {
  std::string pictures;
  std::string tables;
  for (const Block& b : s.blocks) {
    if (b.where == Block::Where::terminal) continue;
    if (const Table* table = std::get_if<Table>(&b.content)) {
      tables += folded_html(*table);
    } else if (const Chart* chart = std::get_if<Chart>(&b.content)) {
      pictures += to_html(*chart);
    } else {
      const auto& widget = std::get<Widget>(b.content);
      (widget.script.empty() ? tables : pictures) += widget.html;
    }
  }
  return pictures + tables;
}

std::string html_section(const Section& s) {
  std::string out = fmt::format("<section id=\"{0}\" aria-labelledby=\"{0}-title\">\n", s.id);
  out += fmt::format("<h2 id=\"{}-title\">{}</h2>\n", s.id, escape_html(s.title));
  if (!s.text.empty()) out += fmt::format("<p>{}</p>\n", escape_html(s.text));
  if (s.link) {
    out += fmt::format("<p><a href=\"{}\">{}</a></p>\n", escape_html(s.link->to),
                       escape_html(s.link->text));
  }
  return out + html_blocks(s) + "</section>\n";
}

std::string html_laws(const Page& page) {
  const std::vector<std::string> laws = page_laws(page);
  if (laws.empty()) return "";
  std::string out =
      "<section id=\"laws\" aria-labelledby=\"laws-title\">\n<h2 id=\"laws-title\">Laws</h2>\n"
      "<p>What the charts refer to, as docs/modelling.md states it.</p>\n";
  for (const std::string& law : laws) {
    out += fmt::format(
        "<details id=\"{}\"><summary>{}</summary>\n<div class=\"law\">{}</div></details>\n",
        law_anchor(law), escape_html(law), law_html(law_section(law)));
  }
  return out + "</section>\n";
}

/// Only for pages with charts.
std::string html_scripts(const Page& page) {
  bool draws = !page.overview.empty();
  std::string own;
  for (const Section& s : page.sections) {
    for (const Block& b : s.blocks) {
      const Widget* widget = std::get_if<Widget>(&b.content);
      draws |= std::holds_alternative<Chart>(b.content) ||
               (widget != nullptr && !widget->script.empty());
      if (widget != nullptr) own += widget->script;
    }
  }
  if (!draws) return "";
  std::string colours;
  for (const Shade& s : palette) {
    colours += fmt::format("{}\"{}\": \"{}\"", colours.empty() ? "" : ", ", s.light, s.name);
  }
  return fmt::format("<script>\n/*\n{}*/\n{}{}\nconst palette = {{{}}};\n{}{}</script>\n",
                     vega_licence, vega_script, vega_lite_script, colours, page_script, own);
}

}  // namespace

std::string to_html(const Page& page) {
  std::string out = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{}</title>\n<style>\n{}</style>\n</head>\n<body>\n",
      escape_html(page.title), page_style());
  out += "<a class=\"skip\" href=\"#main\">Skip to the figures</a>\n";
  out += html_header(page);
  out += "<main id=\"main\">\n" + html_tiles(page) + html_overview(page) + html_notes(page);
  for (const Section& s : page.sections) out += html_section(s);
  out += html_laws(page) + "</main>\n";
  if (!page.footer.empty()) out += fmt::format("<footer>{}</footer>\n", escape_html(page.footer));
  out += script_element_of("headline", headline_text(page));
  if (!page.inputs.empty()) out += script_element_of("inputs", page.inputs);
  return out + html_scripts(page) + "</body>\n</html>\n";
}

}  // namespace tritsim
