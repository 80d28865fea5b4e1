// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "reports/run/sections.hpp"
#include "reports/text/number.hpp"

namespace tritsim {
namespace {

const char* per_what(const RunFigures& f) {
  return f.of_model ? "per token" : "of the run";
}

BarChart energy_chart(const RunFigures& f, const std::string& boundary) {
  BarChart chart;
  chart.text = {
      fmt::format("Energy {} by component", per_what(f)), "J",
      "Event counts x energy per event, plus time x power; coefficients and sources below. "
      "Whiskers: low to high end of the coefficients.",
      boundary, "Energy"};
  chart.series = {{"dynamic (events)", 1}, {"static (over time)", 2}};
  std::vector<ComponentFigures> sorted = f.components;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.energy.value > b.energy.value; });
  for (const ComponentFigures& c : sorted) {
    if (!(f.tokens > 0)) break;
    const Range<double> each = f.per_token(c.energy);
    chart.bars.push_back({c.name,
                          {c.dynamic_part.si() / f.tokens, c.static_part.si() / f.tokens},
                          fmt::format("{}, {}", si(each.value, "J"),
                                      percent(ratio(c.energy.value.si(), f.energy.value.si()))),
                          each});
  }
  return chart;
}

std::vector<std::string> component_row(const RunFigures& f, const ComponentFigures& c) {
  const auto each = [&](Energy e) { return si(ratio(e.si(), f.tokens), "J"); };
  return {c.name,
          each(c.dynamic_part),
          each(c.static_part),
          si(f.per_token(c.energy), "J"),
          percent(ratio(c.energy.value.si(), f.energy.value.si())),
          si(c.power, "W")};
}

Table component_table(const RunFigures& f) {
  Table t;
  t.title = fmt::format("Energy {} by component", per_what(f));
  t.columns = {{"component"},           number_column("dynamic"),
               number_column("static"), number_column("sum (low - high)"),
               number_column("share"),  number_column("average power (low - high)")};
  ComponentFigures all{"total", f.energy, {}, {}, f.power};
  for (const ComponentFigures& c : f.components) {
    t.rows.push_back(component_row(f, c));
    all.dynamic_part += c.dynamic_part;
    all.static_part += c.static_part;
  }
  t.rows.push_back(component_row(f, all));
  t.last_is_total = true;
  t.note =
      "The range of the total is narrower than the sum of the ranges: independent coefficients add "
      "in quadrature.";
  return t;
}

Table term_table(const RunFigures& f, const EnergyAccount& account) {
  Table t;
  t.title = "Every term: count x coefficient";
  t.columns = {{"component"},
               {"counted"},
               number_column("count"),
               number_column("each (low - high)"),
               number_column("energy of the run (low - high)"),
               number_column("share"),
               {"confidence"}};
  for (const EnergyTerm& term : account.terms) {
    const Range<Energy> e = term.energy();
    t.rows.push_back({term.component, term.cause, si(term.count, term.is_static ? "s" : "", 4),
                      si(term.each(), term.is_static ? "W" : "J"), si(scaled(e, 1), "J"),
                      percent(ratio(e.value.si(), f.energy.value.si())),
                      std::string(name_of(term.confidence()))});
  }
  t.note =
      "Counts in seconds are static terms: time in a state, over all channels or cards, x power.";
  return t;
}

Table source_table(const EnergyAccount& account) {
  Table t;
  t.title = "Where the coefficients come from";
  t.columns = {{"component"}, {"coefficient"}, {"confidence"}, {"source"}};
  for (const EnergyTerm& term : account.terms) {
    const std::vector<std::string> row{term.component, term.coefficient(),
                                       std::string(name_of(term.confidence())), term.source()};
    if (std::find(t.rows.begin(), t.rows.end(), row) == t.rows.end()) t.rows.push_back(row);
  }
  t.note =
      "cited: stated by the source. derived: arithmetic on the source's figures. scaled: carried "
      "over "
      "from another part, process or width. assumed: an engineer's estimate. calibrated: fitted to "
      "the measurement that the source names.";
  return t;
}

}  // namespace

Section energy_section(const RunFigures& f, const EnergyAccount& account,
                       const std::string& boundary) {
  Section s{"energy", "Energy", "", {}};
  const Range<double> power = f.power;
  const double fixed = ratio(f.static_energy.value.si(), f.energy.value.si());
  if (f.elapsed > Time{}) {
    s.text = fmt::format(
        "{} on average: {} of work over {} without work. {} of the energy is static, drawn whether "
        "or not there is work.",
        si(power, "W"), si(f.active_power, "W"), si(f.static_power, "W"), percent(fixed));
  }
  s.blocks = {{energy_chart(f, boundary), Block::Where::documents},
              {component_table(f)},
              {term_table(f, account), Block::Where::documents},
              {source_table(account), Block::Where::documents}};
  for (Block& b : sensitivity_blocks(f, account, boundary)) s.blocks.push_back(std::move(b));
  return s;
}

}  // namespace tritsim
