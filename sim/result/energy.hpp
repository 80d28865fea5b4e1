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
  std::string common_source{};  ///< see Coefficient

  [[nodiscard]] Energy swing() const { return down + up; }
};

/// Energy of a run, from counts and coefficients. Pricing needs no simulation: the same result can
/// be priced again with other coefficients.
struct EnergyAccount {
  std::vector<EnergyTerm> terms;

  enum class Part { all, dynamic_part, static_part };

  /// Sum over terms. Terms that share a coefficient, and coefficients of a common source, move
  /// together, others are independent: distances to low and high add linearly inside such a group
  /// (`sensitivities`), in quadrature between.
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
