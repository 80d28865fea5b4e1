// SPDX-License-Identifier: Apache-2.0
#include "reports/validation_report.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "arch/units.hpp"
#include "reports/number.hpp"

namespace tritsim {
namespace {

std::string shown(const Verdict& v, double value) {
  if (v.unit.empty()) return count(value);
  if (v.quantity == "tokens/s") return significant(value, 4);
  return si(value, v.unit, 4);
}

std::string judgement(const Verdict& v) {
  return v.ok() ? "ok" : "OUTSIDE";
}

std::vector<Verdict> those_judged(const std::vector<Verdict>& verdicts) {
  std::vector<Verdict> out;
  std::copy_if(verdicts.begin(), verdicts.end(), std::back_inserter(out),
               [](const Verdict& v) { return v.judged(); });
  return out;
}

std::vector<std::string> quantities_of(const std::vector<Verdict>& verdicts) {
  std::vector<std::string> names;
  for (const Verdict& v : verdicts) {
    if (std::find(names.begin(), names.end(), v.quantity) == names.end()) {
      names.push_back(v.quantity);
    }
  }
  return names;
}

std::vector<std::string> error_row(const std::string& quantity, const char* which,
                                   const ErrorSummary& s) {
  return {quantity,          which,           std::to_string(s.count), percent(s.mean),
          percent(s.median), percent(s.worst)};
}

Node summary_node(const ErrorSummary& s) {
  Node n;
  n.set("count", Node::of_number(std::to_string(s.count)));
  n.set("mean", Node::of_number(format_number(s.mean)));
  n.set("median", Node::of_number(format_number(s.median)));
  n.set("worst", Node::of_number(format_number(s.worst)));
  return n;
}

const char* fit_of(const Verdict& v) {
  if (!v.judged()) return "projected";
  return v.calibrated ? "calibrated" : "predicted";
}

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
    "Measured: as published, sources below. Simulated: the run that the case describes. Bands: the "
    "tolerance that the case states. Projected figures are not among them.";
constexpr const char* boundary = "what the measurement of each case includes";

ErrorChart error_chart(const std::vector<Verdict>& verdicts) {
  ErrorChart chart;
  chart.text = {"Error of every case", "%", obtained, boundary, "Calibration"};
  chart.series = fits(verdicts);
  for (const Verdict& v : verdicts) {
    chart.lines.push_back(
        {fmt::format("{}, {}", v.name, v.quantity), fit_of(v), v.error(), v.tolerance});
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

Table source_table(const std::vector<Verdict>& verdicts) {
  Table t;
  t.title = "Where the measurements come from";
  t.columns = {{"case"}, {"inside the figure"}, {"source"}, {"note"}};
  for (const Verdict& v : verdicts) {
    const bool known = std::any_of(t.rows.begin(), t.rows.end(), [&](const auto& row) {
      return row[0] == v.name && row[1] == v.boundary && row[2] == v.source && row[3] == v.note;
    });
    if (!known) t.rows.push_back({v.name, v.boundary, v.source, v.note});
  }
  return t;
}

Tile error_tile(const char* label, const ErrorSummary& s) {
  return {label, s.count > 0 ? percent(s.mean) : "-",
          s.count > 0 ? fmt::format("median {}, worst {}, of {} figures", percent(s.median),
                                    percent(s.worst), s.count)
                      : "no such figures"};
}

}  // namespace

Page validation_page(const std::vector<Verdict>& all, const std::string& tool) {
  const std::vector<Verdict> verdicts = those_judged(all);
  Page page;
  page.title = "Validation";
  page.subtitle = "Published figures of real hardware beside what the simulator says of it";
  const auto outside =
      std::count_if(verdicts.begin(), verdicts.end(), [](const Verdict& v) { return !v.ok(); });
  const ErrorSummary predicted = summarize(verdicts, Fitted::predicted);
  page.tiles = {error_tile("Mean error, predicted", predicted),
                error_tile("Mean error, calibrated", summarize(verdicts, Fitted::calibrated)),
                {"Outside their tolerance", std::to_string(outside),
                 fmt::format("of {} figures", verdicts.size())}};
  if (predicted.count > 0) {
    page.finding = fmt::format(
        "Against {} published figures of real hardware to which nothing was fitted the simulator "
        "is "
        "off by {} on average and {} at worst; {} of all {} figures lie outside their tolerance.",
        predicted.count, percent(predicted.mean), percent(predicted.worst), outside,
        verdicts.size());
  }
  page.notes = {
      "Predicted: nothing in the simulator was fitted to the figure. Calibrated: something was, so "
      "its error says less.",
      "Projected: the source extrapolates and did not measure; a table of its own, never judged."};
  Section errors{"errors",
                 "Errors",
                 "",
                 {{error_chart(verdicts), Block::Where::documents}, {error_table(verdicts)}}};
  page.sections.push_back(std::move(errors));
  Section pairs{"pairs", "Simulated over measured", "On the dashed line both are equal.", {}};
  for (const std::string& quantity : quantities_of(verdicts)) {
    // Fewer than three points say no more than their rows in the table.
    if (std::count_if(verdicts.begin(), verdicts.end(),
                      [&](const Verdict& v) { return v.quantity == quantity; }) < 3) {
      continue;
    }
    pairs.blocks.push_back({scatter_chart(quantity, verdicts), Block::Where::documents});
  }
  pairs.blocks.push_back({verdict_table(verdicts)});
  page.sections.push_back(std::move(pairs));
  if (Table projected = projected_table(all); !projected.rows.empty()) {
    page.sections.push_back({"projected", "Projected, not measured", "", {{std::move(projected)}}});
  }
  page.sections.push_back({"sources", "Sources", "", {{source_table(all)}}});
  page.footer = fmt::format("Made by {}. The same numbers are in validation.json and .csv.", tool);
  return page;
}

std::string validation_csv(const std::vector<Verdict>& verdicts) {
  Table t;
  t.columns = {{"name"},     {"quantity"},  {"unit"}, {"measured"},   {"simulated"},
               {"error"},    {"tolerance"}, {"ok"},   {"calibrated"}, {"obtained"},
               {"boundary"}, {"source"},    {"note"}};
  const auto truth = [](bool is) { return std::string(is ? "true" : "false"); };
  for (const Verdict& v : verdicts) {
    t.rows.push_back({v.name, v.quantity, v.unit, format_number(v.measured),
                      format_number(v.simulated), format_number(v.error()),
                      format_number(v.tolerance), truth(v.ok()), truth(v.calibrated),
                      std::string(name_of(v.obtained)), v.boundary, v.source, v.note});
  }
  return to_csv(t);
}

Table verdict_table(const std::vector<Verdict>& verdicts) {
  Table t;
  t.title = "Measured and simulated";
  t.columns = {{"case"},
               {"quantity"},
               number_column("measured"),
               number_column("simulated"),
               number_column("error"),
               number_column("tolerance"),
               {"verdict"},
               {"fit"},
               {"obtained"}};
  for (const Verdict& v : those_judged(verdicts)) {
    t.rows.push_back({v.name, v.quantity, shown(v, v.measured), shown(v, v.simulated),
                      fmt::format("{:+.1f} %", 100 * v.error() + 0.0), percent(v.tolerance, 0),
                      judgement(v), v.calibrated ? "calibrated" : "predicted",
                      std::string(name_of(v.obtained))});
  }
  return t;
}

Table projected_table(const std::vector<Verdict>& verdicts) {
  Table t;
  t.title = "Projected by their authors, not measured";
  t.columns = {{"case"},
               {"quantity"},
               number_column("projected"),
               number_column("simulated"),
               number_column("simulated / projected")};
  for (const Verdict& v : verdicts) {
    if (v.judged()) continue;
    t.rows.push_back({v.name, v.quantity, shown(v, v.measured), shown(v, v.simulated),
                      significant(v.simulated / v.measured)});
  }
  t.note = "Never judged, in no summary.";
  return t;
}

Table error_table(const std::vector<Verdict>& verdicts) {
  Table t;
  t.title = "Absolute error";
  t.columns = {{"quantity"},
               {"figures"},
               number_column("cases"),
               number_column("mean"),
               number_column("median"),
               number_column("worst")};
  for (const std::string& quantity : quantities_of(verdicts)) {
    std::vector<Verdict> those;
    std::copy_if(verdicts.begin(), verdicts.end(), std::back_inserter(those),
                 [&](const Verdict& v) { return v.quantity == quantity; });
    for (const auto& [which, name] :
         {std::pair{Fitted::predicted, "predicted"}, std::pair{Fitted::calibrated, "calibrated"}}) {
      const ErrorSummary s = summarize(those, which);
      if (s.count > 0) t.rows.push_back(error_row(quantity, name, s));
    }
  }
  return t;
}

Node validation_metrics(const std::vector<Verdict>& verdicts) {
  Node out;
  out.set("ok", Node::of_boolean(std::all_of(verdicts.begin(), verdicts.end(),
                                             [](const Verdict& v) { return v.ok(); })));
  out.set("predicted", summary_node(summarize(verdicts, Fitted::predicted)));
  out.set("calibrated", summary_node(summarize(verdicts, Fitted::calibrated)));
  Node cases;
  cases.kind = Node::Kind::sequence;
  for (const Verdict& v : verdicts) {
    Node n;
    n.set("name", Node::of_text(v.name));
    n.set("quantity", Node::of_text(v.quantity));
    n.set("unit", Node::of_text(v.unit));
    n.set("measured", Node::of_number(format_number(v.measured)));
    n.set("simulated", Node::of_number(format_number(v.simulated)));
    n.set("error", Node::of_number(format_number(v.error())));
    n.set("tolerance", Node::of_number(format_number(v.tolerance)));
    n.set("ok", Node::of_boolean(v.ok()));
    n.set("calibrated", Node::of_boolean(v.calibrated));
    n.set("obtained", Node::of_text(std::string(name_of(v.obtained))));
    n.set("boundary", Node::of_text(v.boundary));
    n.set("source", Node::of_text(v.source));
    n.set("note", Node::of_text(v.note));
    cases.items.push_back(std::move(n));
  }
  out.set("cases", std::move(cases));
  return out;
}

}  // namespace tritsim
