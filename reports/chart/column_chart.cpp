// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "reports/chart/chart_specs.hpp"

namespace tritsim::vega {
namespace {

std::vector<double> sums(const ColumnChart& chart) {
  std::vector<double> out;
  for (const std::vector<double>& one : chart.values) {
    out.resize(std::max(out.size(), one.size()));
    for (std::size_t i = 0; i < one.size(); ++i) out[i] += std::isfinite(one[i]) ? one[i] : 0;
  }
  return out;
}

/// A row for each column and series.
Json rows(const ColumnChart& chart, std::size_t columns, const Scaled& scaled,
          const Scaled& place) {
  Json values = Json::array();
  for (std::size_t i = 0; i < columns; ++i) {
    for (std::size_t s = 0; s < chart.values.size() && s < chart.series.size(); ++s) {
      Json row;
      if (chart.bin_unit.empty()) {
        row["number"] = i;
      } else {
        row["from"] = place(chart.begin + chart.bin * static_cast<double>(i));
        row["to"] = place(chart.begin + chart.bin * static_cast<double>(i + 1));
      }
      row["series"] = chart.series[s].name;
      row["value"] = scaled(chart.values[s][i]);
      values.push_back(std::move(row));
    }
  }
  return values;
}

}  // namespace

Json specification(const ColumnChart& chart) {
  const std::vector<double> all = sums(chart);
  if (all.empty()) return nullptr;
  const double top = *std::max_element(all.begin(), all.end());
  const Scaled scaled(top, chart.text.unit);
  const bool binned = !chart.bin_unit.empty();
  const double last = chart.begin + chart.bin * static_cast<double>(all.size());
  const Scaled place(last, chart.bin_unit);
  Json values = rows(chart, all.size(), scaled, place);
  Json order = Json::array();
  for (const Series& s : chart.series) order.push_back(s.name);
  Json spec = base(chart.text);
  spec["height"] = 180;
  spec["data"] = {{"values", values}};
  spec["transform"] = {
      {{"calculate", fmt::format("indexof({}, datum.series)", order.dump())}, {"as", "order"}}};
  Json y = {{"field", "value"},
            {"type", "quantitative"},
            {"title", scaled.title()},
            {"stack", "zero"},
            {"axis", {{"tickCount", 5}, {"format", ".6~g"}}}};
  Json tips = {{{"field", binned ? "from" : "number"},
                {"title", binned ? fmt::format("from, {}", place.title()) : chart.axis}},
               {{"field", "series"}},
               {{"field", "value"}, {"title", scaled.title()}}};
  Json encoding;
  if (binned) {
    encoding["x"] = {{"field", "from"},
                     {"bin", "binned"},
                     {"type", "quantitative"},
                     {"title", fmt::format("{}, {}", chart.axis, place.title())},
                     {"scale", {{"domain", {place(chart.begin), place(last)}}, {"nice", false}}},
                     {"axis", {{"grid", false}, {"tickCount", 8}, {"format", ".6~g"}}}};
    encoding["x2"] = {{"field", "to"}};
  } else {
    encoding["x"] = {{"field", "number"},
                     {"type", "ordinal"},
                     {"title", chart.axis},
                     {"axis", {{"labelAngle", 0}, {"labelOverlap", true}}}};
  }
  encoding["y"] = y;
  encoding["order"] = {{"field", "order"}, {"type", "quantitative"}};
  encoding["color"] = series_colour(chart.series);
  encoding["tooltip"] = tips;
  spec["mark"] = {{"type", "bar"}, {"strokeWidth", 0}, {"binSpacing", 0}};
  spec["encoding"] = encoding;
  return spec;
}

std::string description(const ColumnChart& chart) {
  const std::vector<double> all = sums(chart);
  if (all.empty()) return "";
  const auto [low, high] = std::minmax_element(all.begin(), all.end());
  std::string out = chart.bin_unit.empty()
                        ? fmt::format("{} bars, one per {}", all.size(), chart.axis)
                        : fmt::format("{} bars of {} each over {}", all.size(),
                                      si(chart.bin, chart.bin_unit), chart.axis);
  return out +
         fmt::format(", from {} to {}.", si(*low, chart.text.unit), si(*high, chart.text.unit));
}

}  // namespace tritsim::vega
