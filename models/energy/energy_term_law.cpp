// SPDX-License-Identifier: Apache-2.0
#include "models/energy/energy_term_law.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace tritsim {
namespace {

/// Product of the values of a term's factors, those of `group` at one of their ends.
double product(const EnergyTerm& term, const std::string* group,
               const std::string& (*name_of)(const EnergyFactor&), double Ends::*end) {
  double all = term.count;
  for (const EnergyFactor& f : term.factors) {
    all *= group != nullptr && name_of(f) == *group ? f.ends.*end : f.ends.value;
  }
  return all;
}

/// The smallest and the largest value of a term over all ends of its factors.
std::pair<double, double> extremes(const EnergyTerm& term) {
  double least = term.count;
  double most = term.count;
  for (const EnergyFactor& f : term.factors) {
    const auto [low, high] = std::minmax({f.ends.at_low, f.ends.value, f.ends.at_high});
    (term.count < 0 ? most : least) *= low;
    (term.count < 0 ? least : most) *= high;
  }
  return {least, most};
}

const std::string& group_of(const EnergyFactor& f) {
  return f.moves_with();
}

template <class Text>
std::string joined(const std::vector<EnergyFactor>& factors, const char* between, Text&& text) {
  std::string all;
  for (const EnergyFactor& f : factors) {
    if (f.of_time) continue;
    if (!all.empty()) all += between;
    all += text(f);
  }
  return all;
}

}  // namespace

std::string EnergyTerm::coefficient() const {
  return joined(factors, " x ", [](const EnergyFactor& f) { return f.coefficient; });
}

std::string EnergyTerm::source() const {
  return joined(factors, "; ", [](const EnergyFactor& f) { return f.source; });
}

Confidence EnergyTerm::confidence() const {
  Confidence all = Confidence::cited;
  for (const EnergyFactor& f : factors) {
    if (!f.of_time) all = weaker(all, f.confidence);
  }
  return all;
}

Range<double> EnergyTerm::each() const {
  std::vector<EnergyFactor> own = factors;
  std::erase_if(own, [](const EnergyFactor& f) { return f.of_time; });
  return range_of(own);
}

Range<Energy> EnergyTerm::energy() const {
  const EnergyTerm* const self = this;
  return energy_range({&self, 1});
}

std::vector<Movement> movements(std::span<const EnergyTerm* const> terms,
                                const std::string& (*name_of)(const EnergyFactor&)) {
  std::vector<Movement> all;
  std::map<std::string, std::size_t> index;
  for (const EnergyTerm* t : terms) {
    const double value = product(*t, nullptr, name_of, &Ends::value);
    for (std::size_t i = 0; i < t->factors.size(); ++i) {
      const std::string& name = name_of(t->factors[i]);
      const auto [at, is_new] = index.try_emplace(name, all.size());
      if (is_new) all.push_back({name});
      const auto same = [&](const EnergyFactor& f) { return name_of(f) == name; };
      const auto here = t->factors.begin() + static_cast<std::ptrdiff_t>(i);
      if (std::any_of(t->factors.begin(), here, same)) continue;  // moved with the first of them
      all[at->second].at_low += product(*t, &name, name_of, &Ends::at_low) - value;
      all[at->second].at_high += product(*t, &name, name_of, &Ends::at_high) - value;
    }
  }
  return all;
}

Range<Energy> energy_range(std::span<const EnergyTerm* const> terms) {
  double value = 0;
  double least = 0;
  double most = 0;
  for (const EnergyTerm* t : terms) {
    value += product(*t, nullptr, group_of, &Ends::value);
    const auto [low, high] = extremes(*t);
    least += low;
    most += high;
  }
  double down = 0;
  double up = 0;
  for (const Movement& m : movements(terms, group_of)) {
    down = std::hypot(down, m.down());
    up = std::hypot(up, m.up());
  }
  // Sums of the same figures in another order may differ by their rounding: the value stays inside.
  double low = std::min(std::max(value - down, least), value);
  double high = std::max(std::min(value + up, most), value);
  if (value >= 0) low = std::max(low, 0.0);
  if (value < 0) high = std::min(high, 0.0);
  return {Energy{low}, Energy{value}, Energy{high}};
}

Range<double> range_of(const std::vector<EnergyFactor>& factors) {
  EnergyTerm one;
  one.count = 1;
  one.factors = factors;
  const Range<Energy> range = one.energy();
  return {range.low.si(), range.value.si(), range.high.si()};
}

}  // namespace tritsim
