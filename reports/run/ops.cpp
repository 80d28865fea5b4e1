// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "reports/run/sections.hpp"
#include "reports/text/number.hpp"

namespace tritsim {
namespace {

/// Turns cycles of the whole run on the slowest kernel into time and share of a step.
class PerStep {
 public:
  PerStep(const Result& r, const RunFigures& f) : steps_(f.steps) {
    if (r.kernels.empty()) return;
    clock_ = r.kernels[f.slowest].core.clock;
    cycles_ = static_cast<double>(r.kernels[f.slowest].activity.cycles);
  }

  [[nodiscard]] double seconds(std::uint64_t cycles) const {
    return ratio(static_cast<double>(cycles), steps_ * clock_.si());
  }

  [[nodiscard]] std::string time(std::uint64_t cycles) const { return si(seconds(cycles), "s"); }

  [[nodiscard]] std::string share(std::uint64_t cycles) const {
    return percent(ratio(static_cast<double>(cycles), cycles_));
  }

  [[nodiscard]] double number(std::uint64_t n) const {
    return ratio(static_cast<double>(n), steps_);
  }

 private:
  double steps_;
  Frequency clock_;
  double cycles_ = 0;
};

constexpr const char* exposed_note =
    "Exposed: time that the op added to the total, beyond what overlapped with it. Busy: durations "
    "of its instructions, hidden or not.";

Table kind_table(const RunFigures& f, const PerStep& per) {
  Table t;
  t.title = "Latency by op kind";
  t.columns = {{"kind"},
               number_column("ops"),
               number_column("instructions"),
               number_column("exposed"),
               number_column("share"),
               number_column("busy")};
  for (const OpFigures& k : f.kinds) {
    if (k.instructions == 0) continue;
    t.rows.push_back({k.name, count(static_cast<double>(k.ops)), count(per.number(k.instructions)),
                      per.time(k.exposed), per.share(k.exposed), per.time(k.busy)});
  }
  t.note = exposed_note;
  return t;
}

BarChart kind_chart(const Result& r, const RunFigures& f, const PerStep& per) {
  BarChart chart;
  chart.text = {"Latency by op kind", "s",
                "Simulated: exposed time of a token step on the slowest kernel.", time_boundary(r),
                "Issue"};
  chart.series = {{"exposed", 1}};
  for (const OpFigures& k : f.kinds) {
    if (k.instructions == 0) continue;
    chart.bars.push_back({k.name,
                          {per.seconds(k.exposed)},
                          fmt::format("{}, {}", per.time(k.exposed), per.share(k.exposed)),
                          {}});
  }
  return chart;
}

Table top_table(const RunFigures& f, const PerStep& per) {
  constexpr std::size_t shown = 12;
  Table t;
  t.title = fmt::format("The {} ops that take longest, all layers together",
                        std::min(shown, f.roles.size()));
  t.columns = {{"op"},
               number_column("layers"),
               number_column("exposed"),
               number_column("share"),
               number_column("mean"),
               number_column("longest")};
  for (std::size_t i = 0; i < std::min(shown, f.roles.size()); ++i) {
    const OpFigures& o = f.roles[i];
    if (o.instructions == 0) continue;
    t.rows.push_back({o.name, count(static_cast<double>(o.ops)), per.time(o.exposed),
                      per.share(o.exposed), per.time(o.exposed / std::max<std::uint64_t>(1, o.ops)),
                      per.time(o.longest)});
  }
  return t;
}

/// The first of several consecutive layers with equal printed figures stands for all.
Table layer_table(const RunFigures& f, const PerStep& per) {
  Table t;
  t.title = "Latency by layer";
  t.columns = {{"layer"},
               number_column("instructions"),
               number_column("exposed"),
               number_column("share"),
               number_column("busy")};
  const auto figures = [&](const OpFigures& l) {
    return std::vector<std::string>{count(per.number(l.instructions)), per.time(l.exposed),
                                    per.share(l.exposed), per.time(l.busy)};
  };
  for (std::size_t i = 0; i < f.layers.size();) {
    std::vector<std::string> row = figures(f.layers[i]);
    std::size_t end = i + 1;
    while (end < f.layers.size() && figures(f.layers[end]) == row) ++end;
    const std::size_t more = end - i - 1;
    row.insert(row.begin(), more == 0 ? f.layers[i].name
                                      : fmt::format("{}, and {} like it", f.layers[i].name, more));
    t.rows.push_back(std::move(row));
    i = end;
  }
  t.note = "Figures are of one layer, also where others are like it.";
  return t;
}

/// Layers one by one, each cut into the kinds of its ops.
ColumnChart layer_chart(const Result& r, const RunFigures& f, const PerStep& per) {
  ColumnChart chart;
  chart.text = {"Latency by layer", "s",
                "Simulated: exposed time of a token step on the slowest kernel. Where two layers "
                "overlap, the "
                "time counts for the one that ends later. Ops outside the layers are left out.",
                time_boundary(r), "Issue"};
  chart.axis = "layer";
  if (f.layers.empty()) return chart;
  std::vector<double> rest;
  for (const OpFigures& kind : f.kinds) {
    std::vector<double> times(f.layers.size());
    for (const OpCycles& op : r.kernels[f.slowest].ops) {
      const auto layer = static_cast<std::size_t>(op.layer);
      if (op.kind != kind.name || op.layer < 0 || layer >= times.size()) continue;
      times[layer] += per.seconds(op.exposed);
    }
    if (std::all_of(times.begin(), times.end(), [](double t) { return t == 0; })) continue;
    if (chart.series.size() < series_colours.size()) {
      chart.series.push_back({kind.name, series_colours.at(chart.series.size())});
      chart.values.push_back(std::move(times));
      continue;
    }
    rest.resize(times.size());
    for (std::size_t i = 0; i < times.size(); ++i) rest[i] += times[i];
  }
  if (!rest.empty()) {
    chart.series.push_back({"other kinds", colour_of_the_rest});
    chart.values.push_back(std::move(rest));
  }
  return chart;
}

}  // namespace

Section op_section(const Result& r, const RunFigures& f) {
  const PerStep per(r, f);
  Section s{"ops", "Latency by op and layer", "", {}};
  if (!f.kernels.empty()) {
    s.text = fmt::format("One token step on {}, the slowest kernel.",
                         kernel_label(f.kernels[f.slowest]));
  }
  s.blocks = {{kind_chart(r, f, per), Block::Where::documents},
              {kind_table(f, per)},
              {top_table(f, per)},
              {layer_chart(r, f, per), Block::Where::documents},
              {layer_table(f, per)}};
  return s;
}

Section instruction_section(const Result& r, const RunFigures& f) {
  const PerStep per(r, f);
  Table t;
  t.title = "Cycles by instruction";
  t.columns = {
      {"instruction"}, number_column("busy"), number_column("exposed"), number_column("share")};
  t.note = exposed_note;
  if (!r.kernels.empty()) {
    for (const OpCycles& op : r.kernels[f.slowest].ops) {
      t.rows.push_back({op.name, count(static_cast<double>(op.busy)),
                        count(static_cast<double>(op.exposed)), per.share(op.exposed)});
    }
  }
  BarChart chart = kind_chart(r, f, per);
  chart.text.title = "Time by opcode";
  chart.text.note = "Simulated: exposed time of all instructions of an opcode.";
  Section s{"instructions", "Instructions", "", {}};
  s.blocks = {{std::move(chart), Block::Where::documents}, {std::move(t)}};
  return s;
}

}  // namespace tritsim
