// SPDX-License-Identifier: Apache-2.0
#include "reports/run/power.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include <fmt/format.h>

#include "reports/run/sections.hpp"
#include "reports/text/number.hpp"
#include "sim/result/activity_bins.hpp"

namespace tritsim {
namespace {

constexpr std::size_t chart_bins = 120;

/// Stacked by component, the largest at the bottom; beyond eight together as "other".
ColumnChart power_chart(const Result& r, const PowerSeries& s, const std::string& title) {
  constexpr std::array<int, 8> colours{1, 2, 3, 5, 6, 4, 9, 8};
  ColumnChart chart;
  chart.text = {
      title, "W",
      fmt::format("Mean power in {} bins of {}; over the whole run they sum to its energy.",
                  s.bins(), si(s.bin.si(), "s")),
      energy_boundary(r), "Power over time"};
  chart.axis = "time";
  chart.bin_unit = "s";
  chart.begin = s.begin.si();
  chart.bin = s.bin.si();
  std::vector<std::size_t> order(s.components.size());
  std::iota(order.begin(), order.end(), 0);
  const auto sum = [&](std::size_t c) {
    return std::accumulate(s.energy[c].begin(), s.energy[c].end(), 0.0);
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return sum(a) > sum(b); });
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::size_t at = std::min(i, colours.size() - 1);
    if (at == chart.series.size()) {
      const bool shared = at + 1 == colours.size() && order.size() > colours.size();
      chart.series.push_back({shared ? "other" : s.components[order[i]], colours.at(at)});
      chart.values.emplace_back(s.bins());
    }
    for (std::size_t bin = 0; bin < s.bins(); ++bin) {
      chart.values[at][bin] += s.energy[order[i]][bin] / s.bin.si();
    }
  }
  return chart;
}

/// Mean, maximum and minimum of each component over the bins, and its part of the peak.
Table component_table(const PowerSeries& s) {
  Table t;
  t.title = "Power by component over the run";
  t.columns = {{"component"},
               number_column("mean"),
               number_column("lowest"),
               number_column("highest"),
               number_column("at the peak of the total")};
  const std::size_t peak = s.peak();
  const auto watts = [&](double joules) { return si(joules / s.bin.si(), "W"); };
  const auto row = [&](const std::string& name, const std::vector<double>& bins) {
    double sum = 0;
    for (const double e : bins) sum += e;
    const auto [least, most] = std::minmax_element(bins.begin(), bins.end());
    t.rows.push_back({name, watts(sum / static_cast<double>(bins.size())), watts(*least),
                      watts(*most), watts(bins[peak])});
  };
  std::vector<double> all(s.bins());
  for (std::size_t c = 0; c < s.components.size(); ++c) {
    row(s.components[c], s.energy[c]);
    for (std::size_t i = 0; i < all.size(); ++i) all[i] += s.energy[c][i];
  }
  row("total", all);
  t.last_is_total = true;
  t.note = fmt::format(
      "In {} bins of {}; shorter peaks are averaged out. Each component has its lowest and highest "
      "bin at its own time.",
      s.bins(), si(s.bin.si(), "s"));
  return t;
}

Table tail_table(const Result& r) {
  Table t;
  t.title = "Kernels idle at the end";
  t.columns = {{"kernel"},
               number_column("finished after"),
               number_column("idle until the end"),
               number_column("share")};
  for (const KernelResult& k : r.kernels) {
    const Time end = work_end(r, k);
    const Time tail = r.elapsed - end;
    t.rows.push_back({k.name, si(end.si(), "s", 4), si(tail.si(), "s"),
                      percent(ratio(tail.si(), r.elapsed.si()))});
  }
  t.note = r.rounds > 1 ? "Summed over the rounds." : "";
  return t;
}

}  // namespace

Section power_section(const Result& r, const EnergyAccount& account) {
  Section s{"power", "Power over time", "", {}};
  const PowerSeries whole = power_over_time(r, account, Time{}, r.elapsed, chart_bins);
  const Power mean = account.total().value / r.elapsed;
  s.text = fmt::format("{} on average, peak {} over {}.", si(mean.si(), "W"),
                       si(whole.power(whole.peak()).si(), "W"), si(whole.bin.si(), "s"));
  s.blocks = {{power_chart(r, whole, "Power over the run"), Block::Where::documents},
              {component_table(whole)},
              {tail_table(r), Block::Where::documents}};
  if (r.steps > 1) {
    const Time step = r.elapsed / (double{1} * r.rounds * r.steps);
    const PowerSeries one = power_over_time(r, account, step, step * 2.0, chart_bins);
    s.text += fmt::format(" Peak within the second token step: {} over {}.",
                          si(one.power(one.peak()).si(), "W"), si(one.bin.si(), "s"));
    s.blocks.insert(s.blocks.begin() + 1, {power_chart(r, one, "Power over the second token step"),
                                           Block::Where::documents});
  }
  return s;
}

std::string power_csv(const PowerSeries& s, const std::string& run) {
  Table t;
  t.columns = {{"time_s"}};
  for (const std::string& c : s.components) t.columns.push_back({c + "_w"});
  t.columns.push_back({"total_w"});
  t.columns.push_back({"run"});
  for (std::size_t i = 0; i < s.bins(); ++i) {
    std::vector<std::string> row{
        fmt::format("{:.9g}", (s.begin + s.bin * static_cast<double>(i)).si())};
    for (const auto& e : s.energy) row.push_back(fmt::format("{:.12g}", e[i] / s.bin.si()));
    row.push_back(fmt::format("{:.12g}", s.power(i).si()));
    row.push_back(run);
    t.rows.push_back(std::move(row));
  }
  return to_csv(t);
}

}  // namespace tritsim
