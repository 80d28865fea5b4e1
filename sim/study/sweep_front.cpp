// SPDX-License-Identifier: Apache-2.0
#include "sim/study/sweep_front.hpp"

#include <algorithm>
#include <numeric>

namespace tritsim {
namespace {

bool beats(const std::vector<double>& a, const std::vector<double>& b) {
  bool better = false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] > b[i]) return false;
    better |= a[i] < b[i];
  }
  return better;
}

}  // namespace

std::vector<bool> pareto_front(const std::vector<std::vector<double>>& costs) {
  // In lexical order no point is beaten by a later one, and every beaten point is beaten by one on
  // the front.
  std::vector<std::size_t> order(costs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return costs[a] < costs[b]; });
  std::vector<bool> in_front(costs.size(), false);
  std::vector<std::size_t> front;
  for (const std::size_t i : order) {
    const bool is_beaten = std::any_of(front.begin(), front.end(),
                                       [&](std::size_t f) { return beats(costs[f], costs[i]); });
    if (is_beaten) continue;
    in_front[i] = true;
    front.push_back(i);
  }
  return in_front;
}

}  // namespace tritsim
