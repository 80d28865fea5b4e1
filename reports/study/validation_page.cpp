// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "reports/study/part_report.hpp"
#include "reports/study/validation_report.hpp"
#include "reports/study/validation_tables.hpp"
#include "reports/text/number.hpp"

namespace tritsim {
namespace {

/// Those of the two kinds that occur, in colours of their own.
std::vector<Series> fits(const std::vector<Verdict>& verdicts) {
  std::vector<Series> out;
  for (const Series& s : {Series{"predicted", 1}, Series{"calibrated", 4}}) {
    if (std::any_of(verdicts.begin(), verdicts.end(),
                    [&](const Verdict& v) { return fit_of(v) == s.name; })) {
      out.push_back(s);
    }
  }
  return out;
}

constexpr const char* obtained =
    "Measured: as published, see the sources. Simulated: the run that the case describes. Bands: "
    "the "
    "tolerance that the case states. Projected figures are left out.";
constexpr const char* boundary = "what the measurement of each case includes";

ErrorChart error_chart(const std::vector<Verdict>& verdicts,
                       const std::vector<ErrorGroup>& groups) {
  ErrorChart chart;
  chart.text = {"Error of every figure, by hardware and quantity", "%",
                std::string("One mark per figure; the upright line is their bias. ") + obtained,
                boundary, "Calibration"};
  chart.series = fits(verdicts);
  for (const ErrorGroup& g : groups) {
    ErrorChart::Row row{fmt::format("{}, {}", g.hardware, g.quantity), {}, g.bias(), bias_text(g)};
    for (const Verdict& v : g.verdicts) {
      row.marks.push_back({v.name, fit_of(v), v.error(), v.tolerance});
    }
    chart.rows.push_back(std::move(row));
  }
  return chart;
}

ScatterChart scatter_chart(const std::string& quantity, const std::vector<Verdict>& all) {
  std::vector<Verdict> those;
  std::copy_if(all.begin(), all.end(), std::back_inserter(those),
               [&](const Verdict& v) { return v.quantity == quantity; });
  ScatterChart chart;
  const std::string& unit = those.front().unit;
  chart.text = {fmt::format("Simulated over measured: {}", quantity),
                unit.empty() || unit == "1/s" ? quantity : unit, obtained, boundary, "Calibration"};
  chart.series = fits(those);
  for (const Verdict& v : those) {
    if (v.measured > 0 && v.simulated > 0) {
      chart.points.push_back({v.name, fit_of(v), v.measured, v.simulated, v.tolerance});
    }
  }
  return chart;
}

/// Each once; a case refers to one by its place, counted from 1.
std::vector<std::string> sources_of(const std::vector<Verdict>& verdicts) {
  std::vector<std::string> out;
  for (const Verdict& v : verdicts) {
    if (std::find(out.begin(), out.end(), v.source) == out.end()) out.push_back(v.source);
  }
  return out;
}

std::string reference(const std::vector<std::string>& sources, const Verdict& v) {
  return fmt::format("[{}]",
                     std::find(sources.begin(), sources.end(), v.source) - sources.begin() + 1);
}

Table source_table(const std::vector<Verdict>& verdicts) {
  const std::vector<std::string> sources = sources_of(verdicts);
  Table t;
  t.title = "Where the measurements come from";
  t.columns = {{"number"}, number_column("figures"), {"source"}};
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const auto n = std::count_if(verdicts.begin(), verdicts.end(),
                                 [&](const Verdict& v) { return v.source == sources[i]; });
    t.rows.push_back({fmt::format("[{}]", i + 1), std::to_string(n), sources[i]});
  }
  return t;
}

/// Boundary and notes of the figures; cases that share both are one row.
Table note_table(const std::vector<Verdict>& verdicts) {
  const std::vector<std::string> sources = sources_of(verdicts);
  Table t;
  t.title = "What the figures include, and doubts about them";
  t.columns = {{"cases"}, {"inside the figure"}, {"note"}, {"source"}};
  for (const Verdict& v : verdicts) {
    const std::string source = reference(sources, v);
    const auto same = std::find_if(t.rows.begin(), t.rows.end(), [&](const auto& row) {
      return row[1] == v.boundary && row[2] == v.note && row[3] == source;
    });
    // Single kernels are too many to name.
    const std::string name = v.kernel.empty() ? v.name : v.hardware + ": " + v.kernel;
    if (same == t.rows.end()) {
      t.rows.push_back({name, v.boundary, v.note, source});
    } else if (v.kernel.empty() || !(*same)[0].ends_with(name)) {
      (*same)[0] += "; " + name;
    }
  }
  return t;
}

Table numbered(Table t, const std::vector<Verdict>& judged, const std::vector<Verdict>& all) {
  const std::vector<std::string> sources = sources_of(all);
  t.columns.push_back({"source"});
  for (std::size_t i = 0; i < t.rows.size(); ++i)
    t.rows[i].push_back(reference(sources, judged[i]));
  return t;
}

Tile error_tile(const char* label, const ErrorSummary& s) {
  return {label, s.count > 0 ? percent(s.mean) : "-",
          s.count > 0 ? fmt::format("median {}, worst {}, {} figures", percent(s.median),
                                    percent(s.worst), s.count)
                      : "no such figures"};
}

Tile coverage_tile(const std::vector<Verdict>& verdicts) {
  const Coverage c = coverage_of(verdicts);
  return {"Inside the simulated range",
          c.figures > 0
              ? percent(static_cast<double>(c.covered) / static_cast<double>(c.figures), 0)
              : "-",
          coverage_sentence(verdicts)};
}

Section pair_section(const std::vector<Verdict>& verdicts, const std::vector<Verdict>& all) {
  Section s{"pairs", "Simulated over measured", "On the dashed line both are equal.", {}};
  for (const std::string& quantity : quantities_of(verdicts)) {
    // A few points show no more than their rows in the table.
    if (std::count_if(verdicts.begin(), verdicts.end(),
                      [&](const Verdict& v) { return v.quantity == quantity; }) < 6) {
      continue;
    }
    s.blocks.push_back({scatter_chart(quantity, verdicts), Block::Where::documents});
  }
  s.blocks.push_back({numbered(verdict_table(verdicts), those_shown(verdicts), all)});
  return s;
}

}  // namespace

