// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "reports/chart/chart_specs.hpp"
#include "reports/text/style.hpp"

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
  if (chart.rows.empty()) return nullptr;
  double most = 0;
  Json marks = Json::array();
  Json rows = Json::array();
  for (const ErrorChart::Row& r : chart.rows) {
    Json row = {{"row", r.name}, {"text", r.text}};
    if (r.marks.size() > 1) row["bias"] = rounded(100 * r.bias);
    rows.push_back(std::move(row));
    for (const ErrorChart::Mark& m : r.marks) {
      most = std::max({most, std::abs(m.error), m.tolerance});
      marks.push_back({{"row", r.name},
                       {"case", m.name},
                       {"series", m.series},
                       {"error", rounded(100 * m.error)},
                       {"low", rounded(-100 * m.tolerance)},
                       {"high", rounded(100 * m.tolerance)}});
    }
  }
  most *= 105;
  // Texts follow the last tick. The chart is tall, so the axis is shown above and below.
  const auto x = [&](const char* field, const char* side) {
    Json axis = value_axis(field, "error, %", -most, 2.4 * most);
    if (side == nullptr) {
      axis["axis"] = nullptr;
    } else {
      axis["axis"]["format"] = "+.6~g";
      axis["axis"]["orient"] = side;
    }
    return axis;
  };
  Json spec = base(chart.text);
  spec["height"] = 22 * static_cast<double>(chart.rows.size());
  spec["data"] = {{"values", marks}};
  spec["encoding"] = {{"y", row_axis("row")}};
  spec["resolve"] = {{"axis", {{"x", "independent"}}}};
  const Json of_rows = {{"values", rows}};
  spec["layer"] = {
      {{"mark", {{"type", "bar"}, {"height", 14}, {"color", palette.back().light}}},
       {"encoding", {{"x", x("low", "bottom")}, {"x2", {{"field", "high"}}}}}},
      {{"mark", "rule"}, {"encoding", {{"x", {{"datum", 0}, {"axis", nullptr}}}, {"y", nullptr}}}},
      {{"data", of_rows},
       {"transform", {{{"filter", "isValid(datum.bias)"}}}},
       {"mark", {{"type", "tick"}, {"size", 18}, {"thickness", 3}, {"color", ink()}}},
       {"encoding", {{"x", x("bias", nullptr)}}}},
      {{"data", of_rows},
       {"mark", {{"type", "text"}, {"align", "right"}, {"x", "width"}}},
       {"encoding", {{"text", {{"field", "text"}}}}}},
      {{"mark", mark()},
       {"encoding",
        {{"x", x("error", "top")},
         {"color", series_colour(chart.series)},
         {"shape", series_shape(chart.series)},
         {"tooltip",
          {{{"field", "case"}},
           {{"field", "error"}, {"title", "error, %"}},
           {{"field", "high"}, {"title", "tolerance, %"}}}}}}}};
  return spec;
}

std::string description(const ErrorChart& chart) {
  std::string out = "Relative errors.";
  for (const ErrorChart::Row& r : chart.rows) {
    out += fmt::format(" {}: {}.", r.name, r.text);
  }
  return out;
}

}  // namespace tritsim::vega
