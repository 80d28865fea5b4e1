// SPDX-License-Identifier: Apache-2.0
#include <functional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "arch/units.hpp"
#include "reports/comparison.hpp"
#include "reports/metric.hpp"
#include "reports/number.hpp"

namespace tritsim {
namespace {

using Runs = std::vector<ComparedRun>;

/// "A", "B", ...: a column has room for no more.
std::string letter(std::size_t i) {
  return i < 26 ? std::string(1, static_cast<char>('A' + i)) : fmt::format("#{}", i + 1);
}

Table side_by_side(const Runs& runs) {
  Table t;
  t.title = "Side by side";
  t.columns = {{"figure"}};
  for (std::size_t i = 0; i < runs.size(); ++i) t.columns.push_back(number_column(letter(i)));
  const auto row = [&](const char* name, const std::function<std::string(const ComparedRun&)>& f) {
    std::vector<std::string> cells{name};
    for (const ComparedRun& r : runs) cells.push_back(f(r));
    t.rows.push_back(std::move(cells));
  };
  using Part = EnergyAccount::Part;
  row("Tokens/s, all sequences",
      [](const auto& r) { return significant(1 / r.time_per_token(), 4); });
  row("Tokens/s, one sequence",
      [](const auto& r) { return significant(1 / r.time_per_token() / r.batch, 4); });
  row("Time to first token", [](const auto& r) { return si(r.first_token.si(), "s", 4); });
  row("Memory bytes per token", [](const auto& r) { return si(r.bytes / r.tokens, "B"); });
  row("Energy per token", [](const auto& r) { return si(r.energy_per_token().value, "J", 4); });
  row("... low to high", [](const auto& r) {
    const Range<double> e = r.energy_per_token();
    return fmt::format("{} - {}", si(e.low, "J"), si(e.high, "J"));
  });
  row("... of work alone",
      [](const auto& r) { return si(r.energy_per_token(Part::dynamic_part).value, "J"); });
  row("... drawn while time passes",
      [](const auto& r) { return si(r.energy_per_token(Part::static_part).value, "J"); });
  row("Average power",
      [](const auto& r) { return si(r.energy_per_token().value / r.time_per_token(), "W"); });
  row("Bound by", [](const auto& r) { return r.bound; });
  row("Energy boundary", [](const auto& r) { return r.boundary; });
  t.note =
      "Per token: elapsed time, bytes and energy of all sequences over their tokens. Ranges come "
      "from the energy coefficients.";
  return t;
}

Table ratio_table(const Runs& runs) {
  Table t;
  t.title = "Against A";
  t.columns = {{"run"},
               number_column("speed"),
               number_column("energy per token"),
               number_column("low"),
               number_column("high"),
               number_column("of work alone"),
               number_column("bytes")};
  const ComparedRun& a = runs.front();
  using Part = EnergyAccount::Part;
  const auto times = [](double x) { return significant(x) + " x"; };
  for (std::size_t i = 1; i < runs.size(); ++i) {
    const ComparedRun& b = runs[i];
    const Range<double> energy = energy_ratio(a, b);
    t.rows.push_back({letter(i), times(a.time_per_token() / b.time_per_token()),
                      times(energy.value), times(energy.low), times(energy.high),
                      times(b.energy_per_token(Part::dynamic_part).value /
                            a.energy_per_token(Part::dynamic_part).value),
                      times(ratio(b.bytes / b.tokens, a.bytes / a.tokens))});
  }
  t.note =
      "Speed above 1 is faster, energy below 1 is less. A coefficient that both runs share moves "
      "in both at once.";
  return t;
}

Table built_of(const Runs& runs) {
  Table t;
  t.title = "The runs";
  t.columns = {{""}, {"model"}, {"hardware"}, {"workload"}, {"built of"}};
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const ComparedRun& r = runs[i];
    t.rows.push_back({letter(i), r.model, r.hardware, r.workload,
                      fmt::format("{}", fmt::join(r.resources, "; "))});
  }
  return t;
}

Table parts_table(const Runs& runs, const char* title, const char* unit,
                  std::vector<CostPart> ComparedRun::*parts) {
  Table t;
  t.title = title;
  t.columns = {{"cause"}};
  for (std::size_t i = 0; i < runs.size(); ++i) t.columns.push_back(number_column(letter(i)));
  for (std::size_t i = 0; i < runs.size(); ++i) {
    for (const CostPart& p : runs[i].*parts) {
      std::size_t row = 0;
      while (row < t.rows.size() && t.rows[row][0] != p.cause) ++row;
      if (row == t.rows.size()) {
        t.rows.emplace_back(runs.size() + 1, "-");
        t.rows[row][0] = p.cause;
      }
      t.rows[row][i + 1] = si(p.value / runs[i].tokens, unit);
    }
  }
  return t;
}

Table waterfall_table(const Waterfall& w, const std::string& title, const char* unit,
                      std::size_t to) {
  Table t;
  t.title = title;
  t.columns = {{"step"}, number_column("change"), number_column("of the gap")};
  const double gap = w.last - w.first;
  t.rows.push_back({letter(0), si(w.first, unit, 4), ""});
  for (const CostPart& s : w.steps) {
    t.rows.push_back(
        {s.cause, (s.value > 0 ? "+" : "") + si(s.value, unit), percent(ratio(s.value, gap))});
  }
  t.rows.push_back({letter(to), si(w.last, unit, 4), percent(ratio(gap, gap))});
  t.last_is_total = true;
  return t;
}

WaterfallChart waterfall_chart(const Waterfall& w, const std::string& title, const char* unit,
                               std::size_t to, const std::string& boundary, const char* law) {
  WaterfallChart c;
  c.text = {
      title, unit,
      "Simulated, then cut into causes: one change at a time, from the first run to the other; "
      "the steps add up.",
      boundary, law};
  c.first = {letter(0), w.first};
  for (const CostPart& s : w.steps) c.steps.push_back({s.cause, s.value});
  c.last = {letter(to), w.last};
  return c;
}

/// The way of one figure from the first run to another, as a chart and a table.
struct Gap {
  WaterfallChart chart;
  Table table;
};

std::vector<Gap> gaps_of(const Runs& runs, std::size_t i) {
  const std::string& a = runs.front().boundary;
  const std::string& b = runs[i].boundary;
  const std::string energy = a == b ? a : fmt::format("A {}, {} {}", a, letter(i), b);
  const auto gap = [&](const Waterfall& w, const char* figure, const char* unit,
                       const std::string& boundary, const char* law) {
    const std::string title = fmt::format("{} per token, from A to {}", figure, letter(i));
    return Gap{waterfall_chart(w, title, unit, i, boundary, law),
               waterfall_table(w, title, unit, i)};
  };
  return {
      gap(time_waterfall(runs.front(), runs[i]), "Time", "s", "all that the runs include", "Issue"),
      gap(energy_waterfall(runs.front(), runs[i]), "Energy", "J", energy, "Energy")};
}

Section gap_section(const Runs& runs, std::size_t i) {
  Section s;
  s.id = fmt::format("gap-{}", i + 1);
  s.title = fmt::format("Where the gap from A to {} comes from", letter(i));
  s.text = fmt::format("A: {}. {}: {}.", runs.front().label(), letter(i), runs[i].label());
  for (Gap& gap : gaps_of(runs, i)) {
    s.blocks.push_back({std::move(gap.chart), Block::Where::documents});
    s.blocks.push_back({std::move(gap.table)});
  }
  return s;
}

Node parts_node(const std::vector<CostPart>& parts, double divisor) {
  Node n;
  n.kind = Node::Kind::map;
  for (const CostPart& p : parts) n.set(p.cause, number_node(p.value / divisor));
  return n;
}

Node waterfall_node(const Waterfall& w) {
  Node n;
  n.set("from", number_node(w.first));
  n.set("steps", parts_node(w.steps, 1));
  n.set("to", number_node(w.last));
  return n;
}

}  // namespace

