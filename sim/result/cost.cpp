// SPDX-License-Identifier: Apache-2.0
#include "sim/result/cost.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <tuple>

namespace tritsim {
namespace {

Range<double> divided(const Range<Energy>& whole, double parts) {
  return {whole.low.si() / parts, whole.value.si() / parts, whole.high.si() / parts};
}

double tokens_of(const Workload& w) {
  return w.generate > 0 ? w.generate : w.prompt;
}

/// Effect of coefficients that move together on the energy of a part of `a` and of `b` at either
/// end of their ranges, joules.
struct Effect {
  std::array<double, 2> at_low{}, at_high{};
};

/// Name, source and range of a coefficient; for coefficients with a common source only that.
using Mover = std::tuple<std::string, std::string, double, double, double>;

void add_effects(const EnergyShare& share, std::size_t side, std::map<Mover, Effect>& effects) {
  std::map<std::string, EnergyFactor> factors;
  for (const EnergyTerm& t : share.account->terms) {
    for (const EnergyFactor& f : t.factors) factors.try_emplace(f.coefficient, f);
  }
  for (const Sensitivity& s : share.account->sensitivities()) {
    const Ends& r = factors.at(s.coefficient).ends;
    Effect& e = s.common_source.empty()
                    ? effects[{s.coefficient, s.source, r.at_low, r.value, r.at_high}]
                    : effects[{s.common_source, "", 0, 0, 0}];
    e.at_low[side] += s.at_low.si() / share.parts;
    e.at_high[side] += s.at_high.si() / share.parts;
  }
}

}  // namespace

Range<double> Cost::job_energy(Part part) const {
  return divided(energy.total(part), sequences);
}

Range<double> Cost::token_energy(Part part) const {
  return divided(energy.total(part), sequences * tokens);
}

Range<double> Cost::power() const {
  return divided(energy.total(), elapsed.si());
}

Cost cost_of(const Result& r, const EnergyAccount& account) {
  Cost c{double{1} * r.workload.batch, double{1} * r.rounds, tokens_of(r.workload), r.elapsed,
         account};
  if (!r.prompt) return c;
  c.elapsed += r.prompt->elapsed;
  const EnergyFactor all{
      prompts_in_lanes,
      {r.prompt->energy_low.si(), r.prompt->energy.si(), r.prompt->energy_high.si()},
      "the energies of that phase, priced by themselves",
      Confidence::derived};
  c.energy.terms.push_back({prompts_in_lanes, "prompts", false, 1, {all}, EnergyUse::prompt});
  return c;
}

Cost cost_of(const ProcessorResult& r) {
  return {double{1} * r.workload.batch, 1, tokens_of(r.workload), r.elapsed(), r.energy()};
}

Range<double> energy_ratio(const EnergyShare& a, const EnergyShare& b) {
  std::map<Mover, Effect> effects;
  add_effects(a, 0, effects);
  add_effects(b, 1, effects);
  const double from = a.account->total().value.si() / a.parts;
  const double to = b.account->total().value.si() / b.parts;
  const double value = to / from;
  double down = 0;
  double up = 0;
  for (const auto& [mover, e] : effects) {
    const auto factor = [&](const std::array<double, 2>& change) {  // of the ratio, as a logarithm
      return std::log(std::max(to + change[1], 0.0) / std::max(from + change[0], 0.0) / value);
    };
    const double low = factor(e.at_low);
    const double high = factor(e.at_high);
    const double less = std::min({low, high, 0.0});
    const double more = std::max({low, high, 0.0});
    down += less * less;
    up += more * more;
  }
  return {value * std::exp(-std::sqrt(down)), value, value * std::exp(std::sqrt(up))};
}

}  // namespace tritsim
