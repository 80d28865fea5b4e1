// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "reports/chart/chart_specs.hpp"

namespace tritsim::vega {
namespace {

bool drawable(const RooflineChart& chart) {
  const auto positive = [](double v) { return v > 0 && std::isfinite(v); };
  return positive(chart.peak) && !chart.roofs.empty() && !chart.points.empty() &&
         std::all_of(chart.roofs.begin(), chart.roofs.end(),
                     [&](const auto& r) { return positive(r.bandwidth); }) &&
         std::all_of(chart.points.begin(), chart.points.end(),
                     [&](const auto& p) { return positive(p.intensity) && positive(p.rate); });
}

struct Window {
  double x_low, x_high, y_low, y_high;
};

/// Every point, and the ridge of every roof, with some room.
Window window(const RooflineChart& chart) {
  double left = chart.points.front().intensity;
  double right = left;
  double low = chart.points.front().rate;
  double high = chart.peak;
  for (const auto& p : chart.points) {
    left = std::min(left, p.intensity);
    right = std::max(right, p.intensity);
    low = std::min(low, p.rate);
    high = std::max(high, p.rate);
  }
  for (const auto& r : chart.roofs) {
    left = std::min(left, chart.peak / r.bandwidth);
    right = std::max(right, chart.peak / r.bandwidth);
  }
  return {left / 4, right * 8, std::min(low, chart.peak / 10) / 2, high * 3};
}

/// Each roof from the picture's edge over its ridge along the peak.
Json roof_layers(const RooflineChart& chart, const Window& w) {
  Json lines = Json::array();
  Json names = Json::array();
  for (const auto& r : chart.roofs) {
    const double ridge = chart.peak / r.bandwidth;
    const double begin = std::max(w.x_low, w.y_low / r.bandwidth);
    for (const auto& [x, y] : {std::pair{begin, begin * r.bandwidth}, std::pair{ridge, chart.peak},
                               std::pair{w.x_high, chart.peak}}) {
      lines.push_back({{"roof", r.name}, {"intensity", rounded(x)}, {"rate", rounded(y)}});
    }
    const double middle = std::sqrt(begin * ridge);
    names.push_back({{"intensity", rounded(middle)},
                     {"rate", rounded(middle * r.bandwidth)},
                     {"text", fmt::format("{} {}", r.name, si(r.bandwidth, "B/s"))}});
  }
  const Json x = {{"field", "intensity"}, {"type", "quantitative"}};
  const Json y = {{"field", "rate"}, {"type", "quantitative"}};
  Json peak = {{"intensity", rounded(w.x_high)},
               {"rate", rounded(chart.peak)},
               {"text", "peak " + si(chart.peak, chart.text.unit)}};
  return {{{"data", {{"values", lines}}},
           {"mark", {{"type", "line"}, {"color", colour(1)}, {"strokeWidth", 2.5}}},
           {"encoding", {{"x", x}, {"y", y}, {"detail", {{"field", "roof"}}}}}},
          {{"data", {{"values", names}}},
           {"mark", {{"type", "text"}, {"align", "left"}, {"dx", 10}, {"dy", 12}}},
           {"encoding", {{"x", x}, {"y", y}, {"text", {{"field", "text"}}}}}},
          {{"data", {{"values", Json::array({peak})}}},
           {"mark", {{"type", "text"}, {"align", "right"}, {"dx", -4}, {"dy", -10}}},
           {"encoding", {{"x", x}, {"y", y}, {"text", {{"field", "text"}}}}}}};
}

Json point_row(const RooflineChart::Point& p, const std::string& unit) {
  return {{"name", p.name},
          {"series", p.kind},
          {"intensity", rounded(p.intensity)},
          {"rate", rounded(p.rate)},
          {"shown", fmt::format("{} at {} per byte", si(p.rate, unit), significant(p.intensity))}};
}

}  // namespace

Json specification(const RooflineChart& chart) {
  if (!drawable(chart)) return nullptr;
  const Window w = window(chart);
  Json whole = Json::array();
  Json ops = Json::array();
  std::vector<Series> kinds;
  std::set<std::string> seen;
  for (const auto& p : chart.points) {
    (p.kind.empty() ? whole : ops).push_back(point_row(p, chart.text.unit));
    if (p.kind.empty() || !seen.insert(p.kind).second) continue;
    // 1 and 2 are the roofs and the whole.
    const std::size_t next = kinds.size() + 2;
    kinds.push_back(
        {p.kind, next < series_colours.size() ? series_colours.at(next) : colour_of_the_rest});
  }
  const Json x =
      log_axis("intensity", fmt::format("{} per byte of memory traffic", chart.operation), w.x_low,
               w.x_high);
  const Json y = log_axis("rate", fmt::format("{} per second", chart.operation), w.y_low, w.y_high);
  const Json tips = {{{"field", "name"}}, {{"field", "shown"}, {"title", "rate"}}};
  Json spec = base(chart.text);
  spec["height"] = 320;
  spec["layer"] = roof_layers(chart, w);
  if (!ops.empty()) {
    Json shown = series_colour(kinds);
    Json shapes = {{"field", "series"}, {"type", "nominal"}};
    shapes["scale"] = {{"domain", shown["scale"]["domain"]}};
    spec["layer"].push_back(
        {{"data", {{"values", ops}}},
         {"mark", {{"type", "point"}, {"filled", true}, {"size", 60}, {"opacity", 0.9}}},
         {"encoding",
          {{"x", x}, {"y", y}, {"color", shown}, {"shape", shapes}, {"tooltip", tips}}}});
  }
  spec["layer"].push_back({{"data", {{"values", whole}}},
                           {"mark",
                            {{"type", "point"},
                             {"filled", true},
                             {"fill", colour(2)},
                             {"stroke", ink()},
                             {"strokeWidth", 1.5},
                             {"opacity", 1},
                             {"size", 150}}},
                           {"encoding", {{"x", x}, {"y", y}, {"tooltip", tips}}}});
  for (const auto& [field, dy, weight] :
       {std::tuple{"name", 16, 600}, std::tuple{"shown", 32, 400}}) {
    spec["layer"].push_back(
        {{"data", {{"values", whole}}},
         {"mark",
          {{"type", "text"}, {"align", "left"}, {"dx", 12}, {"dy", dy}, {"fontWeight", weight}}},
         {"encoding", {{"x", x}, {"y", y}, {"text", {{"field", field}}}}}});
  }
  return spec;
}

std::string description(const RooflineChart& chart) {
  std::string out = fmt::format("Roofline, both axes logarithmic. Peak {} {}.",
                                si(chart.peak, chart.text.unit), chart.operation);
  for (const auto& r : chart.roofs) {
    out += fmt::format(" {} {}, ridge at {} per byte.", r.name, si(r.bandwidth, "B/s"),
                       significant(chart.peak / r.bandwidth));
  }
  for (const auto& p : chart.points) {
    out += fmt::format(" {}: {} at {} per byte.", p.name, si(p.rate, chart.text.unit),
                       significant(p.intensity));
  }
  return out;
}

}  // namespace tritsim::vega
