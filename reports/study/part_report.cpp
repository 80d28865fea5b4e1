// SPDX-License-Identifier: Apache-2.0
#include "reports/study/part_report.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "reports/text/metric.hpp"
#include "reports/text/number.hpp"

namespace tritsim {
namespace {

std::string errors_text(const PartErrors& e) {
  if (e.count == 0) return "-";
  return fmt::format("{} / {} / {}", percent(e.median), percent(e.nine_in_ten), percent(e.worst));
}

template <class Choose>
std::vector<PartVerdict> chosen(const std::vector<PartVerdict>& all, Choose&& choose) {
  std::vector<PartVerdict> some;
  for (const PartVerdict& v : all) {
    if (choose(v)) some.push_back(v);
  }
  return some;
}

/// "12 of 12" whose blocks are as many as the law says.
std::string exact_text(const std::vector<PartVerdict>& verdicts,
                       std::optional<double> PartFigures::*what, double PartCounts::*law) {
  std::size_t all = 0;
  std::size_t exact = 0;
  for (const PartVerdict& v : verdicts) {
    const auto figure = v.point.figures.*what;
    if (!figure || (*figure == 0 && v.counts.*law == 0)) continue;
    ++all;
    exact += *figure == v.counts.*law ? 1 : 0;
  }
  return all == 0 ? "-" : fmt::format("{} of {}", exact, all);
}

void add_row(Table& t, std::string name, const std::vector<PartVerdict>& some) {
  const auto fitted = chosen(some, [](const PartVerdict& v) { return v.point.fitted; });
  const auto others = chosen(some, [](const PartVerdict& v) { return !v.point.fitted; });
  t.rows.push_back({std::move(name), fmt::format("{} / {}", fitted.size(), others.size()),
                    errors_text(errors_of(fitted, &PartVerdict::cell_error)),
                    errors_text(errors_of(others, &PartVerdict::cell_error)),
                    errors_text(errors_of(others, &PartVerdict::register_error)),
                    exact_text(some, &PartFigures::dsp, &PartCounts::dsp),
                    exact_text(some, &PartFigures::bram36, &PartCounts::bram36)});
}

std::string parameters_text(const SynthesisPoint& p) {
  std::string text;
  for (const std::string& name : parameters_of(p.part)) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, p.parameters.at(name));
  }
  return text;
}

Node optional_number(const std::optional<double>& x) {
  return x ? number_node(*x) : Node{};
}

Node counts_node(const PartCounts& c) {
  Node n;
  n.set("adder_bit", number_node(c.adder_bits));
  n.set("accumulator_bit", number_node(c.accumulator_bits));
  n.set("select_bit", number_node(c.select_bits));
  n.set("decoded_byte", number_node(c.decoded_bytes));
  n.set("table_cell", number_node(c.table_cells));
  n.set("memory_cells", number_node(c.memory_cells));
  n.set("register_bit", number_node(c.register_bits));
  return n;
}

Node point_node(const PartVerdict& v) {
  const PartFigures& f = v.point.figures;
  Node n;
  n.set("part", Node::of_text(std::string(name_of(v.point.part))));
  n.set("parameters", Node::of_text(parameters_text(v.point)));
  n.set("obtained", Node::of_text(std::string(name_of(v.obtained))));
  n.set("fitted", Node::of_boolean(v.point.fitted));
  n.set("counts", counts_node(v.counts));
  n.set("luts", optional_number(f.luts));
  n.set("luts_by_law", range_node({v.cells.low, v.cells.value, v.cells.high}));
  n.set("registers", optional_number(f.registers));
  n.set("registers_by_law", range_node({v.registers.low, v.registers.value, v.registers.high}));
  n.set("dsp", optional_number(f.dsp));
  n.set("dsp_by_law", number_node(v.counts.dsp));
  n.set("bram36", optional_number(f.bram36));
  n.set("bram36_by_law", number_node(v.counts.bram36));
  return n;
}

const char* fit_of(const PartVerdict& v) {
  if (v.obtained == Obtained::vendor_tool) return "vendor's tool";
  return v.point.fitted ? "open synthesis, fitted" : "open synthesis, not fitted";
}

