// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "arch/base/coefficient.hpp"

// What an energy account is made of, and the one law of its ranges.
namespace tritsim {

/// A value with the ends of its plausible range: low <= value <= high.
template <class Q>
struct Range {
  Q low{};
  Q value{};
  Q high{};
};

/// Value of a factor with its coefficient at the low end of its range, at its value and at the high
/// end. A factor may fall as its coefficient rises.
struct Ends {
  double at_low = 1;
  double value = 1;
  double at_high = 1;

  bool operator==(const Ends&) const = default;
};

/// The ends of a coefficient in base units, times `factor`.
template <class Q>
[[nodiscard]] Ends ends_of(const Coefficient<Q>& c, double factor = 1) {
  if constexpr (std::same_as<Q, double>) {
    return {c.low * factor, c.value * factor, c.high * factor};
  } else {
    return {c.low.si() * factor, c.value.si() * factor, c.high.si() * factor};
  }
}

/// The range of a coefficient in base units.
template <class Q>
[[nodiscard]] Range<double> range_of(const Coefficient<Q>& c) {
  const Ends ends = ends_of(c);
  return {ends.at_low, ends.value, ends.at_high};
}

/// One coefficient of a term, in the unit that completes those of the others.
struct EnergyFactor {
  std::string coefficient;  ///< its key in the configuration
  Ends ends;
  std::string source;
  Confidence confidence = Confidence::assumed;
  std::string common_source{};  ///< see Coefficient
  bool of_time = false;         ///< what the coefficient does to the time that a term counts

  bool operator==(const EnergyFactor&) const = default;

  /// Correlation: factors with the same name here go to the ends of their ranges together.
  [[nodiscard]] const std::string& moves_with() const {
    return common_source.empty() ? coefficient : common_source;
  }
};

/// The factor that a coefficient is, times `times`.
template <class Q>
[[nodiscard]] EnergyFactor factor_of(std::string name, const Coefficient<Q>& c, double times = 1) {
  return {std::move(name), ends_of(c, times), c.source, c.confidence, c.common_source};
}

/// What the energy of a term is spent on. Reports and series go by this; `component` and `cause`
/// are what readers see.
enum class EnergyUse : std::uint8_t {
  idle,          ///< drawn without work
  adders,        ///< additions of a matrix unit, its tables' included
  multipliers,   ///< products of a MAC array, with the logic beside them
  decoders,      ///< unpacking of weights
  attention,     ///< products with the cache, softmax, and the buffers of both
  vector_units,  ///< element-wise and norm units
  registers,     ///< vector registers
  tables,        ///< look-up tables in on-chip memory
  weight_fifo,   ///< weights on their way through on-chip memory
  memory,        ///< accesses of a memory, and its standby
  refresh,       ///< refreshes of a memory
  host_link,
  host,        ///< the host processor, above its idle power
  exchange,    ///< between kernels of a card
  card_links,  ///< between cards
  prompt,      ///< a prompt that was a phase of its own: all of it
};

/// One line of an energy account: a count (or a time) times one or several coefficients.
struct EnergyTerm {
  std::string component;              ///< e.g. "ternary adders"
  std::string cause;                  ///< what was counted, e.g. "ternary additions"
  bool is_static = false;             ///< drawn while time passes, whatever is done
  double count = 0;                   ///< events; seconds for static terms; below zero: subtracted
  std::vector<EnergyFactor> factors;  ///< their product is joules per event, watts if static
  EnergyUse use = EnergyUse::idle;    ///< of what regulators lose: what they lose it on
  bool lost = false;                  ///< what regulators lose

  /// Names of the coefficients, "a x b"; here and below without those of its time.
  [[nodiscard]] std::string coefficient() const;

  /// Their sources.
  [[nodiscard]] std::string source() const;

  /// How far the product can be trusted: as the weakest of its factors.
  [[nodiscard]] Confidence confidence() const;

  /// Joules of one event; watts if static.
  [[nodiscard]] Range<double> each() const;

  /// Joules of all.
  [[nodiscard]] Range<Energy> energy() const;
};

/// What a group of factors does to a sum of terms, in joules, when it alone goes to an end of its
/// range.
struct Movement {
  std::string name;
  double at_low = 0;
  double at_high = 0;

  [[nodiscard]] double down() const { return -std::min({at_low, at_high, 0.0}); }

  [[nodiscard]] double up() const { return std::max({at_low, at_high, 0.0}); }
};

/// Movements of the sum by the name that `name_of` gives each factor, in the order of the terms.
/// Factors of one name go to the same end at once; the products are evaluated there, not
/// linearised.
[[nodiscard]] std::vector<Movement> movements(
    std::span<const EnergyTerm* const> terms,
    const std::string& (*name_of)(const EnergyFactor& factor));

/// The range of a sum of terms; of a single one, of a component and of the total alike. Groups of
/// factors that move together (EnergyFactor::moves_with) are independent of each other, so what
/// they do to the sum adds in quadrature:
///   low  = value - sqrt(sum of down_g^2),  high = value + sqrt(sum of up_g^2)
/// but no end lies beyond what all factors at their worst ends together give, and none below zero:
/// energy is never returned.
[[nodiscard]] Range<Energy> energy_range(std::span<const EnergyTerm* const> terms);

/// The range of a product of factors by the same law.
[[nodiscard]] Range<double> range_of(const std::vector<EnergyFactor>& factors);

}  // namespace tritsim
