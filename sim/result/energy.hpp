// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <functional>

#include "models/energy/energy_term_law.hpp"
#include "sim/result/result.hpp"

namespace tritsim {

/// Effect of one coefficient on the energy of a run.
struct Sensitivity {
  std::string coefficient;
  std::string source;
  Confidence confidence = Confidence::assumed;
  Energy energy;   ///< share of all terms that have it; a term of two coefficients counts for both
  Energy at_low;   ///< change of the total when it alone goes to its low end; may be a rise
  Energy at_high;  ///< ... to its high end
  std::string common_source{};  ///< see Coefficient

  /// Distance between the smallest and the largest total over its range.
  [[nodiscard]] Energy swing() const {
    return std::max({at_low, at_high, Energy{}}) - std::min({at_low, at_high, Energy{}});
  }
};

/// Energy of a run, from counts and coefficients. Pricing needs no simulation: the same result can
/// be priced again with other coefficients.
struct EnergyAccount {
  std::vector<EnergyTerm> terms;
  std::vector<EnergyFactor> times{};  ///< by which the time of the run varies; empty: it does not

  /// Lets the time of the run vary, and what is drawn while it passes.
  void vary(std::vector<EnergyFactor> run_times);

  enum class Part { all, dynamic_part, static_part };

  /// Sum over terms, with the range of energy_range().
  [[nodiscard]] Range<Energy> total(Part part = Part::all) const;

  /// The same for one component.
  [[nodiscard]] Range<Energy> component(const std::string& name) const;

  /// The same for some terms.
  [[nodiscard]] Range<Energy> sum(const std::function<bool(const EnergyTerm&)>& keep) const;

  /// The same terms over the time of the run. Divided by it, they are its mean power: where the
  /// time varies, static power and the host's stay and other dynamic power falls with a longer
  /// time.
  [[nodiscard]] EnergyAccount over_time() const;

  /// Every coefficient of the terms, the largest swing of the total first.
  [[nodiscard]] std::vector<Sensitivity> sensitivities() const;

  /// Component names in the order of their terms.
  [[nodiscard]] std::vector<std::string> components() const;
};

/// Prices a run. With `time_ranges`, what is drawn while time passes varies with the run's time.
[[nodiscard]] EnergyAccount price(const Result& result);

/// Terms of the same cause and coefficients (equal kernels, channels) made one.
void merge(std::vector<EnergyTerm>& terms);

}  // namespace tritsim
