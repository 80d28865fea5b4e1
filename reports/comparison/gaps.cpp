// SPDX-License-Identifier: Apache-2.0
#include "reports/comparison/gaps.hpp"

#include <fmt/format.h>

#include "reports/text/number.hpp"

namespace tritsim {
namespace {

using Runs = std::vector<ComparedRun>;

Table waterfall_table(const Waterfall& w, const std::string& title, const char* unit,
                      std::size_t to) {
  Table t;
  t.title = title;
  t.columns = {{"step"}, number_column("change")};
  const double gap = w.last - w.first;
  const bool shares = w.has_shares();
  if (shares) t.columns.push_back(number_column("of the gap"));
  t.rows.push_back({letter(0), si(w.first, unit, 4), ""});
  for (const CostPart& s : w.steps) {
    t.rows.push_back(
        {s.cause, (s.value > 0 ? "+" : "") + si(s.value, unit), percent(ratio(s.value, gap))});
  }
  t.rows.push_back({letter(to), si(w.last, unit, 4), percent(1)});
  t.last_is_total = true;
  if (!shares && gap != 0) {
    t.note =
        fmt::format("The gap, {}{}, is smaller than the largest step: steps have no share of it.",
                    gap > 0 ? "+" : "", si(gap, unit));
  }
  return t;
}

/// The steps of one figure from the first run to another, as a chart and a table.
struct Gap {
  WaterfallChart chart;
  Table table;
};

struct GapText {
  const char* figure;
  const char* unit;
  std::string boundary;
  const char* law;
};

Gap gap_of(const Waterfall& w, const GapText& text, std::size_t to) {
  const std::string title = fmt::format("{} of the job, from A to {}", text.figure, letter(to));
  WaterfallChart c;
  c.text = {title, text.unit,
            "Simulated, then cut into causes: one change at a time, from the first run to the "
            "other; the steps add up.",
            text.boundary, text.law};
  c.first = {letter(0), w.first};
  for (const CostPart& s : w.steps) c.steps.push_back({s.cause, s.value});
  c.last = {letter(to), w.last};
  return {std::move(c), waterfall_table(w, title, text.unit, to)};
}

/// None where the jobs are not compared.
std::vector<Gap> gaps_of(const Runs& runs, std::size_t i) {
  const ComparedRun& a = runs.front();
  const ComparedRun& b = runs[i];
  if (!ratios_of(a, b).job) return {};
  const std::string energy = a.boundary == b.boundary
                                 ? a.boundary
                                 : fmt::format("A {}, {} {}", a.boundary, letter(i), b.boundary);
  return {gap_of(time_waterfall(a, b), {"Time", "s", "all that the runs include", "Issue"}, i),
          gap_of(energy_waterfall(a, b), {"Energy", "J", energy, "Energy"}, i)};
}

}  // namespace

std::optional<Section> gap_section(const std::vector<ComparedRun>& runs, std::size_t i,
                                   bool pictures) {
  std::vector<Gap> gaps = gaps_of(runs, i);
  if (gaps.empty()) return {};
  Section s;
  s.id = fmt::format("gap-{}{}", i + 1, pictures ? "" : "-steps");
  s.title = pictures ? fmt::format("Where the gap from A to {} comes from", letter(i))
                     : fmt::format("From A to {} in steps", letter(i));
  if (!pictures) {
    s.text = fmt::format("A: {}. {}: {}.", runs.front().label(), letter(i), runs[i].label());
  }
  for (Gap& gap : gaps) {
    if (pictures) {
      s.blocks.push_back({std::move(gap.chart), Block::Where::documents});
    } else {
      s.blocks.push_back({std::move(gap.table)});
    }
  }
  return s;
}

std::vector<Table> waterfall_tables(const Runs& runs) {
  std::vector<Table> tables;
  for (std::size_t i = 1; i < runs.size(); ++i) {
    for (Gap& gap : gaps_of(runs, i)) tables.push_back(std::move(gap.table));
  }
  return tables;
}

}  // namespace tritsim