Page validation_page(const std::vector<Verdict>& all, const std::vector<PartVerdict>& parts,
                     const std::string& tool) {
  const std::vector<Verdict> verdicts = those_judged(all);
  const std::vector<ErrorGroup> groups = by_hardware(verdicts);
  Page page;
  page.title = "Validation";
  page.subtitle = "Published measurements of real hardware, and what the simulator says instead";
  const auto outside =
      std::count_if(verdicts.begin(), verdicts.end(), [](const Verdict& v) { return !v.ok(); });
  const ErrorSummary predicted = summarize(verdicts, Fitted::predicted);
  page.tiles = {error_tile("Mean error, predicted", predicted),
                error_tile("Mean error, calibrated", summarize(verdicts, Fitted::calibrated)),
                {"Outside their tolerance", std::to_string(outside),
                 fmt::format("of {} figures", verdicts.size())}};
  if (predicted.count > 0) {
    page.finding = fmt::format(
        "On {} published figures of real hardware that nothing was fitted to, the simulator is off "
        "by {} on average and by {} at worst; {} of all {} figures lie outside their tolerance.",
        predicted.count, percent(predicted.mean), percent(predicted.worst), outside,
        verdicts.size());
  }
  page.sections.push_back({"errors",
                           "Error of each board",
                           systematic_errors(groups),
                           {{error_chart(verdicts, groups), Block::Where::documents},
                            {bias_table(groups)},
                            {error_table(verdicts)}}});
  const Table kernels = kernel_table(verdicts);
  if (!kernels.rows.empty()) page.sections.front().blocks.push_back({kernels});
  if (have_ranges(verdicts)) {
    page.tiles.insert(page.tiles.end() - 1, coverage_tile(verdicts));
    page.sections.front().blocks.push_back({coverage_table(verdicts)});
  }
  page.sections.push_back(pair_section(verdicts, all));
  if (Table projected = projected_table(all); !projected.rows.empty()) {
    page.sections.push_back({"projected", "Projected, not measured", "", {{std::move(projected)}}});
  }
  if (Section areas = part_section(parts); !areas.blocks.empty()) {
    page.sections.push_back(std::move(areas));
  }
  page.sections.push_back({"sources", "Sources", "", {{source_table(all)}, {note_table(all)}}});
  page.notes = {
      "Predicted: nothing in the simulator was fitted to the figure. Calibrated: something was, so "
      "its error says less.",
      "Projected: the source extrapolates and did not measure; in a table of its own, not judged."};
  page.footer = fmt::format("Made by {}. The same numbers are in validation.json and .csv.", tool);
  return page;
}

}  // namespace tritsim
