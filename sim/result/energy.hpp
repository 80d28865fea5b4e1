// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/energy_law.hpp"
#include "sim/result/result.hpp"

namespace tritsim {

/// Energy of a run, from counts and coefficients. Pricing needs no simulation: the same result can
/// be priced again with other coefficients.
struct EnergyAccount {
  std::vector<EnergyTerm> terms;

  enum class Part { all, dynamic_part, static_part };

  /// Sum over terms. Terms that share a coefficient move together, coefficients are independent of
  /// each other: distances to low and high add linearly inside a coefficient, in quadrature
  /// between.
  [[nodiscard]] Range<Energy> total(Part part = Part::all) const;

  /// The same for one component.
  [[nodiscard]] Range<Energy> component(const std::string& name) const;

  /// Component names in the order of their terms.
  [[nodiscard]] std::vector<std::string> components() const;
};

[[nodiscard]] EnergyAccount price(const Result& result);

}  // namespace tritsim
