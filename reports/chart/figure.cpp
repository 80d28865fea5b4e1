// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "reports/chart/chart_specs.hpp"
#include "reports/text/law.hpp"
#include "reports/text/script_text.hpp"
#include "reports/text/table.hpp"

namespace tritsim {
namespace {

/// How the numbers were obtained, what they include, which law gives them.
std::string basis(const ChartText& text) {
  std::string out = escape_html(text.note);
  if (!text.boundary.empty()) out += " Included: " + escape_html(text.boundary) + ".";
  if (!law_section(text.law).empty()) {
    out +=
        fmt::format(" Law: <a href=\"#{}\">{}</a>.", law_anchor(text.law), escape_html(text.law));
  }
  return out;
}

/// Caption and chart: the section that it summarises has the rest.
std::string compact_html(const Chart& chart, const std::string& spec) {
  const std::string figures = escape_html(described(chart));
  return fmt::format(
      "<figure class=\"compact\">\n<figcaption>{}</figcaption>\n"
      "<div class=\"vega\" role=\"img\" aria-label=\"{}\"></div>\n"
      "<noscript><p>{}</p></noscript>\n<script type=\"application/json\">{}</script>\n</figure>\n",
      escape_html(text_of(chart).title), figures, figures, script_text(spec));
}

}  // namespace

std::string vega_lite(const Chart& chart) {
  const vega::Json spec = std::visit([](const auto& c) { return vega::specification(c); }, chart);
  return spec.is_null() ? "" : spec.dump();
}

std::string described(const Chart& chart) {
  return std::visit([](const auto& c) { return vega::description(c); }, chart);
}

const ChartText& text_of(const Chart& chart) {
  return std::visit([](const auto& c) -> const ChartText& { return c.text; }, chart);
}

std::string to_html(const Chart& chart) {
  const std::string spec = vega_lite(chart);
  if (spec.empty()) return "";
  const ChartText& text = text_of(chart);
  if (text.compact) return compact_html(chart, spec);
  return fmt::format(
      "<figure>\n<figcaption>{}</figcaption>\n"
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">\n"
      "<div class=\"vega\" role=\"img\" aria-label=\"{}\"></div>\n</div>\n"
      "<noscript><p>The picture needs JavaScript. {}</p></noscript>\n"
      "<p class=\"note\">{}</p>\n"
      "<script type=\"application/json\">{}</script>\n"
      "<p class=\"actions\"><button type=\"button\" class=\"copy\">Copy specification</button>"
      "<button type=\"button\" class=\"save\">Save as SVG</button></p>\n</figure>\n",
      escape_html(text.title), escape_html("Chart: " + text.title), escape_html(described(chart)),
      escape_html(described(chart)), basis(text), script_text(spec));
}

}  // namespace tritsim
