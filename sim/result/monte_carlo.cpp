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

/// The product of the factors, their coefficients at `z`.
double product(const std::vector<Priced::Factor>& factors, const std::vector<double>& z) {
  double all = 1;
  for (const Priced::Factor& f : factors) all *= at(f.ends, z[f.coefficient]);
  return all;
}

/// Between the two nearest of the sorted samples.
double percentile(const std::vector<double>& sorted, double percent) {
  const double place = percent / 100 * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], place - static_cast<double>(below));
}

template <class T>
MonteCarlo::Percentiles<T> percentiles(std::vector<double> samples) {
  std::sort(samples.begin(), samples.end());
  MonteCarlo::Percentiles<T> out;
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = T{percentile(samples, MonteCarlo::percents[i])};
  }
  return out;
}

}  // namespace

MonteCarlo monte_carlo(const EnergyAccount& account, std::uint32_t samples, std::uint64_t seed) {
  constexpr double normal_95 = 1.6448536269514722;  // 95th percentile of the standard normal
  std::map<std::string, std::size_t> number;
  const auto numbered = [&](double count, const std::vector<EnergyFactor>& factors) {
    Priced p{count, {}};
    for (const EnergyFactor& f : factors) {
      p.factors.push_back(
          {number.try_emplace(f.moves_with(), number.size()).first->second, f.ends});
    }
    return p;
  };
  std::vector<Priced> terms;
  for (const EnergyTerm& t : account.terms) terms.push_back(numbered(t.count, t.factors));
  const Priced run = numbered(1, account.times);
  Normal normal(seed);
  std::vector<double> z(number.size());
  std::vector<double> totals(samples);
  std::vector<double> times(samples);
  std::vector<double> powers(samples);
  for (std::uint32_t n = 0; n < samples; ++n) {
    for (double& one : z) one = normal() / normal_95;
    for (const Priced& t : terms) totals[n] += t.count * product(t.factors, z);
    times[n] = product(run.factors, z);
    powers[n] = totals[n] / times[n];
  }
  return {samples, seed, percentiles<Energy>(std::move(totals)),
          percentiles<double>(std::move(times)), percentiles<Energy>(std::move(powers))};
}

}  // namespace tritsim
