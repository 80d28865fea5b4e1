// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "reports/run/sections.hpp"
#include "reports/text/number.hpp"

namespace tritsim {
namespace {

constexpr std::size_t most_bars = 7;

/// The largest bars; what is left over is one bar, the last.
void keep_largest(std::vector<Bar>& bars, const char* unit, double whole) {
  const auto length = [](const Bar& b) {
    double sum = 0;
    for (const double part : b.parts) sum += part;
    return sum;
  };
  std::erase_if(bars, [&](const Bar& b) { return !(length(b) > 0); });
  std::stable_sort(bars.begin(), bars.end(),
                   [&](const Bar& a, const Bar& b) { return length(a) > length(b); });
  if (bars.size() > most_bars) {
    Bar rest{fmt::format("{} others", bars.size() - most_bars + 1), {}, "", {}};
    rest.parts.resize(bars.front().parts.size());
    for (std::size_t i = most_bars - 1; i < bars.size(); ++i) {
      for (std::size_t p = 0; p < rest.parts.size(); ++p) rest.parts[p] += bars[i].parts[p];
    }
    bars.resize(most_bars - 1);
    bars.push_back(std::move(rest));
  }
  for (Bar& b : bars) {
    b.text = fmt::format("{}, {}", si(length(b), unit), percent(ratio(length(b), whole), 0));
  }
}

/// For the slowest kernel, including what it waits for at the end of a step.
BarChart time_chart(const Result& r, const RunFigures& f) {
  const KernelFigures& k = f.kernels[f.slowest];
  BarChart chart;
  chart.text = {fmt::format("Where the time of a {} goes{}", step_word(f),
                            f.kernels.size() > 1 ? fmt::format(" ({})", k.name) : ""),
                "s",
                "",
                time_boundary(r),
                "Issue",
                true};
  chart.series = {{"time", 1}};
  for (std::size_t i = 0; i < cycle_causes.size(); ++i) {
    chart.bars.push_back({cycle_causes[i].name, {k.shares[i] * k.step.si()}, "", {}});
  }
  chart.bars.push_back({"host", {std::max(0.0, (f.step - k.step).si())}, "", {}});
  keep_largest(chart.bars, "s", f.step.si());
  return chart;
}

BarChart energy_chart(const Result& r, const RunFigures& f) {
  BarChart chart;
  chart.text = {fmt::format("Where the energy {} goes", f.of_model ? "of a token" : "of the run"),
                "J",
                "",
                energy_boundary(r),
                "Energy",
                true};
  chart.series = {{"events", 1}, {"static", 2}};
  for (const ComponentFigures& c : f.components) {
    chart.bars.push_back(
        {c.name,
         {ratio(c.dynamic_part.si(), f.tokens), ratio(c.static_part.si(), f.tokens)},
         "",
         {}});
  }
  keep_largest(chart.bars, "J", f.per_token(f.energy).value);
  return chart;
}

}  // namespace

std::vector<Chart> overview_charts(const Result& r, const RunFigures& f) {
  if (f.kernels.empty() || !(f.tokens > 0) || !(f.step > Time{})) return {};
  std::vector<Chart> charts;
  if (r.what_if) {
    BarChart helps = what_if_chart(r, f);
    helps.text.compact = true;
    if (helps.bars.size() > most_bars) helps.bars.resize(most_bars);
    charts.emplace_back(std::move(helps));
  }
  charts.emplace_back(time_chart(r, f));
  charts.emplace_back(energy_chart(r, f));
  return charts;
}

}  // namespace tritsim
