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

bool Verdict::is_covered() const {
  constexpr double rounding = 1e-6;
  return measured >= low * (1 - rounding) && measured <= high * (1 + rounding);
}

Coverage coverage_of(const std::vector<Verdict>& verdicts) {
  Coverage c;
  for (const Verdict& v : verdicts) {
    if (!v.judged()) continue;
    ++(v.has_range() ? c.figures : c.without);
    if (v.has_range() && v.is_covered()) ++c.covered;
  }
  return c;
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

double ErrorGroup::bias() const {
  double sum = 0;
  for (const Verdict& v : verdicts) sum += v.error();
  return sum / static_cast<double>(verdicts.size());
}

double ErrorGroup::spread() const {
  const double mean = bias();
  double sum = 0;
  for (const Verdict& v : verdicts) sum += (v.error() - mean) * (v.error() - mean);
  return std::sqrt(sum / static_cast<double>(verdicts.size()));
}

bool ErrorGroup::is_biased() const {
  constexpr double worth_saying = 0.01;
  const double off = std::abs(bias());
  return verdicts.size() > 1 && off >= worth_saying && off > 2 * spread();
}

std::vector<ErrorGroup> by_hardware(const std::vector<Verdict>& verdicts) {
  std::vector<ErrorGroup> groups;
  for (const Verdict& v : verdicts) {
    if (!v.judged()) continue;
    const auto same = std::find_if(groups.begin(), groups.end(), [&](const ErrorGroup& g) {
      return g.hardware == v.hardware && g.quantity == v.quantity;
    });
    if (same != groups.end()) {
      same->verdicts.push_back(v);
      continue;
    }
    // End of the groups of the same hardware.
    auto place = groups.end();
    for (auto g = groups.begin(); g != groups.end(); ++g) {
      if (g->hardware == v.hardware) place = std::next(g);
    }
    groups.insert(place, {v.hardware, v.quantity, {v}});
  }
  return groups;
}

ErrorSummary summarize(const std::vector<Verdict>& verdicts, Fitted which) {
  std::vector<double> errors;
  for (const Verdict& v : verdicts) {
    if (v.judged() && v.calibrated == (which == Fitted::calibrated)) errors.push_back(v.error());
  }
  return summarize(std::move(errors));
}

}  // namespace tritsim
