// SPDX-License-Identifier: Apache-2.0
#include "reports/study/validation_report.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "arch/base/units.hpp"
#include "reports/study/validation_tables.hpp"
#include "reports/text/number.hpp"

namespace tritsim {
namespace {

std::string shown(const Verdict& v, double value) {
  if (v.unit.empty()) return count(value);
  if (v.quantity == "tokens/s") return significant(value, 4);
  return si(value, v.unit, 4);
}

/// "18.9 - 19.4", with a mark if it misses the measured figure.
std::string range_text(const Verdict& v) {
  if (!v.has_range()) return "-";
  return fmt::format("{} - {}{}", shown(v, v.low), shown(v, v.high), v.is_covered() ? "" : " *");
}

std::string judgement(const Verdict& v) {
  return v.ok() ? "ok" : "OUTSIDE";
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

Node number_of(double value) {
  return Node::of_number(format_number(value));
}

Node group_node(const ErrorGroup& g) {
  Node n;
  n.set("hardware", Node::of_text(g.hardware));
  n.set("quantity", Node::of_text(g.quantity));
  n.set("figures", Node::of_number(std::to_string(g.verdicts.size())));
  n.set("bias", number_of(g.bias()));
  n.set("spread", number_of(g.spread()));
  n.set("biased", Node::of_boolean(g.is_biased()));
  return n;
}

}  // namespace

const char* fit_of(const Verdict& v) {
  if (!v.judged()) return "projected";
  return v.calibrated ? "calibrated" : "predicted";
}

std::vector<Verdict> those_judged(const std::vector<Verdict>& verdicts) {
  std::vector<Verdict> out;
  std::copy_if(verdicts.begin(), verdicts.end(), std::back_inserter(out),
               [](const Verdict& v) { return v.judged(); });
  return out;
}

std::vector<Verdict> those_shown(const std::vector<Verdict>& verdicts) {
  std::vector<Verdict> judged = those_judged(verdicts);
  const auto of_kernel = [](const Verdict& v) { return !v.kernel.empty(); };
  if (!std::all_of(judged.begin(), judged.end(), of_kernel)) std::erase_if(judged, of_kernel);
  return judged;
}

bool have_ranges(const std::vector<Verdict>& verdicts) {
  return std::any_of(verdicts.begin(), verdicts.end(),
                     [](const Verdict& v) { return v.has_range() && !v.of_area; });
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

std::string bias_text(const ErrorGroup& g) {
  if (g.verdicts.size() == 1) return fmt::format("{:+.1f} %, 1 figure", 100 * g.bias() + 0.0);
  return fmt::format("{:+.1f} % bias, {} spread, {} figures", 100 * g.bias() + 0.0,
                     percent(g.spread()), g.verdicts.size());
}

std::string systematic_errors(const std::vector<ErrorGroup>& groups) {
  std::vector<std::string> found;
  for (const ErrorGroup& g : groups) {
    if (g.is_biased())
      found.push_back(fmt::format("{}, {}: {}", g.hardware, g.quantity, bias_text(g)));
  }
  if (found.empty()) return "No hardware is off to one side in all its figures of a quantity.";
  return fmt::format("Off to one side in all figures: {}.", fmt::join(found, "; "));
}

Table bias_table(const std::vector<ErrorGroup>& groups) {
  Table t;
  t.title = "Bias and spread by hardware";
  t.columns = {{"hardware"},
               {"quantity"},
               number_column("figures"),
               number_column("bias"),
               number_column("spread"),
               number_column("lowest"),
               number_column("highest"),
               {"fit"}};
  const auto signed_percent = [](double x) { return fmt::format("{:+.1f} %", 100 * x + 0.0); };
  for (const ErrorGroup& g : groups) {
    const auto [low, high] = std::minmax_element(
        g.verdicts.begin(), g.verdicts.end(),
        [](const Verdict& a, const Verdict& b) { return a.error() < b.error(); });
    const auto fitted = std::count_if(g.verdicts.begin(), g.verdicts.end(),
                                      [](const Verdict& v) { return v.calibrated; });
    t.rows.push_back({g.hardware, g.quantity, std::to_string(g.verdicts.size()),
                      signed_percent(g.bias()), g.verdicts.size() > 1 ? percent(g.spread()) : "-",
                      signed_percent(low->error()), signed_percent(high->error()),
                      fitted == 0                                      ? "predicted"
                      : fitted == static_cast<long>(g.verdicts.size()) ? "calibrated"
                                                                       : "both"});
  }
  t.note = "Bias: mean error. Spread: standard deviation of the errors around it. " +
           systematic_errors(groups);
  return t;
}

std::string validation_csv(const std::vector<Verdict>& verdicts) {
  Table t;
  t.columns = {{"name"},       {"hardware"}, {"quantity"}, {"unit"},   {"measured"},  {"simulated"},
               {"low"},        {"high"},     {"covered"},  {"error"},  {"tolerance"}, {"ok"},
               {"calibrated"}, {"obtained"}, {"boundary"}, {"source"}, {"note"}};
  const auto truth = [](bool is) { return std::string(is ? "true" : "false"); };
  for (const Verdict& v : verdicts) {
    t.rows.push_back({v.name, v.hardware, v.quantity, v.unit, format_number(v.measured),
                      format_number(v.simulated), format_number(v.low), format_number(v.high),
                      v.has_range() ? truth(v.is_covered()) : "", format_number(v.error()),
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
               number_column("range"),
               number_column("error"),
               number_column("tolerance"),
               {"verdict"},
               {"fit"},
               {"obtained"}};
  for (const Verdict& v : those_shown(verdicts)) {
    t.rows.push_back({v.name, v.quantity, shown(v, v.measured), shown(v, v.simulated),
                      range_text(v), fmt::format("{:+.1f} %", 100 * v.error() + 0.0),
                      percent(v.tolerance, 0), judgement(v),
                      v.calibrated ? "calibrated" : "predicted", std::string(name_of(v.obtained))});
  }
  constexpr std::ptrdiff_t range = 4;
  if (have_ranges(verdicts)) {
    t.note = "*: the range does not reach the measured figure. " + coverage_sentence(verdicts);
  } else {
    t.columns.erase(t.columns.begin() + range);
    for (auto& row : t.rows) row.erase(row.begin() + range);
  }
  return t;
}

Table kernel_table(const std::vector<Verdict>& verdicts) {
  Table t;
  t.title = "Single kernels";
  t.columns = {{"hardware"},
               {"kernel"},
               {"quantity"},
               {"figures"},
               number_column("cases"),
               number_column("mean"),
               number_column("median"),
               number_column("worst"),
               number_column("outside")};
  std::map<std::array<std::string, 3>, std::vector<Verdict>> groups;
  for (const Verdict& v : those_judged(verdicts)) {
    if (!v.kernel.empty()) groups[{v.hardware, v.kernel, v.quantity}].push_back(v);
  }
  for (const auto& [key, those] : groups) {
    for (const auto& [which, name] :
         {std::pair{Fitted::predicted, "predicted"}, std::pair{Fitted::calibrated, "calibrated"}}) {
      const ErrorSummary s = summarize(those, which);
      if (s.count == 0) continue;
      std::vector<std::string> row{key[0], key[1]};
      const auto errors = error_row(key[2], name, s);
      row.insert(row.end(), errors.begin(), errors.end());
      const bool fitted = which == Fitted::calibrated;
      row.push_back(std::to_string(std::count_if(those.begin(), those.end(), [&](const Verdict& v) {
        return v.calibrated == fitted && !v.ok();
      })));
      t.rows.push_back(std::move(row));
    }
  }
  t.note = "Outside: of their tolerance.";
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
  t.note = "Not judged, and in no summary.";
  return t;
}

Table error_table(const std::vector<Verdict>& verdicts) {
  Table t;
  t.title = "Absolute error by quantity";
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

std::string coverage_sentence(const std::vector<Verdict>& verdicts) {
  const Coverage c = coverage_of(verdicts);
  return fmt::format("{} of {} measured figures lie inside the range of the simulated one{}.",
                     c.covered, c.figures,
                     c.without > 0 ? fmt::format("; {} figures have no range, since no coefficient "
                                                 "with a range moves them",
                                                 c.without)
                                   : "");
}

Table coverage_table(const std::vector<Verdict>& verdicts) {
  Table t;
  t.title = "Measured figures inside the range of the simulated one";
  t.columns = {{"quantity"},
               number_column("with a range"),
               number_column("inside"),
               number_column("share"),
               number_column("without a range")};
  const auto add = [&](const std::string& name, const std::vector<Verdict>& those) {
    const Coverage c = coverage_of(those);
    const double all = static_cast<double>(c.figures);
    t.rows.push_back({name, std::to_string(c.figures), std::to_string(c.covered),
                      c.figures > 0 ? percent(static_cast<double>(c.covered) / all, 0) : "-",
                      std::to_string(c.without)});
  };
  for (const std::string& quantity : quantities_of(those_judged(verdicts))) {
    std::vector<Verdict> those;
    std::copy_if(verdicts.begin(), verdicts.end(), std::back_inserter(those),
                 [&](const Verdict& v) { return v.quantity == quantity; });
    add(quantity, those);
  }
  add("all", verdicts);
  t.last_is_total = true;
  t.note =
      "The aim is 90 %. A range is that of the coefficients: each that has one at its ends, with "
      "the run made again where it moves a time. What the model leaves out is not in it.";
  return t;
}

Node validation_metrics(const std::vector<Verdict>& verdicts) {
  Node out;
  out.set("ok", Node::of_boolean(std::all_of(verdicts.begin(), verdicts.end(),
                                             [](const Verdict& v) { return v.ok(); })));
  out.set("predicted", summary_node(summarize(verdicts, Fitted::predicted)));
  out.set("calibrated", summary_node(summarize(verdicts, Fitted::calibrated)));
  const Coverage covered = coverage_of(verdicts);
  Node coverage;
  coverage.set("figures", number_of(static_cast<double>(covered.figures)));
  coverage.set("covered", number_of(static_cast<double>(covered.covered)));
  coverage.set("without_range", number_of(static_cast<double>(covered.without)));
  out.set("coverage", std::move(coverage));
  Node groups;
  groups.kind = Node::Kind::sequence;
  for (const ErrorGroup& g : by_hardware(verdicts)) groups.items.push_back(group_node(g));
  out.set("groups", std::move(groups));
  Node cases;
  cases.kind = Node::Kind::sequence;
  for (const Verdict& v : verdicts) {
    Node n;
    n.set("name", Node::of_text(v.name));
    n.set("hardware", Node::of_text(v.hardware));
    n.set("quantity", Node::of_text(v.quantity));
    if (!v.kernel.empty()) n.set("kernel", Node::of_text(v.kernel));
    n.set("unit", Node::of_text(v.unit));
    n.set("measured", Node::of_number(format_number(v.measured)));
    n.set("simulated", Node::of_number(format_number(v.simulated)));
    n.set("low", number_of(v.low));
    n.set("high", number_of(v.high));
    n.set("covered", v.has_range() ? Node::of_boolean(v.is_covered()) : Node{});
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
