// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "sim/study/fit.hpp"

namespace tritsim {
namespace {

/// Two parameters whose effects on the cases are more alike than this cannot be told apart.
constexpr double indistinguishable = 0.9999;

double dot_of_columns(const FitMatrix& j, std::size_t a, std::size_t b) {
  double sum = 0;
  for (const auto& row : j) sum += row[a] * row[b];
  return sum;
}

/// Inverse by Gauss-Jordan elimination with pivots; nothing if it is nearly singular.
std::optional<FitMatrix> inverse(FitMatrix a) {
  const std::size_t n = a.size();
  FitMatrix out(n, std::vector<double>(n));
  for (std::size_t i = 0; i < n; ++i) out[i][i] = 1;
  for (std::size_t c = 0; c < n; ++c) {
    std::size_t best = c;
    for (std::size_t r = c; r < n; ++r) {
      if (std::fabs(a[r][c]) > std::fabs(a[best][c])) best = r;
    }
    if (std::fabs(a[best][c]) < 1e-7) return {};
    std::swap(a[best], a[c]);
    std::swap(out[best], out[c]);
    const double pivot = a[c][c];
    for (std::size_t k = 0; k < n; ++k) {
      a[c][k] /= pivot;
      out[c][k] /= pivot;
    }
    for (std::size_t r = 0; r < n; ++r) {
      const double times = a[r][c];
      for (std::size_t k = 0; r != c && k < n; ++k) {
        a[r][k] -= times * a[c][k];
        out[r][k] -= times * out[c][k];
      }
    }
  }
  return out;
}

Determination determination(const FitMatrix& j, const Parameters& parameters,
                            const std::vector<std::size_t>& free) {
  Determination d;
  const std::size_t n = free.size();
  std::vector<double> norm(n);
  for (std::size_t p = 0; p < n; ++p) {
    norm[p] = std::sqrt(dot_of_columns(j, p, p));
    if (norm[p] < 1e-6) {
      d.refusal = fmt::format("{} moves none of the cases", parameters[free[p]].path);
      d.remedy = "leave it out";
      return d;
    }
  }
  FitMatrix correlation(n, std::vector<double>(n));
  for (std::size_t a = 0; a < n; ++a) {
    for (std::size_t b = 0; b < n; ++b) {
      correlation[a][b] = dot_of_columns(j, a, b) / (norm[a] * norm[b]);
      if (a == b) continue;
      d.strongest_pair = std::max(d.strongest_pair, std::fabs(correlation[a][b]));
      if (std::fabs(correlation[a][b]) > indistinguishable) {
        d.refusal = fmt::format("the cases cannot tell {} from {}", parameters[free[a]].path,
                                parameters[free[b]].path);
        d.remedy = "leave one out";
        return d;
      }
    }
  }
  const auto inverted = inverse(correlation);
  if (!inverted) {
    d.refusal = "the cases do not determine the parameters together";
    d.remedy = "leave one out";
    return d;
  }
  for (std::size_t p = 0; p < n; ++p) {
    d.uncertainty.push_back(std::sqrt(std::max((*inverted)[p][p], 0.0)) / norm[p]);
  }
  return d;
}

}  // namespace

Determination determination_at(const FitCases& cases, const Parameters& parameters,
                               const std::vector<std::size_t>& free,
                               const std::vector<double>& shares,
                               const std::vector<double>& errors) {
  return determination(jacobian(cases, parameters, free, shares, errors), parameters, free);
}

}  // namespace tritsim
