// SPDX-License-Identifier: Apache-2.0
#include "reports/sweep/report.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "reports/text/embedded.hpp"
#include "reports/text/metric_name.hpp"
#include "reports/text/number.hpp"
#include "reports/text/script_text.hpp"

namespace tritsim {
namespace {

const SweepReport::Metric* find_metric(const SweepReport& r, const std::string& name) {
  for (const SweepReport::Metric& m : r.metrics) {
    if (m.name == name) return &m;
  }
  return nullptr;
}

std::string shown(const std::string& metric, double value) {
  const auto named = metric_name(metric);
  return named.unit.empty() ? significant(value, 4) : si(value, named.unit, 4);
}

/// "lanes 4, width 128".
std::string setting(const SweepReport& r, std::size_t point) {
  std::string out;
  for (const SweepReport::Axis& a : r.axes) {
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", a.name, a.labels[a.index[point]]);
  }
  return out;
}

/// Candidates, the best in the objective first.
std::vector<std::size_t> ranked(const SweepReport& r, const SweepObjective& o,
                                const std::vector<bool>& among) {
  std::vector<std::size_t> out;
  const SweepReport::Metric* m = find_metric(r, o.metric);
  for (std::size_t i = 0; i < r.points.size(); ++i) {
    if (among[i] && (m == nullptr || std::isfinite(m->values[i]))) out.push_back(i);
  }
  if (m == nullptr) return out;
  std::stable_sort(out.begin(), out.end(), [&](std::size_t a, std::size_t b) {
    return o.goal == Goal::max ? m->values[a] > m->values[b] : m->values[a] < m->values[b];
  });
  return out;
}

std::uint64_t failed(const SweepReport& r) {
  std::uint64_t sum = 0;
  for (const SweepReport::Failure& f : r.failures) sum += f.points;
  return sum;
}

/// Definition of a feasible point.
std::vector<std::string> required(const SweepReport& r) {
  std::vector<std::string> out;
  if (r.fits_only) out.emplace_back("fits the device");
  out.insert(out.end(), r.require.begin(), r.require.end());
  return out;
}

std::vector<Tile> tiles(const SweepReport& r) {
  const auto whole = [](std::size_t n) { return count(static_cast<double>(n)); };
  std::vector<Tile> out{
      {"Points with a result", whole(r.points.size()),
       fmt::format("of {} of the grid; {} failed", whole(r.grid), whole(failed(r)))}};
  const auto feasible =
      static_cast<std::size_t>(std::count(r.feasible.begin(), r.feasible.end(), true));
  if (!r.require.empty() || feasible < r.points.size()) {
    out.push_back({"Feasible", whole(feasible), fmt::format("{}", fmt::join(required(r), "; "))});
  }
  const auto front = std::count(r.front.begin(), r.front.end(), true);
  if (!r.objectives.empty()) {
    out.push_back({"On the front", whole(static_cast<std::size_t>(front)),
                   "no other is at least as good in every objective and better in one"});
  }
  for (const SweepObjective& o : r.objectives) {
    const auto best = ranked(r, o, r.feasible);
    const SweepReport::Metric* m = find_metric(r, o.metric);
    if (best.empty() || m == nullptr) continue;
    out.push_back(
        {fmt::format("{} {}", o.goal == Goal::max ? "Most" : "Least", metric_name(o.metric).name),
         shown(o.metric, m->values[best.front()]), setting(r, best.front())});
  }
  return out;
}

/// The figures that a table of points shows.
std::vector<std::string> main_metrics(const SweepReport& r) {
  std::vector<std::string> out;
  for (const SweepObjective& o : r.objectives) out.push_back(o.metric);
  for (const char* name : {"tokens_per_s", "power_w", "energy_per_token_j"}) {
    if (std::find(out.begin(), out.end(), name) == out.end()) out.emplace_back(name);
  }
  out.erase(std::remove_if(out.begin(), out.end(),
                           [&](const std::string& n) { return find_metric(r, n) == nullptr; }),
            out.end());
  return out;
}

Section front_section(const SweepReport& r) {
  constexpr std::size_t most = 40;
  Section s{"front",
            "The front",
            "Points that no other feasible point beats: none is at least as good in every "
            "objective and better in one.",
            {}};
  const auto best = ranked(r, r.objectives.front(), r.front);
  Table t;
  t.title =
      fmt::format("The front, {} {}, by {}", best.size(), best.size() == 1 ? "point" : "points",
                  metric_name(r.objectives.front().metric).name);
  t.columns = {number_column("point")};
  for (const auto& a : r.axes)
    t.columns.push_back({a.name, a.numbers.empty() ? Align::left : Align::right});
  for (const auto& n : main_metrics(r)) t.columns.push_back(number_column(metric_name(n).name));
  // Evenly spaced points of a long front, ends included.
  const std::size_t rows = std::min(best.size(), most);
  for (std::size_t i = 0; i < rows; ++i) {
    const std::size_t point = best[rows < 2 ? i : i * (best.size() - 1) / (rows - 1)];
    auto& row = t.rows.emplace_back();
    row.push_back(std::to_string(r.points[point]));
    for (const auto& a : r.axes) row.push_back(a.labels[a.index[point]]);
    for (const auto& n : main_metrics(r)) row.push_back(shown(n, find_metric(r, n)->values[point]));
  }
  if (best.size() > most) {
    t.note = fmt::format("{} of {}, evenly taken; the explorer lists all.", most, best.size());
  }
  s.blocks = {{std::move(t)}};
  return s;
}

Section failure_section(const SweepReport& r) {
  Section s{"failed", "Points without a result", "", {}};
  if (r.failures.empty()) {
    s.text = "Every point has a result.";
    return s;
  }
  s.text =
      "unfit: the memories do not hold what is in them; failed: the board cannot run the model, "
      "for "
      "the reason stated; crashed, timeout: the "
      "simulation itself ended or took too long.";
  Table t;
  t.title = fmt::format("{} without a result, by reason", failed(r));
  t.columns = {{"status"}, number_column("points"), {"reason"}, {"the first of them"}};
  for (const SweepReport::Failure& f : r.failures) {
    t.rows.push_back({f.status, count(static_cast<double>(f.points)), f.reason, f.example});
  }
  s.blocks = {{std::move(t)}};
  return s;
}

/// "cores.0.lanes", "model".
std::string place_of(const SweepReport::Flag& flag) {
  const std::string& name = flag.before;
  return name.empty() ? flag.option.substr(2) : name.substr(0, name.size() - 1);
}

std::string values_of(const SweepReport::Axis& axis) {
  if (axis.labels.size() > 6) {
    return fmt::format("{} to {}", axis.labels.front(), axis.labels.back());
  }
  return fmt::format("{}", fmt::join(axis.labels, ", "));
}

Section description_section(const SweepReport& r) {
  Section s{"sweep",
            "What was swept",
            "Every point is the base with one value of each axis put in, simulated as tritsim run "
            "does it.",
            {}};
  Table t;
  t.title = "Axes";
  t.columns = {{"axis"}, {"stands for"}, number_column("number"), {"values"}};
  for (const SweepReport::Axis& a : r.axes) {
    std::string places;
    for (const auto& f : a.flags) places += (places.empty() ? "" : ", ") + place_of(f);
    t.rows.push_back({a.name, places, std::to_string(a.values.size()), values_of(a)});
  }
  s.blocks = {{std::move(t)}};
  s.blocks.push_back(
      {Widget{fmt::format("<details><summary>The whole description, with its boards and models "
                          "(YAML)</summary>\n<pre>{}</pre></details>\n",
                          escape_html(r.description)),
              {}}});
  return s;
}

std::string finding(const SweepReport& r) {
  if (!r.nothing.empty()) return fmt::format("{}: {}.", r.name, r.nothing);
  if (r.objectives.empty()) return "";
  const SweepObjective& o = r.objectives.front();
  const SweepReport::Metric* m = find_metric(r, o.metric);
  const auto best = ranked(r, o, r.feasible);
  if (m == nullptr || best.empty()) return "";
  const auto front = std::count(r.front.begin(), r.front.end(), true);
  std::string goals;
  for (const SweepObjective& g : r.objectives) {
    goals += fmt::format("{}{} {}", goals.empty() ? "" : " and ",
                         g.goal == Goal::max ? "more" : "less", metric_name(g.metric).name);
  }
  return fmt::format(
      "{}: of {} designs {} cannot be beaten by another in {}; the one with the {} {} ({}) has {}.",
      r.name, count(static_cast<double>(r.points.size())), front, goals,
      o.goal == Goal::max ? "most" : "least", metric_name(o.metric).name,
      shown(o.metric, m->values[best.front()]), setting(r, best.front()));
}

Widget explorer(const SweepReport& r) {
  const std::string figure = fmt::format(
      "<figure class=\"live\">\n<figcaption>Points of the sweep</figcaption>\n"
      "<div class=\"vega\" role=\"img\" aria-label=\"{}\"></div>\n"
      "<p class=\"note\">Simulated: one run per point. Power and energy include: {}. Large marks "
      "joined by the line: "
      "the front of the two figures shown, among the points that pass; crosses: points that do not "
      "fit the device or break a requirement. Of points of one colour on one spot one is drawn. "
      "Drag over the picture to choose points, click one to select it.</p>\n"
      "<p class=\"actions\"><button type=\"button\" class=\"copy\">Copy specification</button>"
      "<button type=\"button\" class=\"save\">Save as SVG</button></p>\n</figure>\n",
      escape_html(fmt::format("{} points", r.points.size())), escape_html(r.boundary));
  return {
      "<noscript><p>The explorer needs JavaScript; the front stands in the table "
      "below.</p></noscript>\n<div id=\"explorer\" class=\"explorer\">\n" +
          figure + "</div>\n" + script_element_of("sweep-data", sweep_data(r)) +
          script_element_of("sweep-chart", sweep_chart()),
      sweep_script};
}

}  // namespace

Page sweep_page(const SweepReport& r) {
  Page page;
  page.title = r.name;
  page.subtitle = "A sweep: many designs that differ in a few values, each simulated";
  page.tiles = tiles(r);
  page.finding = finding(r);
  page.notes = {
      fmt::format(
          "Power and energy include: {}. Tokens per second are those of all sequences together.",
          r.boundary),
      fmt::format("Numbers have six significant digits here, objectives all; {} holds every digit "
                  "and the energy of every component.",
                  r.file)};
  if (!r.where.empty()) page.notes.push_back("Only rows for which holds: " + r.where);
  if (r.fits_only) {
    page.notes.emplace_back(
        "A point that the device does not hold, by the area law, is not feasible. That law counts "
        "units, not routing: what fits may still not be built at its clock.");
  }
  const SweepReport::Metric* sampled = find_metric(r, "simulated_layers");
  if (sampled != nullptr && std::any_of(sampled->values.begin(), sampled->values.end(),
                                        [](double n) { return std::isfinite(n); })) {
    page.notes.emplace_back(
        "Points with a number of simulated layers are samples: so many blocks were simulated and "
        "stand for all of the model's.");
  }
  if (!r.points.empty()) {
    page.sections.push_back({"explore",
                             "Explore",
                             "Filters, picture and table show the same points.",
                             {{explorer(r)}}});
    const bool any = std::find(r.front.begin(), r.front.end(), true) != r.front.end();
    if (any) page.sections.push_back(front_section(r));
  }
  page.sections.push_back(failure_section(r));
  page.sections.push_back(description_section(r));
  page.footer = fmt::format("Made by {}, from {}.", r.tool, r.file);
  page.inputs = r.inputs;
  return page;
}

}  // namespace tritsim
