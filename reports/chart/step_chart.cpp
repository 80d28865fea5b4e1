// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "reports/chart/chart_specs.hpp"

namespace tritsim::vega {
namespace {

double highest(const StepChart& chart) {
  double top = 0;
  for (const std::vector<double>& one : chart.values) {
    for (const double v : one) top = std::max(top, std::isfinite(v) ? v : 0);
  }
  for (const StepChart::Rule& r : chart.rules) top = std::max(top, r.value);
  return top;
}

}  // namespace

Json specification(const StepChart& chart) {
  if (chart.values.empty() || chart.values.front().empty()) return nullptr;
  const Scaled scaled(highest(chart), chart.text.unit);
  const std::size_t bins = chart.values.front().size();
  const double last = chart.begin + chart.bin * static_cast<double>(bins);
  const Scaled place(last, chart.bin_unit);
  Json values = Json::array();
  for (std::size_t s = 0; s < chart.series.size(); ++s) {
    for (std::size_t i = 0; i <= bins; ++i) {  // the last level has an end too
      values.push_back({{"at", place(chart.begin + chart.bin * static_cast<double>(i))},
                        {"series", chart.series[s].name},
                        {"value", scaled(chart.values[s][std::min(i, bins - 1)])}});
    }
  }
  const Json x = {{"field", "at"},
                  {"type", "quantitative"},
                  {"title", fmt::format("{}, {}", chart.axis, place.title())},
                  {"scale", {{"domain", {place(chart.begin), place(last)}}, {"nice", false}}},
                  {"axis", {{"grid", false}, {"tickCount", 8}, {"format", ".6~g"}}}};
  const Json y = {{"field", "value"},
                  {"type", "quantitative"},
                  {"title", scaled.title()},
                  {"scale", {{"domainMin", 0}}},
                  {"axis", {{"tickCount", 5}, {"format", ".6~g"}}}};
  const Json tips = {{{"field", "at"}, {"title", fmt::format("from, {}", place.title())}},
                     {{"field", "series"}},
                     {{"field", "value"}, {"title", scaled.title()}}};
  Json spec = base(chart.text);
  spec["height"] = 180;
  spec["layer"] = Json::array();
  spec["layer"].push_back(
      {{"data", {{"values", values}}},
       {"mark",
        {{"type", "line"}, {"interpolate", "step-after"}, {"strokeWidth", 1.5}, {"tooltip", true}}},
       {"encoding",
        {{"x", x}, {"y", y}, {"color", series_colour(chart.series)}, {"tooltip", tips}}}});
  for (const StepChart::Rule& r : chart.rules) {
    const Json data = {
        {"values",
         Json::array({{{"at", place(last)},
                       {"value", scaled(r.value)},
                       {"text", fmt::format("{} {}", r.name, si(r.value, chart.text.unit))}}})}};
    spec["layer"].push_back(
        {{"data", data},
         {"mark", {{"type", "rule"}, {"strokeDash", {6, 4}}, {"color", colour(r.colour)}}},
         {"encoding", {{"y", y}}}});
    spec["layer"].push_back(
        {{"data", data},
         {"mark", {{"type", "text"}, {"align", "right"}, {"dx", -4}, {"dy", 11}}},
         {"encoding", {{"x", x}, {"y", y}, {"text", {{"field", "text"}}}}}});
  }
  return spec;
}

std::string description(const StepChart& chart) {
  std::string out;
  for (std::size_t s = 0; s < chart.series.size() && s < chart.values.size(); ++s) {
    const std::vector<double>& v = chart.values[s];
    if (v.empty()) continue;
    const auto [low, high] = std::minmax_element(v.begin(), v.end());
    out += fmt::format("{}{}: {} bins of {} over {}, from {} to {}.", out.empty() ? "" : " ",
                       chart.series[s].name, v.size(), si(chart.bin, chart.bin_unit), chart.axis,
                       si(*low, chart.text.unit), si(*high, chart.text.unit));
  }
  for (const StepChart::Rule& r : chart.rules) {
    out += fmt::format(" {}: {}.", r.name, si(r.value, chart.text.unit));
  }
  return out;
}

}  // namespace tritsim::vega
