// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "arch/base/schema.hpp"

namespace tritsim {

/// How a figure was obtained.
enum class Confidence {
  cited,       ///< stands in the source as it is
  derived,     ///< arithmetic on figures of the source
  scaled,      ///< carried over from another process, part or width
  assumed,     ///< not published: an engineer's choice; its range says how far it may be off
  calibrated,  ///< fitted to a measurement, which the source names
};

template <>
struct EnumNames<Confidence> {
  static constexpr std::array<std::pair<Confidence, std::string_view>, 5> names{{
      {Confidence::cited, "cited"},
      {Confidence::derived, "derived"},
      {Confidence::scaled, "scaled"},
      {Confidence::assumed, "assumed"},
      {Confidence::calibrated, "calibrated"},
  }};
};

/// Confidence in the product of two figures: that of the weaker one.
[[nodiscard]] constexpr Confidence weaker(Confidence a, Confidence b) {
  const auto rank = [](Confidence c) {
    switch (c) {
      case Confidence::cited:
        return 0;
      case Confidence::derived:
        return 1;
      case Confidence::calibrated:
        return 2;
      case Confidence::scaled:
        return 3;
      case Confidence::assumed:
        break;
    }
    return 4;
  };
  return rank(a) < rank(b) ? b : a;
}

/// A figure with its range and where it comes from. Every energy, power and calibrated timing
/// figure is one of these.
template <class Q>
struct Coefficient {
  Q value{};
  Q low{};
  Q high{};
  std::string source;
  Confidence confidence = Confidence::assumed;
  std::string common_source{};  ///< coefficients that name the same one are wrong together

  using takes_constraint = void;  ///< the constraint of its key applies to value, low and high

  bool operator==(const Coefficient&) const = default;

  template <class Io>
  void fields(Io& io) {
    const Constraint range = handed_down(io).within(any_figure());
    io.required("value", value, "typical value", range);
    io.required("low", low, "lower end of the plausible range", range);
    io.required("high", high, "upper end of the plausible range", range);
    io.required("source", source, "where the figure comes from");
    io.required("confidence", confidence, "how the figure was obtained");
    io.optional("common_source", common_source,
                "name of a figure or table that other figures were scaled from too: all of them go "
                "to the ends of their ranges together");
  }

  /// Allowed values of this dimension unless a key states others.
  [[nodiscard]] static constexpr Constraint any_figure() {
    if constexpr (std::same_as<Q, Time>) return any_time;
    if constexpr (std::same_as<Q, Energy>) return any_event_energy;
    if constexpr (std::same_as<Q, EnergyPerByte>) return any_byte_energy;
    if constexpr (std::same_as<Q, Power>) return any_power;
    if constexpr (std::same_as<Q, Bytes>) return between(0, any_capacity.max.value());
    return non_negative;
  }

  void check(Checker& c) const {
    if (low > value) c.fail("low", "is above the value", "give low <= value <= high");
    if (high < value) c.fail("high", "is below the value", "give low <= value <= high");
    if (source.empty()) c.fail("source", "is empty", "name the document, run or fit");
  }
};

}  // namespace tritsim
