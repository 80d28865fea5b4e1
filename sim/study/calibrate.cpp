// SPDX-License-Identifier: Apache-2.0
#include "sim/study/calibrate.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/study/fit.hpp"

namespace tritsim {
namespace {

/// Relative error that measurements are taken to have where nothing shows how large it is.
constexpr double assumed_noise = 0.02;

/// A value with five significant digits, far more than any fit determines.
std::string short_number(double value, const Dimension& d) {
  const std::string text = d.units.empty() ? format_number(value) : format_quantity(value, d.units);
  const std::size_t end = std::min(text.find(' '), text.size());
  return fmt::format("{:.5g}{}", parse_number(text.substr(0, end)).value(), text.substr(end));
}

void refuse(const std::string& why) {
  throw ConfigError("calibrate: " + why);
}

}  // namespace

Calibration calibrate(const std::vector<CalibrationCase>& cases,
                      const std::vector<std::string>& paths) {
  if (paths.size() > cases.size()) {
    refuse(fmt::format("{} parameters and {} case{}: give at most as many parameters as cases",
                       paths.size(), cases.size(), cases.size() == 1 ? "" : "s"));
  }
  FitProcessors processors;
  std::vector<FitCase> models;
  models.reserve(cases.size());
  for (const CalibrationCase& c : cases) models.emplace_back(c, processors);
  FitCases all;
  for (const FitCase& m : models) all.push_back(&m);

  Parameters parameters;
  for (const std::string& path : paths) {
    const FitCoefficient first = all.front()->coefficient(path);
    parameters.push_back({first, {}});
    if (!(first.low < first.high)) refuse(path + " has no range to be fitted in");
    for (const FitCase* m : all) {
      if (!m->coefficient(path).same_figures(first)) {
        refuse(fmt::format("{} differs between the cases '{}' and '{}'; fit it on one of them",
                           path, all.front()->what().measurement.name, m->what().measurement.name));
      }
    }
  }
  const std::vector<std::size_t> free = indices_of(parameters);
  const std::vector<double> start = shares_of(parameters);
  const std::vector<double> before = errors_at(all, parameters, start);
  if (const Determination d = determination_at(all, parameters, free, start, before);
      !d.refusal.empty()) {
    refuse(d.refusal + "; " + d.remedy);
  }

  const std::vector<double> best = fit(all, parameters, free, start);
  const std::vector<double> after = errors_at(all, parameters, best);
  const Determination d = determination_at(all, parameters, free, best, after);
  if (!d.refusal.empty()) refuse(d.refusal + "; " + d.remedy);

  Calibration result;
  result.strongest_pair = d.strongest_pair;
  const std::size_t spare = cases.size() - paths.size();
  double squares = 0;
  for (const double e : after) squares += e * e;
  result.redundant = spare > 0;
  result.noise = result.redundant ? std::sqrt(squares / static_cast<double>(spare)) : assumed_noise;

  std::vector<std::string> names;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Verdict v = all[i]->judge(parameters, best);
    names.push_back(v.name);
    FittedCase c{v.name, v.quantity, v.unit, v.measured, before[i], after[i], {}};
    const auto place = static_cast<std::ptrdiff_t>(i);
    FitCases others = all;
    others.erase(others.begin() + place);
    std::vector<double> errors = before;
    errors.erase(errors.begin() + place);
    if (others.size() >= parameters.size() &&
        determination_at(others, parameters, free, start, errors).refusal.empty()) {
      const std::vector<double> without = fit(others, parameters, free, start);
      c.left_out = all[i]->error(parameters, without);
    }
    result.cases.push_back(std::move(c));
  }

  const std::string source =
      fmt::format("fitted by tritsim calibrate to: {}", fmt::join(names, "; "));
  result.overlay.source = source;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const FitParameter& p = parameters[i];
    const double fitted = p.at(best[i]);
    const double uncertainty = result.noise * d.uncertainty[i] * (p.high - p.low);
    result.parameters.push_back({p.path, std::string(p.dimension.unit), p.low, p.value, p.high,
                                 fitted, uncertainty, best[i] < 1e-6 || best[i] > 1 - 1e-6});
    // Two standard deviations, but no wider than before.
    result.overlay.coefficients.push_back(
        {p.path, short_number(fitted, p.dimension),
         short_number(std::clamp(fitted - 2 * uncertainty, p.low, fitted), p.dimension),
         short_number(std::clamp(fitted + 2 * uncertainty, fitted, p.high), p.dimension), source,
         Confidence::calibrated});
  }
  return result;
}

}  // namespace tritsim
