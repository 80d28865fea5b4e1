// SPDX-License-Identifier: Apache-2.0
#include "sim/result/power_series.hpp"

#include <algorithm>

#include "sim/result/activity_bins.hpp"

namespace tritsim {
namespace {

/// What a term's energy follows over time.
Course course_of(const EnergyTerm& t) {
  if (t.is_static) return evenly;
  switch (t.use) {
    case EnergyUse::idle:
    case EnergyUse::refresh:
    case EnergyUse::host_link:
    case EnergyUse::host:
    case EnergyUse::exchange:
    case EnergyUse::card_links:
      return evenly;
    case EnergyUse::adders:
    case EnergyUse::multipliers:
    case EnergyUse::weight_fifo:
      return matrix_operations;
    case EnergyUse::vector_units:
      return elements;
    case EnergyUse::registers:
      return registers;
    case EnergyUse::memory:
      return memory;
    case EnergyUse::decoders:
    case EnergyUse::attention:
    case EnergyUse::tables:
    case EnergyUse::prompt:
      break;
  }
  return work;
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
    Course course = course_of(t);
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
