// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "reports/chart/chart_specs.hpp"

namespace tritsim::vega {
namespace {

/// A value that is not a number has no length.
double drawn(double value) {
  return std::isfinite(value) ? value : 0;
}

double sum(const Bar& bar) {
  double total = 0;
  for (const double part : bar.parts) total += drawn(part);
  return total;
}

double end(const Bar& bar) {
  return std::max(sum(bar), bar.whisker ? drawn(bar.whisker->high) : 0);
}

/// Pixels for the bars themselves: the picture less labels on the left and texts on the right.
double room(const BarChart& chart) {
  double label = 0;
  double text = 0;
  for (const Bar& b : chart.bars) {
    label = std::max(label, text_length(b.label));
    text = std::max(text, text_length(b.text));
  }
  return width_of(chart.text) - std::min(label, label_limit(chart.text)) - std::min(text, 240.0) -
         40;
}

Json parts_layer(const BarChart& chart, const Scaled& scaled, double top, double full) {
  Json values = Json::array();
  for (const Bar& b : chart.bars) {
    for (std::size_t i = 0; i < b.parts.size() && i < chart.series.size(); ++i) {
      values.push_back({{"row", b.label},
                        {"series", chart.series[i].name},
                        {"order", i},
                        {"value", scaled(b.parts[i])},
                        {"shown", si(b.parts[i], chart.text.unit)},
                        {"share", percent(ratio(b.parts[i], sum(b)))}});
    }
  }
  Json x = value_axis("value", scaled.title(), 0, full);
  x["stack"] = "zero";
  Json bars = {{"mark", {{"type", "bar"}, {"height", bar_height(chart.text)}}},
               {"encoding",
                {{"y", row_axis("row")},
                 {"x", x},
                 {"order", {{"field", "order"}}},
                 {"color", series_colour(chart.series)},
                 {"tooltip",
                  {{{"field", "row"}},
                   {{"field", "series"}},
                   {{"field", "shown"}, {"title", "value"}},
                   {{"field", "share"}}}}}}};
  Json layer = {{"data", {{"values", values}}}, {"layer", {bars}}};
  if (!chart.part_labels) return layer;
  Json inks = Json::array();
  Json names = Json::array();
  for (const Series& s : chart.series) {
    names.push_back(s.name);
    inks.push_back(ink_on(s.colour));
  }
  // Only where the share has room in its part.
  const double least = top > 0 ? 48 * top / room(chart) : 0;
  x["bandPosition"] = 0.5;
  const Json label = {
      {"condition",
       {{"test", fmt::format("datum.value > {}", rounded(least))}, {"field", "share"}}},
      {"value", ""}};
  layer["layer"].push_back(
      {{"mark", {{"type", "text"}, {"fontSize", 11}, {"fontWeight", "bold"}, {"aria", false}}},
       {"encoding",
        {{"y", row_axis("row")},
         {"x", x},
         {"order", {{"field", "order"}}},
         {"detail", {{"field", "series"}}},
         {"color",
          {{"field", "series"},
           {"type", "nominal"},
           {"scale", {{"domain", names}, {"range", inks}}},
           {"legend", nullptr}}},
         {"text", label}}}});
  layer["resolve"] = {{"scale", {{"color", "independent"}}}};
  return layer;
}

/// Texts behind the bars, and whiskers.
Json ends_layer(const BarChart& chart, const Scaled& scaled) {
  Json values = Json::array();
  bool whiskers = false;
  for (const Bar& b : chart.bars) {
    Json row = {{"row", b.label}, {"end", scaled(end(b))}, {"text", b.text}};
    if (b.whisker && b.whisker->high > b.whisker->low) {
      row["low"] = scaled(b.whisker->low);
      row["high"] = scaled(b.whisker->high);
      whiskers = true;
    }
    values.push_back(std::move(row));
  }
  const Json at = {{"field", "end"}, {"type", "quantitative"}};
  Json layers = Json::array();
  if (whiskers) {
    const Json low = {{"field", "low"}, {"type", "quantitative"}};
    const Json high = {{"field", "high"}, {"type", "quantitative"}};
    const Json valid = {{{"filter", "isValid(datum.low)"}}};
    layers.push_back(
        {{"transform", valid},
         {"mark", {{"type", "rule"}, {"strokeWidth", 1.6}}},
         {"encoding", {{"y", row_axis("row")}, {"x", low}, {"x2", {{"field", "high"}}}}}});
    for (const Json& x : {low, high}) {
      layers.push_back(
          {{"transform", valid},
           {"mark", {{"type", "tick"}, {"size", 10}, {"thickness", 1.6}, {"color", ink()}}},
           {"encoding", {{"y", row_axis("row")}, {"x", x}}}});
    }
  }
  layers.push_back(
      {{"mark", {{"type", "text"}, {"align", "left"}, {"dx", 7}, {"fontWeight", 600}}},
       {"encoding", {{"y", row_axis("row")}, {"x", at}, {"text", {{"field", "text"}}}}}});
  return {{"data", {{"values", values}}}, {"layer", layers}};
}

}  // namespace

Json specification(const BarChart& chart) {
  if (chart.bars.empty()) return nullptr;
  double top = 0;
  double text = 0;
  for (const Bar& b : chart.bars) {
    top = std::max(top, end(b));
    text = std::max(text, text_length(b.text));
  }
  const Scaled scaled(top, chart.text.unit);
  const double bars = room(chart);
  const double full = top > 0 ? scaled(top * (bars + std::min(text, 240.0) + 12) / bars) : 1;
  Json spec = base(chart.text);
  spec["height"] = row_step(chart.text) * static_cast<double>(chart.bars.size());
  spec["layer"] = {parts_layer(chart, scaled, scaled(top), full), ends_layer(chart, scaled)};
  return spec;
}

std::string description(const BarChart& chart) {
  std::string out = fmt::format("Bars in {}.", chart.text.unit);
  for (const Bar& b : chart.bars) {
    out += fmt::format(" {}: {}", b.label, si(sum(b), chart.text.unit));
    for (std::size_t i = 0; chart.series.size() > 1 && i < b.parts.size(); ++i) {
      if (b.parts[i] > 0) {
        out += fmt::format(", {} {}", chart.series[i].name, si(b.parts[i], chart.text.unit));
      }
    }
    out += '.';
  }
  return out;
}

}  // namespace tritsim::vega
