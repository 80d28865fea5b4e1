// SPDX-License-Identifier: Apache-2.0
#include "sim/run/step_choice.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>

namespace tritsim {
namespace {

/// The steps that are simulated in any case, in their order, with gaps of even length between them.
std::vector<std::uint32_t> fixed_steps(std::uint32_t steps,
                                       const std::vector<std::uint32_t>& bends) {
  std::set<std::uint32_t> fixed{0, 1, steps - 2, steps - 1};
  for (const std::uint32_t bend : bends) {
    if (bend < steps) fixed.insert(bend);
  }
  std::vector<std::uint32_t> even;
  for (const std::uint32_t step : fixed) {
    if (!even.empty() && (step - even.back() - 1) % 2 == 1) even.push_back(even.back() + 1);
    even.push_back(step);
  }
  return even;
}

/// The value at `x` on the line through two points.
double on_line(double x, double x0, double y0, double x1, double y1) {
  return y0 + (y1 - y0) * (x - x0) / (x1 - x0);
}

}  // namespace

StepChoice::StepChoice(std::uint32_t steps, std::vector<std::uint32_t> bends) : steps_(steps) {
  const std::vector<std::uint32_t> fixed = fixed_steps(steps, bends);
  std::vector<Gap> gaps;
  for (std::size_t i = 1; i < fixed.size(); ++i) {
    if (const Gap gap{fixed[i - 1], fixed[i]}; gap.steps() > 0) gaps.push_back(gap);
  }
  for (const Gap& gap : gaps) split(gap);
  std::reverse(wanted_.begin(), wanted_.end());
  for (auto it = fixed.rbegin() + 1; it != fixed.rend(); ++it) wanted_.push_back(*it);
}

void StepChoice::split(const Gap& gap) {
  const std::uint32_t middle = gap.from + 1 + (gap.steps() - 2) / 4 * 2;
  splits_.push_back({gap, middle});
  wanted_.insert(wanted_.end(), {middle, middle + 1});
}

StepChoice::Next StepChoice::next() {
  if (wanted_.empty()) {
    refine();
    std::reverse(wanted_.begin(), wanted_.end());
  }
  const bool last = wanted_.empty();
  const std::uint32_t step = last ? steps_ - 1 : wanted_.back();
  if (!last) wanted_.pop_back();
  order_.push_back(step);
  return {step, last};
}

void StepChoice::ended(double time) {
  times_[order_[ended_++]] = time;
}

/// Enters the two halves of every gap whose middle has ended. Where times bend smoothly, lines over
/// both halves miss a sixth of what the middle was off by, times the steps; where they bend once, a
/// quarter in the mean of all places, half of it at most. A third is taken.
void StepChoice::settle_splits() {
  std::vector<Split> open;
  for (const Split& s : splits_) {
    const auto from = times_.find(s.gap.from);
    const auto to = times_.find(s.gap.to);
    const auto middle = times_.find(s.middle);
    if (from == times_.end() || to == times_.end() || middle == times_.end()) {
      open.push_back(s);
      continue;
    }
    const double off = std::abs(middle->second -
                                on_line(s.middle, s.gap.from, from->second, s.gap.to, to->second));
    for (Gap half : {Gap{s.gap.from, s.middle}, Gap{s.middle + 1, s.gap.to}}) {
      half.error = off / 3 * half.steps();
      if (half.steps() > 0) gaps_.push_back(half);
    }
  }
  splits_ = std::move(open);
}

double StepChoice::time_of_run() const {
  double time = 0;
  for (auto it = times_.begin(); it != times_.end(); ++it) {
    const auto next = std::next(it);
    const double skipped = next == times_.end() ? 0 : next->first - it->first - 1;
    time += it->second + (next == times_.end() ? 0 : skipped * (it->second + next->second) / 2);
  }
  return time;
}

double StepChoice::error() const {
  double error = 0;
  for (const Gap& gap : gaps_) error += gap.error;
  const double time = time_of_run();
  return time > 0 ? error / time : 0;
}

void StepChoice::refine() {
  settle_splits();
  if (gaps_.empty() || error() <= tolerance) return;
  const auto worst = std::max_element(gaps_.begin(), gaps_.end(),
                                      [](const Gap& a, const Gap& b) { return a.error < b.error; });
  const Gap gap = *worst;
  gaps_.erase(worst);
  split(gap);
}

std::map<std::uint32_t, std::uint32_t> StepChoice::folds() const {
  std::map<std::uint32_t, std::uint32_t> folds;
  for (auto it = times_.begin(); it != times_.end(); ++it) {
    folds[it->first] += 0;
    const auto next = std::next(it);
    if (next == times_.end()) break;
    const std::uint32_t skipped = next->first - it->first - 1;
    folds[it->first] += skipped / 2;
    folds[next->first] += skipped / 2;
  }
  return folds;
}

std::vector<double> sums_of_steps(const std::map<std::uint32_t, double>& figures,
                                  std::uint32_t steps) {
  std::vector<double> sums;
  sums.reserve(steps);
  double sum = 0;
  for (auto it = figures.begin(); it != figures.end(); ++it) {
    sum += it->second;
    sums.push_back(sum);
    const auto next = std::next(it);
    if (next == figures.end()) break;
    const double skipped = next->first - it->first - 1;
    const double before = sum;
    for (double n = 1; n <= skipped; ++n) {
      sums.push_back(before + n * it->second +
                     (next->second - it->second) * n * (n + 1) / 2 / (skipped + 1));
    }
    sum += skipped * (it->second + next->second) / 2;
  }
  return sums;
}

}  // namespace tritsim
