// SPDX-License-Identifier: Apache-2.0
#include "reports/study/calibration_report.hpp"

#include <cmath>

#include <fmt/format.h>

#include "reports/text/number.hpp"

namespace tritsim {
namespace {

Table parameter_table(const Calibration& c) {
  Table t;
  t.title = "Fitted parameters";
  t.columns = {{"parameter"},           number_column("range before"), number_column("before"),
               number_column("fitted"), number_column("uncertainty"),  {"how well determined"}};
  for (const FittedParameter& p : c.parameters) {
    // A fit whose uncertainty is a third of the range or more has learnt little from the cases.
    const bool well = p.uncertainty < (p.high - p.low) / 6;
    t.rows.push_back({p.path, fmt::format("{} - {}", si(p.low, p.unit), si(p.high, p.unit)),
                      si(p.before, p.unit, 4), si(p.fitted, p.unit, 4),
                      "+/- " + si(p.uncertainty, p.unit),
                      p.at_bound ? "at the end of its range"
                      : well     ? "well"
                                 : "weakly"});
  }
  t.note = fmt::format(
      "Uncertainty: one standard deviation, for random errors of {} in the measurements ({}). "
      "Strongest correlation of two parameters: {}.",
      percent(c.noise), c.redundant ? "from the residuals" : "assumed: as many parameters as cases",
      significant(c.strongest_pair, 2));
  return t;
}

Table case_table(const Calibration& c) {
  Table t;
  t.title = "Cases";
  t.columns = {{"case"},
               {"quantity"},
               number_column("measured"),
               number_column("error before"),
               number_column("error fitted"),
               number_column("error left out")};
  const auto signed_percent = [](double e) { return (e < 0 ? "" : "+") + percent(e, 2); };
  double worst = 0;
  bool any = false;
  for (const FittedCase& f : c.cases) {
    if (f.left_out) {
      worst = std::max(worst, std::fabs(*f.left_out));
      any = true;
    }
    const bool rate = f.unit == "1/s";
    t.rows.push_back({f.name, f.quantity,
                      rate ? significant(f.measured, 4) : si(f.measured, f.unit, 4),
                      signed_percent(f.before), signed_percent(f.fitted),
                      f.left_out ? signed_percent(*f.left_out) : "not determined without it"});
  }
  t.note = "Left out: error of the case when the parameters are fitted to all others.";
  if (any) t.note += fmt::format(" Worst: {}.", percent(worst, 2));
  return t;
}

}  // namespace

std::vector<Table> calibration_tables(const Calibration& calibration) {
  return {parameter_table(calibration), case_table(calibration)};
}

}  // namespace tritsim
