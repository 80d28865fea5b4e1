// SPDX-License-Identifier: Apache-2.0
#include "reports/study/leave_one_out_report.hpp"

#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "arch/base/units.hpp"
#include "reports/text/number.hpp"
#include "sim/result/verdict.hpp"

namespace tritsim {
namespace {

std::string signed_percent(const std::optional<double>& error) {
  return error ? fmt::format("{:+.1f} %", 100 * *error + 0.0) : "-";
}

/// A plain number has no unit that could take a prefix.
std::string shown(double value, const std::string& unit, int digits) {
  return unit.empty() ? significant(value, digits) : si(value, unit, digits);
}

Table parameter_table(const LeaveOneOut& l) {
  Table t;
  t.title = fmt::format("{}: calibrated parameters", l.subject);
  t.columns = {{"parameter"},
               number_column("range"),
               number_column("as shipped"),
               number_column("fitted to all figures"),
               {"note"}};
  for (const RefittedParameter& p : l.parameters) {
    const std::string name =
        p.together > 0 ? fmt::format("{} and {} more of its source", p.path, p.together) : p.path;
    const bool at_end = p.fitted && (std::fabs(*p.fitted - p.low) < 1e-6 * p.low ||
                                     std::fabs(*p.fitted - p.high) < 1e-6 * p.high);
    t.rows.push_back({name,
                      fmt::format("{} - {}", shown(p.low, p.unit, 3), shown(p.high, p.unit, 3)),
                      shown(p.shipped, p.unit, 4), p.fitted ? shown(*p.fitted, p.unit, 4) : "-",
                      at_end ? "at the end of its range" : p.note});
  }
  return t;
}

Table figure_table(const LeaveOneOut& l) {
  Table t;
  t.title = fmt::format("{}: each figure left out", l.subject);
  t.columns = {{"figure"},
               {"quantity"},
               number_column("error as shipped"),
               number_column("fitted to all"),
               number_column("left out"),
               {"why there is none"}};
  std::vector<double> errors;
  for (const LeftOutFigure& f : l.figures) {
    if (f.left_out) errors.push_back(*f.left_out);
    t.rows.push_back({f.name, f.quantity, signed_percent(f.shipped), signed_percent(f.fitted),
                      signed_percent(f.left_out), f.note});
  }
  t.note = "Left out: error on the figure when the parameters are fitted to all others.";
  if (const ErrorSummary e = summarize(std::move(errors)); e.count > 0) {
    t.note += fmt::format(" Mean {}, median {}, worst {}.", percent(e.mean), percent(e.median),
                          percent(e.worst));
  }
  if (l.never_fitted > 0) {
    t.note += fmt::format(" {} more of its figures are predicted: nothing was fitted to them.",
                          l.never_fitted);
  }
  return t;
}

void set_if(Node& n, const char* key, const std::optional<double>& value) {
  if (value) n.set(key, Node::of_number(format_number(*value)));
}

}  // namespace

std::vector<Table> leave_one_out_tables(const LeaveOneOut& l) {
  if (l.parameters.empty()) return {figure_table(l)};
  return {parameter_table(l), figure_table(l)};
}

Node leave_one_out_metrics(const LeaveOneOut& l) {
  Node parameters;
  parameters.kind = Node::Kind::sequence;
  for (const RefittedParameter& p : l.parameters) {
    Node n;
    n.set("path", Node::of_text(p.path));
    n.set("unit", Node::of_text(p.unit));
    n.set("low", Node::of_number(format_number(p.low)));
    n.set("high", Node::of_number(format_number(p.high)));
    n.set("shipped", Node::of_number(format_number(p.shipped)));
    set_if(n, "fitted", p.fitted);
    n.set("note", Node::of_text(p.note));
    parameters.items.push_back(std::move(n));
  }
  Node figures;
  figures.kind = Node::Kind::sequence;
  for (const LeftOutFigure& f : l.figures) {
    Node n;
    n.set("name", Node::of_text(f.name));
    n.set("quantity", Node::of_text(f.quantity));
    n.set("shipped", Node::of_number(format_number(f.shipped)));
    set_if(n, "fitted", f.fitted);
    set_if(n, "left_out", f.left_out);
    n.set("note", Node::of_text(f.note));
    figures.items.push_back(std::move(n));
  }
  Node out;
  out.set("subject", Node::of_text(l.subject));
  out.set("parameters", std::move(parameters));
  out.set("figures", std::move(figures));
  return out;
}

}  // namespace tritsim
