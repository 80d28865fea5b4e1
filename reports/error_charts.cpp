// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "reports/chart_specs.hpp"
#include "reports/style.hpp"

namespace tritsim::vega {
namespace {

Json series_shape(const std::vector<Series>& series) {
  Json names = Json::array();
  for (const Series& s : series) names.push_back(s.name);
  Json channel = {{"field", "series"}, {"type", "nominal"}, {"scale", {{"domain", names}}}};
  if (series.size() < 2) channel["legend"] = nullptr;
  return channel;
}

Json mark() {
  return {{"type", "point"}, {"filled", true}, {"size", 80}, {"opacity", 1}};
}

}  // namespace

Json specification(const ScatterChart& chart) {
  if (chart.points.empty()) return nullptr;
  double low = chart.points.front().measured;
  double high = low;
  Json values = Json::array();
  for (const ScatterChart::Point& p : chart.points) {
    low = std::min({low, p.measured, p.predicted});
    high = std::max({high, p.measured, p.predicted});
    values.push_back({{"name", p.name},
                      {"series", p.series},
                      {"measured", rounded(p.measured)},
                      {"simulated", rounded(p.predicted)},
                      {"least", rounded(p.measured * (1 - p.tolerance))},
                      {"most", rounded(p.measured * (1 + p.tolerance))},
                      {"error", fmt::format("{:+.1f} %", 100 * (p.predicted / p.measured - 1))},
                      {"tolerance", percent(p.tolerance, 0)}});
  }
  low /= 1.6;
  high *= 1.6;
  const std::string unit = chart.text.unit.empty() ? "" : ", " + chart.text.unit;
  const Json x = log_axis("measured", "measured" + unit, low, high);
  const auto y = [&](const char* field) { return log_axis(field, "simulated" + unit, low, high); };
  Json spec = base(chart.text);
  spec["height"] = 340;
  spec["data"] = {{"values", values}};
  const Json ends = {{{"x", rounded(low)}, {"y", rounded(low)}},
                     {{"x", rounded(high)}, {"y", rounded(high)}}};
  spec["layer"] = {
      {{"data", {{"values", ends}}},
       {"mark",
        {{"type", "line"}, {"color", soft()}, {"strokeWidth", 1.2}, {"strokeDash", {5, 4}}}},
       {"encoding",
        {{"x", {{"field", "x"}, {"type", "quantitative"}}},
         {"y", {{"field", "y"}, {"type", "quantitative"}}}}}},
      {{"mark", {{"type", "rule"}, {"strokeWidth", 9}, {"color", palette.back().light}}},
       {"encoding", {{"x", x}, {"y", y("least")}, {"y2", {{"field", "most"}}}}}},
      {{"mark", mark()},
       {"encoding",
        {{"x", x},
         {"y", y("simulated")},
         {"color", series_colour(chart.series)},
         {"shape", series_shape(chart.series)},
         {"tooltip",
          {{{"field", "name"}},
           {{"field", "measured"}},
           {{"field", "simulated"}},
           {{"field", "error"}},
           {{"field", "tolerance"}}}}}}}};
  return spec;
}

std::string description(const ScatterChart& chart) {
  std::string out = "Simulated over measured values, both axes logarithmic.";
  for (const ScatterChart::Point& p : chart.points) {
    out += fmt::format(" {}: {} measured, {} simulated.", p.name, si(p.measured, chart.text.unit),
                       si(p.predicted, chart.text.unit));
  }
  return out;
}

Json specification(const ErrorChart& chart) {
  if (chart.lines.empty()) return nullptr;
  double most = 0;
  Json values = Json::array();
  for (const ErrorChart::Line& l : chart.lines) {
    most = std::max({most, std::abs(l.error), l.tolerance});
    values.push_back({{"row", l.name},
                      {"series", l.series},
                      {"error", rounded(100 * l.error)},
                      {"low", rounded(-100 * l.tolerance)},
                      {"high", rounded(100 * l.tolerance)}});
  }
  most *= 105;
  const auto x = [&](const char* field) {
    Json axis = value_axis(field, "error, %", -most, most);
    axis["axis"]["format"] = "+.6~g";
    return axis;
  };
  Json spec = base(chart.text);
  spec["height"] = 22 * static_cast<double>(chart.lines.size());
  spec["data"] = {{"values", values}};
  spec["encoding"] = {{"y", row_axis("row")}};
  spec["layer"] = {{{"mark", {{"type", "bar"}, {"height", 14}, {"color", palette.back().light}}},
                    {"encoding", {{"x", x("low")}, {"x2", {{"field", "high"}}}}}},
                   {{"mark", "rule"}, {"encoding", {{"x", {{"datum", 0}}}, {"y", nullptr}}}},
                   {{"mark", mark()},
                    {"encoding",
                     {{"x", x("error")},
                      {"color", series_colour(chart.series)},
                      {"shape", series_shape(chart.series)},
                      {"tooltip",
                       {{{"field", "row"}, {"title", "case"}},
                        {{"field", "error"}, {"title", "error, %"}},
                        {{"field", "high"}, {"title", "tolerance, %"}}}}}}}};
  return spec;
}

std::string description(const ErrorChart& chart) {
  std::string out = "Relative errors.";
  for (const ErrorChart::Line& l : chart.lines) {
    out += fmt::format(" {}: {:+.1f} %, tolerance {}.", l.name, 100 * l.error + 0.0,
                       percent(l.tolerance, 0));
  }
  return out;
}

}  // namespace tritsim::vega
