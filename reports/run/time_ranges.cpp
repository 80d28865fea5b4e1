// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "reports/run/sections.hpp"
#include "reports/text/metric.hpp"
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
      "Each figure is a run with that coefficient at the end of its range and all others at "
      "their values. Coefficients are independent: their effects add in quadrature to the range of "
      "the time.";
  if (r.layers) text += fmt::format(" {} blocks stand for all.", *r.layers);
  if (r.steps < steps) {
    text += fmt::format(" {} token steps at {} positions stand for all.", r.steps, r.context);
  }
  return text;
}

Table table_of(const TimeRanges& ranges, const RangedTime& of) {
  const Range<double> range = ranges.range();
  Table t;
  t.title = fmt::format("Range of the time: {} to {} per {}", si(of.time.si() * range.low, "s", 4),
                        si(of.time.si() * range.high, "s", 4), of.what);
  t.columns = {{"coefficient"}, number_column("at low"), number_column("at high"), {"confidence"}};
  for (const FigureMovement& m : ranges.movements) {
    if (t.rows.size() == shown) break;
    t.rows.push_back(
        {m.coefficient, change(m.at_low), change(m.at_high), std::string(name_of(m.confidence))});
  }
  t.note = how_found(ranges, of.steps);
  if (ranges.movements.size() > shown) {
    t.note += fmt::format(" {} more are in result.json.", ranges.movements.size() - shown);
  }
  return t;
}

TornadoChart tornado(const TimeRanges& ranges, const RangedTime& of) {
  TornadoChart chart;
  chart.text = {fmt::format("Time of a {} when one coefficient alone moves", of.what), "s",
                how_found(ranges, of.steps), of.boundary, "Ranges"};
  for (const FigureMovement& m : ranges.movements) {
    if (chart.bars.size() == shown) break;
    chart.bars.push_back(
        {m.coefficient, of.time.si() * (m.at_low - 1), of.time.si() * (m.at_high - 1)});
  }
  return chart;
}

}  // namespace

std::vector<Block> time_range_blocks(const TimeRanges& ranges, const RangedTime& time) {
  if (ranges.movements.empty()) return {};
  return {{tornado(ranges, time), Block::Where::documents}, {table_of(ranges, time)}};
}

void add_time_ranges(Node& n, const TimeRanges& ranges, double rate) {
  const Range<double> time = ranges.range();
  n.set("relative_time", range_node(time));
  if (rate > 0) {
    n.set("tokens_per_s_low", number_node(rate / time.high));
    n.set("tokens_per_s_high", number_node(rate / time.low));
  }
  Node list;
  list.kind = Node::Kind::sequence;
  for (const FigureMovement& m : ranges.movements) {
    Node one;
    one.set("coefficient", Node::of_text(m.coefficient));
    one.set("confidence", Node::of_text(std::string(name_of(m.confidence))));
    one.set("at_low", number_node(m.at_low));
    one.set("at_high", number_node(m.at_high));
    list.items.push_back(std::move(one));
  }
  n.set("time_sensitivities", std::move(list));
}

}  // namespace tritsim
