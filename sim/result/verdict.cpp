// SPDX-License-Identifier: Apache-2.0
#include "sim/result/verdict.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace tritsim {

bool Verdict::ok() const {
  return !judged() || std::abs(error()) <= tolerance;
}

ErrorSummary summarize(std::vector<double> errors) {
  ErrorSummary s;
  s.count = errors.size();
  if (errors.empty()) return s;
  for (double& e : errors) e = std::abs(e);
  std::sort(errors.begin(), errors.end());
  s.mean = std::accumulate(errors.begin(), errors.end(), 0.0) / static_cast<double>(s.count);
  s.median = (errors[(s.count - 1) / 2] + errors[s.count / 2]) / 2;
  s.worst = errors.back();
  return s;
}

ErrorSummary summarize(const std::vector<Verdict>& verdicts, Fitted which) {
  std::vector<double> errors;
  for (const Verdict& v : verdicts) {
    if (v.judged() && v.calibrated == (which == Fitted::calibrated)) errors.push_back(v.error());
  }
  return summarize(std::move(errors));
}

}  // namespace tritsim
