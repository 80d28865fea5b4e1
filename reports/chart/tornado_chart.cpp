// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "reports/chart/chart_specs.hpp"

namespace tritsim::vega {
namespace {

/// "-1.2 mJ", "+340 uJ".
std::string change(double value, const std::string& unit) {
  return (value > 0 ? "+" : "") + si(value, unit);
}

}  // namespace

Json specification(const TornadoChart& chart) {
  if (chart.bars.empty()) return nullptr;
  static const std::vector<Series> ends{{"at its low end", 2}, {"at its high end", 1}};
  double top = 0;
  for (const TornadoChart::Bar& b : chart.bars) {
    top = std::max({top, std::fabs(b.at_low), std::fabs(b.at_high)});
  }
  const Scaled scaled(top, chart.text.unit);
  Json values = Json::array();
  for (const TornadoChart::Bar& b : chart.bars) {
    values.push_back({{"row", b.label},
                      {"series", ends[0].name},
                      {"value", scaled(b.at_low)},
                      {"shown", change(b.at_low, chart.text.unit)}});
    values.push_back({{"row", b.label},
                      {"series", ends[1].name},
                      {"value", scaled(b.at_high)},
                      {"shown", change(b.at_high, chart.text.unit)}});
  }
  // Both halves are equally long, so that lengths compare across the middle.
  const double half = scaled(top) * 1.05;
  Json x = value_axis("value", scaled.title(), -half, half);
  x["axis"]["format"] = "+.6~g";
  x["stack"] = nullptr;
  Json spec = base(chart.text);
  spec["height"] = row_step(chart.text) * static_cast<double>(chart.bars.size());
  spec["data"] = {{"values", values}};
  spec["layer"] = {{{"mark", {{"type", "bar"}, {"height", 20}}},
                    {"encoding",
                     {{"y", row_axis("row")},
                      {"x", x},
                      {"color", series_colour(ends)},
                      {"tooltip",
                       {{{"field", "row"}, {"title", "coefficient"}},
                        {{"field", "series"}, {"title", "where"}},
                        {{"field", "shown"}, {"title", "change"}}}}}}},
                   {{"mark", "rule"}, {"encoding", {{"x", {{"datum", 0}}}}}}};
  return spec;
}

std::string description(const TornadoChart& chart) {
  std::string out = fmt::format("Bars in {}.", chart.text.unit);
  for (const TornadoChart::Bar& b : chart.bars) {
    out += fmt::format(" {}: {}, {}.", b.label, change(b.at_low, chart.text.unit),
                       change(b.at_high, chart.text.unit));
  }
  return out;
}

}  // namespace tritsim::vega
