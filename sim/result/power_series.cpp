// SPDX-License-Identifier: Apache-2.0
#include "sim/result/power_series.hpp"

#include <algorithm>

#include "sim/result/activity_bins.hpp"

namespace tritsim {
namespace {

/// What the energy of a term follows over time.
Course course_of(const EnergyTerm& t, const BoardSpec& board) {
  const std::string& component = t.follows.empty() ? t.component : t.follows;
  if (t.is_static || component == "host link" || component == "exchange" ||
      component == "links between cards") {
    return evenly;
  }
  if (component == "ternary adders" || component == "weight FIFO") return ternaries;
  if (component == "vector units") return elements;
  if (component == "vector registers") return registers;
  if (board.memory(component) == nullptr) return work;
  return t.cause.find("refresh") == std::string::npos ? memory : evenly;
}

}  // namespace

Energy PowerSeries::total(std::size_t at) const {
  double sum = 0;
  for (const auto& one : energy) sum += one[at];
  return Energy{sum};
}

std::size_t PowerSeries::peak() const {
  std::size_t best = 0;
  for (std::size_t i = 1; i < bins(); ++i) {
    if (total(i) > total(best)) best = i;
  }
  return best;
}

PowerSeries power_over_time(const Result& r, const EnergyAccount& account, Time begin, Time end,
                            std::size_t n) {
  PowerSeries series{begin, (end - begin) / static_cast<double>(n), account.components(), {}};
  series.energy.assign(series.components.size(), std::vector<double>(n));
  const ActivityBins activity = activity_over_time(r, begin, end, n);

  for (const EnergyTerm& t : account.terms) {
    Course course = course_of(t, r.board);
    if (!(activity.whole[course] > 0)) course = evenly;
    const auto at = static_cast<std::size_t>(
        std::find(series.components.begin(), series.components.end(), t.component) -
        series.components.begin());
    const double energy = t.energy().value.si();
    for (std::size_t i = 0; i < n; ++i) series.energy[at][i] += energy * activity.shares[i][course];
  }
  return series;
}

}  // namespace tritsim
