// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/energy_law.hpp"
#include "sim/result/result.hpp"

namespace tritsim {

/// What one coefficient means for the energy of a run.
struct Sensitivity {
  std::string coefficient;
  std::string source;
  Confidence confidence = Confidence::assumed;
  Energy energy;  ///< of all terms it stands in; a term of two coefficients counts for both
  Energy down;    ///< by how much the total falls when it alone goes to its low end
  Energy up;      ///< ... rises at its high end

  [[nodiscard]] Energy swing() const { return down + up; }
};

/// Energy of a run, from counts and coefficients. Pricing needs no simulation: the same result can
/// be priced again with other coefficients.
struct EnergyAccount {
  std::vector<EnergyTerm> terms;

  enum class Part { all, dynamic_part, static_part };

  /// Sum over terms. Terms that share a coefficient move together, coefficients are independent of
  /// each other: distances to low and high add linearly inside a coefficient (`sensitivities`), in
  /// quadrature between.
  [[nodiscard]] Range<Energy> total(Part part = Part::all) const;

  /// The same for one component.
  [[nodiscard]] Range<Energy> component(const std::string& name) const;

  /// Every coefficient of the terms, the largest swing of the total first.
  [[nodiscard]] std::vector<Sensitivity> sensitivities() const;

  /// Component names in the order of their terms.
  [[nodiscard]] std::vector<std::string> components() const;
};

[[nodiscard]] EnergyAccount price(const Result& result);

}  // namespace tritsim
