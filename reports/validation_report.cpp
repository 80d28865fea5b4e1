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
  if (!v.judged()) return "not judged";
  return v.ok() ? "ok" : "OUTSIDE";
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

}  // namespace

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
  for (const Verdict& v : verdicts) {
    t.rows.push_back({v.name, v.quantity, shown(v, v.measured), shown(v, v.simulated),
                      fmt::format("{:+.1f} %", 100 * v.error() + 0.0), percent(v.tolerance, 0),
                      judgement(v), v.calibrated ? "calibrated" : "predicted",
                      std::string(name_of(v.obtained))});
  }
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
    n.set("source", Node::of_text(v.source));
    n.set("note", Node::of_text(v.note));
    cases.items.push_back(std::move(n));
  }
  out.set("cases", std::move(cases));
  return out;
}

}  // namespace tritsim