ScatterChart part_chart(const std::vector<PartVerdict>& verdicts) {
  ScatterChart chart;
  chart.text = {"Logic cells of parts: area law over synthesis", "LUT",
                "Synthesised: by the tool that the measurement file names. Law: from the part's "
                "structure and the area table of its family.",
                "one part by itself: no routing, no shell around it", "Area"};
  chart.series = {
      {"open synthesis, not fitted", 1}, {"open synthesis, fitted", 4}, {"vendor's tool", 2}};
  for (const PartVerdict& v : verdicts) {
    if (v.point.figures.luts.value_or(0) <= 0 || v.cells.value <= 0) continue;
    chart.points.push_back({fmt::format("{}: {}", name_of(v.point.part), parameters_text(v.point)),
                            fit_of(v), *v.point.figures.luts, v.cells.value, 0});
  }
  std::erase_if(chart.series, [&](const Series& s) {
    return std::none_of(chart.points.begin(), chart.points.end(),
                        [&](const auto& point) { return point.series == s.name; });
  });
  return chart;
}

}  // namespace

Table part_table(const std::vector<PartVerdict>& verdicts) {
  Table t;
  t.title = "Area law and open synthesis, by part";
  t.columns = {{"part"},
               number_column("points fitted / not"),
               number_column("LUT, fitted"),
               number_column("LUT, not fitted"),
               number_column("registers, not fitted"),
               number_column("DSP exact"),
               number_column("BRAM exact")};
  const auto open =
      chosen(verdicts, [](const PartVerdict& v) { return v.obtained == Obtained::open_synthesis; });
  for (const auto& [kind, name] : EnumNames<PartKind>::names) {
    const auto some = chosen(open, [k = kind](const PartVerdict& v) { return v.point.part == k; });
    if (!some.empty()) add_row(t, std::string(name), some);
  }
  if (!open.empty()) add_row(t, "all", open);
  t.note = fmt::format(
      "Errors without sign: median / nine of ten / worst. Figures under {:.0f} are not in them.",
      PartVerdict::few);
  return t;
}

Table vendor_part_table(const std::vector<PartVerdict>& verdicts) {
  Table t;
  t.title = "Area law and parts that a vendor's tool synthesised";
  t.columns = {{"part"},
               number_column("LUT"),
               number_column("by the law"),
               number_column(""),
               number_column("registers"),
               number_column("by the law"),
               number_column(""),
               {"note"}};
  const auto cells = [](const std::optional<double>& figure, const AreaEstimate& law,
                        const std::optional<double>& error) {
    return std::vector<std::string>{
        figure ? count(*figure) : "-",
        fmt::format("{} ({} - {})", count(law.value), count(law.low), count(law.high)),
        error ? fmt::format("{:+.1f} %", 100 * *error) : "-"};
  };
  for (const PartVerdict& v : verdicts) {
    if (v.obtained != Obtained::vendor_tool) continue;
    std::vector<std::string> row{
        fmt::format("{}: {}", name_of(v.point.part), parameters_text(v.point))};
    for (const auto& some : {cells(v.point.figures.luts, v.cells, v.cell_error()),
                             cells(v.point.figures.registers, v.registers, v.register_error())}) {
      row.insert(row.end(), some.begin(), some.end());
    }
    row.push_back(v.point.note);
    t.rows.push_back(std::move(row));
  }
  return t;
}

Section part_section(const std::vector<PartVerdict>& verdicts) {
  Section section{"parts", "Areas of parts", "On the dashed line law and synthesis are equal.", {}};
  if (verdicts.empty()) return section;
  section.blocks.push_back({part_chart(verdicts), Block::Where::documents});
  for (Table table : {part_table(verdicts), vendor_part_table(verdicts)}) {
    if (!table.rows.empty()) section.blocks.push_back({std::move(table)});
  }
  return section;
}

Node part_metrics(const std::vector<PartVerdict>& verdicts) {
  Node all;
  all.kind = Node::Kind::sequence;
  for (const PartVerdict& v : verdicts) all.items.push_back(point_node(v));
  return all;
}

}  // namespace tritsim
