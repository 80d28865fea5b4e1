// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "reports/run/sections.hpp"
#include "reports/text/number.hpp"

namespace tritsim {
namespace {

constexpr std::size_t shown = 12;  ///< coefficients of a report; result.json has all

/// "+1.2 %", "-0.3 %".
std::string change(double factor) {
  return (factor > 1 ? "+" : "") + percent(factor - 1);
}

std::string how_found(const TimeRanges& r, std::uint32_t steps) {
  std::string text =
      "Each figure is a simulation with that coefficient at the end of its range and all others at "
      "their values. Coefficients are independent: their effects add in quadrature to the range of "
      "the time.";
  if (r.layers) text += fmt::format(" {} blocks stand for all.", *r.layers);
  if (r.steps < steps) {
    text += fmt::format(" {} token steps at {} positions stand for all.", r.steps, r.context);
  }
  return text;
}

Table table_of(const Result& result, const RunFigures& f) {
  const TimeRanges& ranges = *result.time_ranges;
  Table t;
  t.title = fmt::format("Range of the time: {} to {} per {}",
                        si(f.step.si() * f.relative_time.low, "s", 4),
                        si(f.step.si() * f.relative_time.high, "s", 4), step_word(f));
  t.columns = {{"coefficient"}, number_column("at low"), number_column("at high"), {"confidence"}};
  for (const FigureMovement& m : ranges.movements) {
    if (t.rows.size() == shown) break;
    t.rows.push_back(
        {m.coefficient, change(m.at_low), change(m.at_high), std::string(name_of(m.confidence))});
  }
  t.note = how_found(ranges, result.steps);
  if (ranges.movements.size() > shown) {
    t.note += fmt::format(" {} more are in result.json.", ranges.movements.size() - shown);
  }
  return t;
}

TornadoChart tornado(const Result& result, const RunFigures& f) {
  TornadoChart chart;
  chart.text = {fmt::format("Time of a {} when one coefficient alone moves", step_word(f)), "s",
                how_found(*result.time_ranges, result.steps), time_boundary(result), "Ranges"};
  for (const FigureMovement& m : result.time_ranges->movements) {
    if (chart.bars.size() == shown) break;
    chart.bars.push_back(
        {m.coefficient, f.step.si() * (m.at_low - 1), f.step.si() * (m.at_high - 1)});
  }
  return chart;
}

}  // namespace

std::vector<Block> time_range_blocks(const Result& result, const RunFigures& f) {
  if (!result.time_ranges || result.time_ranges->movements.empty()) return {};
  return {{tornado(result, f), Block::Where::documents}, {table_of(result, f)}};
}

}  // namespace tritsim