Page comparison_page(const Runs& runs) {
  Page page;
  page.title = "Comparison";
  for (std::size_t i = 0; i < runs.size(); ++i) {
    page.subtitle += fmt::format("{}{}: {}", i > 0 ? "; " : "", letter(i), runs[i].label());
  }
  const ComparedRun& a = runs.front();
  for (std::size_t i = 1; i < runs.size(); ++i) {
    const ComparedRun& b = runs[i];
    const Range<double> energy = energy_ratio(a, b);
    page.finding += fmt::format(
        "{}{} makes {} times as many tokens a second as {}, at {} times the energy a token ({} to "
        "{}).",
        i > 1 ? " " : "", b.label(), significant(a.time_per_token() / b.time_per_token()),
        a.label(), significant(energy.value), significant(energy.low), significant(energy.high));
    page.tiles.push_back(
        {fmt::format("Speed of {} against A", letter(i)),
         significant(a.time_per_token() / b.time_per_token()) + " x",
         fmt::format("{} against {} tokens/s", significant(1 / b.time_per_token(), 4),
                     significant(1 / a.time_per_token(), 4))});
    page.tiles.push_back(
        {fmt::format("Energy per token of {} against A", letter(i)),
         significant(energy.value) + " x",
         fmt::format("{} to {} x", significant(energy.low), significant(energy.high))});
  }
  page.notes = {
      "Each run has the boundary of its own description; where boundaries differ (card, module, "
      "rail), energies compare only as far as that allows.",
      "Tokens: a board counts every token step of its sequences, prompts included unless its lanes "
      "take them as a phase of their own; a processor "
      "counts generated tokens, or those of the prompt if it generates none. With --prompt 0 both "
      "count the same."};
  page.sections.push_back(
      {"figures", "Figures", "", {{built_of(runs)}, {side_by_side(runs)}, {ratio_table(runs)}}});
  page.sections.push_back(
      {"causes",
       "Time and energy by cause",
       "What a token's time and the energy of its work go to.",
       {{parts_table(runs, "Time per token", "s", &ComparedRun::time)},
        {parts_table(runs, "Energy of work per token", "J", &ComparedRun::dynamic)}}});
  for (std::size_t i = 1; i < runs.size(); ++i) page.sections.push_back(gap_section(runs, i));
  return page;
}

