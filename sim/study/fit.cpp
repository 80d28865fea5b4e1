// SPDX-License-Identifier: Apache-2.0
#include "sim/study/fit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <numeric>
#include <stdexcept>

#include <fmt/format.h>
#include <nlopt.h>

#include "arch/base/reader.hpp"
#include "arch/base/writer.hpp"
#include "sim/study/validate.hpp"

namespace tritsim {
namespace {

/// What the objective needs.
struct Objective {
  const FitCases* cases;
  const Parameters* parameters;
  const std::vector<std::size_t>* free;
  std::vector<double> shares;
};

double sum_of_squares(unsigned n, const double* x, double* gradient, void* data) {
  auto& problem = *static_cast<Objective*>(data);
  for (unsigned p = 0; p < n; ++p) problem.shares[(*problem.free)[p]] = x[p];
  const std::vector<double> errors = errors_at(*problem.cases, *problem.parameters, problem.shares);
  if (gradient != nullptr) {
    const FitMatrix j =
        jacobian(*problem.cases, *problem.parameters, *problem.free, problem.shares, errors);
    for (unsigned p = 0; p < n; ++p) {
      gradient[p] = 0;
      for (std::size_t i = 0; i < errors.size(); ++i) gradient[p] += 2 * errors[i] * j[i][p];
    }
  }
  return std::inner_product(errors.begin(), errors.end(), errors.begin(), 0.0);
}

/// Whether the errors go up in steps of a clock, which have no slope.
bool stepped(const FitCases& cases, const FitParameter& p) {
  return p.is_timing() && std::any_of(cases.begin(), cases.end(),
                                      [](const FitCase* c) { return c->in_whole_clocks(); });
}

}  // namespace

std::vector<double> shares_of(const Parameters& parameters) {
  std::vector<double> shares;
  for (const FitParameter& p : parameters) shares.push_back(p.share());
  return shares;
}

std::vector<double> errors_at(const FitCases& cases, const Parameters& parameters,
                              const std::vector<double>& shares) {
  std::vector<double> errors;
  for (const FitCase* c : cases) errors.push_back(c->error(parameters, shares));
  return errors;
}

FitMatrix jacobian(const FitCases& cases, const Parameters& parameters,
                   const std::vector<std::size_t>& free, std::vector<double> shares,
                   const std::vector<double>& errors) {
  FitMatrix j(cases.size(), std::vector<double>(free.size()));
  for (std::size_t p = 0; p < free.size(); ++p) {
    const double before = shares[free[p]];
    // Memories answer at edges of their clock: a small step of a time would move nothing.
    const double step = stepped(cases, parameters[free[p]]) ? 0.2 : 1e-4;
    const double h = before + step <= 1 ? step : -step;
    shares[free[p]] = before + h;
    const std::vector<double> moved = errors_at(cases, parameters, shares);
    for (std::size_t i = 0; i < cases.size(); ++i) j[i][p] = (moved[i] - errors[i]) / h;
    shares[free[p]] = before;
  }
  return j;
}

std::vector<double> fit(const FitCases& cases, const Parameters& parameters,
                        const std::vector<std::size_t>& free, std::vector<double> shares) {
  const auto n = static_cast<unsigned>(free.size());
  std::vector<double> x;
  for (const std::size_t p : free) x.push_back(std::clamp(shares[p], 0.0, 1.0));
  const bool steps = std::any_of(free.begin(), free.end(),
                                 [&](std::size_t p) { return stepped(cases, parameters[p]); });
  // A figure in whole clocks goes up in steps, which have no slope.
  const std::unique_ptr<nlopt_opt_s, void (*)(nlopt_opt)> optimizer(
      nlopt_create(steps ? NLOPT_LN_COBYLA : NLOPT_LD_SLSQP, n), &nlopt_destroy);
  Objective problem{&cases, &parameters, &free, shares};
  nlopt_set_min_objective(optimizer.get(), &sum_of_squares, &problem);
  nlopt_set_lower_bounds1(optimizer.get(), 0);
  nlopt_set_upper_bounds1(optimizer.get(), 1);
  nlopt_set_xtol_abs1(optimizer.get(), steps ? 1e-3 : 1e-9);
  nlopt_set_stopval(optimizer.get(), 1e-16);
  nlopt_set_maxeval(optimizer.get(), 200);
  double least = 0;
  const nlopt_result outcome = nlopt_optimize(optimizer.get(), x.data(), &least);
  if (outcome < 0 && outcome != NLOPT_ROUNDOFF_LIMITED) {
    throw ConfigError(fmt::format("the fit did not end: {}", nlopt_result_to_string(outcome)));
  }
  for (unsigned p = 0; p < n; ++p) shares[free[p]] = x[p];
  return shares;
}

std::vector<std::size_t> indices_of(const Parameters& parameters) {
  std::vector<std::size_t> all(parameters.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

}  // namespace tritsim
