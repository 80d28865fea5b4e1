// SPDX-License-Identifier: Apache-2.0
#include "reports/run/traffic.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include <fmt/format.h>

#include "reports/run/sections.hpp"
#include "reports/text/number.hpp"

namespace tritsim {
namespace {

constexpr std::size_t chart_bins = 120;

StepChart bandwidth_chart(const TrafficSeries& s, const std::string& title,
                          const std::string& boundary) {
  constexpr std::array<int, 8> colours{1, 2, 3, 5, 6, 4, 9, 8};
  StepChart chart;
  chart.text = {
      title, "B/s",
      fmt::format(
          "Bytes moved, in whole bursts, in {} bins of {}. One line for all the channels of a "
          "memory that are in use; dashed: their peak.",
          s.bins(), si(s.bin.si(), "s")),
      boundary, "Power over time"};
  chart.axis = "time";
  chart.bin_unit = "s";
  chart.begin = s.begin.si();
  chart.bin = s.bin.si();
  for (std::size_t m = 0; m < s.memories.size(); ++m) {
    const int colour = colours.at(m % colours.size());
    chart.series.push_back({s.memories[m].name, colour});
    std::vector<double>& values = chart.values.emplace_back();
    for (std::size_t i = 0; i < s.bins(); ++i) values.push_back(s.rate(m, i).si());
    if (s.memories[m].peak > Bandwidth{}) {
      chart.rules.push_back(
          {fmt::format("{}, peak", s.memories[m].name), s.memories[m].peak.si(), colour});
    }
  }
  return chart;
}

Table memory_table(const TrafficSeries& s) {
  Table t;
  t.title = "Memory traffic of the run";
  t.columns = {{"memory"},
               number_column("moved"),
               number_column("mean"),
               number_column("highest"),
               number_column("peak"),
               number_column("highest / peak")};
  for (const TrafficSeries::Memory& m : s.memories) {
    const double sum = std::accumulate(m.bytes.begin(), m.bytes.end(), 0.0);
    const double most = *std::max_element(m.bytes.begin(), m.bytes.end()) / s.bin.si();
    const bool limited = m.peak > Bandwidth{};
    t.rows.push_back({m.name, si(sum, "B"),
                      si(sum / (s.bin.si() * static_cast<double>(s.bins())), "B/s"),
                      si(most, "B/s"), limited ? si(m.peak.si(), "B/s") : "no limit",
                      limited ? percent(ratio(most, m.peak.si())) : "-"});
  }
  t.note = fmt::format("All channels in use; highest: the busiest of {} bins of {}.", s.bins(),
                       si(s.bin.si(), "s"));
  return t;
}

}  // namespace

Section traffic_section(const Result& r) {
  Section s{"bandwidth", "Memory bandwidth over time", "", {}};
  const TrafficSeries whole = traffic_over_time(r, Time{}, r.elapsed, chart_bins);
  s.blocks = {{bandwidth_chart(whole, "Memory bandwidth over the run", time_boundary(r)),
               Block::Where::documents},
              {memory_table(whole)}};
  if (r.steps > 1) {
    const Time step = r.elapsed / (double{1} * r.rounds * r.steps);
    const TrafficSeries one = traffic_over_time(r, step, step * 2.0, chart_bins);
    s.blocks.insert(
        s.blocks.begin() + 1,
        {bandwidth_chart(one, "Memory bandwidth over the second token step", time_boundary(r)),
         Block::Where::documents});
  }
  return s;
}

std::string bandwidth_csv(const TrafficSeries& s, const std::string& run) {
  Table t;
  t.columns = {{"time_s"}};
  for (const TrafficSeries::Memory& m : s.memories) t.columns.push_back({m.name + "_bytes_per_s"});
  t.columns.push_back({"total_bytes_per_s"});
  t.columns.push_back({"run"});
  for (std::size_t i = 0; i < s.bins(); ++i) {
    std::vector<std::string> row{
        fmt::format("{:.9g}", (s.begin + s.bin * static_cast<double>(i)).si())};
    double all = 0;
    for (std::size_t m = 0; m < s.memories.size(); ++m) {
      const double rate = s.rate(m, i).si();
      all += rate;
      row.push_back(fmt::format("{:.12g}", rate));
    }
    row.push_back(fmt::format("{:.12g}", all));
    row.push_back(run);
    t.rows.push_back(std::move(row));
  }
  return to_csv(t);
}

}  // namespace tritsim
