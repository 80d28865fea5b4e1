// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <map>

#include "reports/chart/vega_lite.hpp"
#include "reports/sweep/report.hpp"
#include "reports/text/metric_name.hpp"

namespace tritsim {
namespace {

using vega::Json;

/// If few values differ, a list of them and an index into it for each; a single value needs no
/// indices.
template <class T>
void put_values(Json& column, const std::vector<T>& values) {
  std::map<T, std::size_t> places;
  for (const T& v : values) places.emplace(v, 0);
  if (places.size() * 4 > values.size() && places.size() > 1) {
    column["values"] = values;
    return;
  }
  Json levels = Json::array();
  for (auto& [level, place] : places) {
    place = levels.size();
    levels.push_back(level);
  }
  column["levels"] = std::move(levels);
  if (places.size() < 2) return;
  Json index = Json::array();
  for (const T& v : values) index.push_back(places.at(v));
  column["index"] = std::move(index);
}

Json axis_column(const SweepReport::Axis& axis) {
  const bool numbers = !axis.numbers.empty();
  Json column = {{"name", axis.name},       {"label", axis.name}, {"role", "axis"},
                 {"number", numbers},       {"unit", axis.unit},  {"levels", axis.labels},
                 {"settings", axis.values}, {"index", axis.index}};
  if (numbers) column["levels"] = axis.numbers;
  if (axis.labels == axis.values) column.erase("settings");
  if (numbers) column["settings"] = axis.values;
  Json flags = Json::array();
  for (const SweepReport::Flag& f : axis.flags) flags.push_back({f.option, f.before});
  column["flags"] = std::move(flags);
  return column;
}

Json metric_column(const SweepReport& report, const SweepReport::Metric& metric) {
  const auto named = metric_name(metric.name);
  Json column = {{"name", metric.name},
                 {"label", named.name},
                 {"role", "metric"},
                 {"number", true},
                 {"unit", named.unit}};
  auto more = more_is_better(metric.name);
  const auto objective =
      std::find_if(report.objectives.begin(), report.objectives.end(),
                   [&](const SweepObjective& o) { return o.metric == metric.name; });
  const bool is_objective = objective != report.objectives.end();
  if (is_objective) more = objective->goal == Goal::max;
  column["better"] = more ? (*more ? 1 : -1) : 0;
  std::vector<double> values;
  bool whole = true;
  for (const double v : metric.values) {
    whole &= std::isfinite(v);
    values.push_back(is_objective ? v : vega::rounded(v));
  }
  if (whole) {
    put_values(column, values);
    return column;
  }
  // Missing values are null, which numbers cannot represent.
  column["values"] = Json::array();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool there = std::isfinite(metric.values[i]);
    column["values"].push_back(there ? Json(values[i]) : Json(nullptr));
  }
  return column;
}

}  // namespace

std::string sweep_data(const SweepReport& report) {
  Json columns = Json::array();
  for (const SweepReport::Axis& axis : report.axes) columns.push_back(axis_column(axis));
  for (const SweepReport::Metric& m : report.metrics) {
    const bool any =
        std::any_of(m.values.begin(), m.values.end(), [](double v) { return std::isfinite(v); });
    if (any) columns.push_back(metric_column(report, m));
  }
  for (const SweepReport::Words& w : report.words) {
    Json column = {{"name", w.name},
                   {"label", metric_name(w.name).name},
                   {"role", "metric"},
                   {"number", false}};
    put_values(column, w.values);
    if (!column.contains("levels")) continue;  // as many words as points do not form classes
    columns.push_back(std::move(column));
  }
  // 0 does not fit or breaks a requirement, 1 is beaten, 2 is on the front of the sweep.
  std::string states;
  for (std::size_t i = 0; i < report.points.size(); ++i) {
    states += report.front[i] ? '2' : (report.feasible[i] ? '1' : '0');
  }
  Json objectives = Json::array();
  for (const SweepObjective& o : report.objectives) objectives.push_back(o.metric);
  return Json{{"file", report.file},      {"command", report.command},
              {"objectives", objectives}, {"points", report.points},
              {"states", states},         {"columns", std::move(columns)}}
      .dump();
}

}  // namespace tritsim
