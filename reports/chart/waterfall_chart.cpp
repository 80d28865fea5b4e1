// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "reports/chart/chart_specs.hpp"

namespace tritsim::vega {
namespace {

/// A bar of the picture.
struct Span {
  std::string label;
  double from;
  double to;
  std::string text;
  const char* series;
};

std::vector<Span> spans(const WaterfallChart& chart) {
  const std::string& unit = chart.text.unit;
  std::vector<Span> out;
  out.push_back({chart.first.label, 0, chart.first.value, si(chart.first.value, unit), "whole"});
  double at = chart.first.value;
  for (const WaterfallChart::Step& s : chart.steps) {
    out.push_back({s.label, at, at + s.value, (s.value > 0 ? "+" : "") + si(s.value, unit),
                   s.value > 0 ? "adds" : "saves"});
    at += s.value;
  }
  out.push_back({chart.last.label, 0, chart.last.value, si(chart.last.value, unit), "whole"});
  return out;
}

}  // namespace

Json specification(const WaterfallChart& chart) {
  static const std::vector<Series> kinds{{"whole", 1}, {"adds", 2}, {"saves", 3}};
  double low = 0;
  double high = 0;
  for (const Span& s : spans(chart)) {
    low = std::min({low, s.from, s.to});
    high = std::max({high, s.from, s.to});
  }
  const Scaled scaled(std::max(high, -low), chart.text.unit);
  Json values = Json::array();
  for (const Span& s : spans(chart)) {
    values.push_back({{"row", s.label},
                      {"from", scaled(s.from)},
                      {"to", scaled(s.to)},
                      {"end", scaled(std::max(s.from, s.to))},
                      {"series", s.series},
                      {"text", s.text}});
  }
  Json x = value_axis("from", scaled.title(), scaled(low), scaled(high + (high - low) * 0.16));
  Json spec = base(chart.text);
  spec["height"] = row_step(chart.text) * static_cast<double>(chart.steps.size() + 2);
  spec["data"] = {{"values", values}};
  spec["encoding"] = {{"y", row_axis("row")}};
  spec["layer"] = {
      {{"mark", {{"type", "bar"}, {"height", 20}}},
       {"encoding",
        {{"x", x},
         {"x2", {{"field", "to"}}},
         {"color", series_colour(kinds)},
         {"tooltip",
          {{{"field", "row"}, {"title", "step"}}, {{"field", "text"}, {"title", "value"}}}}}}},
      {{"mark", {{"type", "text"}, {"align", "left"}, {"dx", 6}}},
       {"encoding",
        {{"x", {{"field", "end"}, {"type", "quantitative"}}}, {"text", {{"field", "text"}}}}}}};
  return spec;
}

std::string description(const WaterfallChart& chart) {
  std::string out;
  for (const Span& s : spans(chart)) {
    out += fmt::format("{}{}: {}.", out.empty() ? "" : " ", s.label, s.text);
  }
  return out;
}

}  // namespace tritsim::vega
