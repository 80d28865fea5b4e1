// SPDX-License-Identifier: Apache-2.0
#include "sim/result/monte_carlo.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <random>

namespace tritsim {
namespace {

/// Standard normal numbers by Box and Muller. std::normal_distribution may differ between
/// libraries, the engine does not.
class Normal {
 public:
  explicit Normal(std::uint64_t seed) : engine_(seed) {}

  double operator()() {
    if (has_spare_) {
      has_spare_ = false;
      return spare_;
    }
    const double radius = std::sqrt(-2 * std::log(uniform()));
    const double angle = 2 * std::numbers::pi * uniform();
    spare_ = radius * std::sin(angle);
    has_spare_ = true;
    return radius * std::cos(angle);
  }

 private:
  /// In (0, 1): the middles of 2^52 equal parts.
  double uniform() { return (static_cast<double>(engine_() >> 12) + 0.5) * 0x1p-52; }

  std::mt19937_64 engine_;
  double spare_ = 0;
  bool has_spare_ = false;
};

/// A term with its coefficients by number.
struct Priced {
  struct Factor {
    std::size_t coefficient;
    Ends ends;
  };

  double count = 0;
  std::vector<Factor> factors;
};

/// A factor with its coefficient at `z`, counted in distances from its value to its ends.
double at(const Ends& e, double z) {
  return std::max(0.0, e.value + z * (z < 0 ? e.value - e.at_low : e.at_high - e.value));
}

/// Between the two nearest of the sorted samples.
double percentile(const std::vector<double>& sorted, double percent) {
  const double place = percent / 100 * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], place - static_cast<double>(below));
}

}  // namespace

MonteCarlo monte_carlo(const EnergyAccount& account, std::uint32_t samples, std::uint64_t seed) {
  constexpr double normal_95 = 1.6448536269514722;  // 95th percentile of the standard normal
  std::map<std::string, std::size_t> number;
  std::vector<Priced> terms;
  for (const EnergyTerm& t : account.terms) {
    Priced p{t.count, {}};
    for (const EnergyFactor& f : t.factors) {
      p.factors.push_back(
          {number.try_emplace(f.moves_with(), number.size()).first->second, f.ends});
    }
    terms.push_back(std::move(p));
  }
  Normal normal(seed);
  std::vector<double> z(number.size());
  std::vector<double> totals(samples);
  for (double& total : totals) {
    for (double& one : z) one = normal() / normal_95;
    for (const Priced& t : terms) {
      double energy = t.count;
      for (const Priced::Factor& f : t.factors) energy *= at(f.ends, z[f.coefficient]);
      total += energy;
    }
  }
  std::sort(totals.begin(), totals.end());
  MonteCarlo result{samples, seed, {}};
  for (std::size_t i = 0; i < MonteCarlo::percents.size(); ++i) {
    result.energy[i] = Energy{percentile(totals, MonteCarlo::percents[i])};
  }
  return result;
}

}  // namespace tritsim