Node comparison_metrics(const Runs& runs) {
  Node all;
  Node list;
  list.kind = Node::Kind::sequence;
  const ComparedRun& a = runs.front();
  using Part = EnergyAccount::Part;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const ComparedRun& r = runs[i];
    Node n;
    n.set("run", Node::of_text(letter(i)));
    n.set("model", Node::of_text(r.model));
    n.set("hardware", Node::of_text(r.hardware));
    n.set("workload", Node::of_text(r.workload));
    n.set("tokens_per_s", number_node(1 / r.time_per_token()));
    n.set("batch", number_node(r.batch));
    n.set("time_to_first_token_s", number_node(r.first_token.si()));
    n.set("memory_bytes_per_token", number_node(r.bytes / r.tokens));
    n.set("energy_per_token_j", range_node(r.energy_per_token()));
    n.set("dynamic_energy_per_token_j", range_node(r.energy_per_token(Part::dynamic_part)));
    n.set("power_w", number_node(r.energy_per_token().value / r.time_per_token()));
    n.set("bound", Node::of_text(r.bound));
    Node resources;
    resources.kind = Node::Kind::sequence;
    for (const std::string& text : r.resources) resources.items.push_back(Node::of_text(text));
    n.set("resources", std::move(resources));
    n.set("boundary", Node::of_text(r.boundary));
    n.set("time_per_token_by_cause_s", parts_node(r.time, r.tokens));
    n.set("dynamic_energy_per_token_by_cause_j", parts_node(r.dynamic, r.tokens));
    if (i > 0) {
      n.set("speed_ratio", number_node(a.time_per_token() / r.time_per_token()));
      n.set("energy_ratio", range_node(energy_ratio(a, r)));
      n.set("time_waterfall_s", waterfall_node(time_waterfall(a, r)));
      n.set("energy_waterfall_j", waterfall_node(energy_waterfall(a, r)));
    }
    list.items.push_back(std::move(n));
  }
  all.set("runs", std::move(list));
  return all;
}

std::vector<Table> waterfall_tables(const Runs& runs) {
  std::vector<Table> tables;
  for (std::size_t i = 1; i < runs.size(); ++i) {
    for (Gap& gap : gaps_of(runs, i)) tables.push_back(std::move(gap.table));
  }
  return tables;
}

std::string comparison_csv(const Runs& runs) {
  Table t;
  t.columns = {{"run"},          {"model"},         {"hardware"},        {"workload"},
               {"tokens_per_s"}, {"first_token_s"}, {"bytes_per_token"}, {"energy_per_token_j"},
               {"energy_low_j"}, {"energy_high_j"}, {"power_w"},         {"bound"}};
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const ComparedRun& r = runs[i];
    const Range<double> e = r.energy_per_token();
    t.rows.push_back({letter(i), r.model, r.hardware, r.workload,
                      format_number(1 / r.time_per_token()), format_number(r.first_token.si()),
                      format_number(r.bytes / r.tokens), format_number(e.value),
                      format_number(e.low), format_number(e.high),
                      format_number(e.value / r.time_per_token()), r.bound});
  }
  return to_csv(t);
}

}  // namespace tritsim
