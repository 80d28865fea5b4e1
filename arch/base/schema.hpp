// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "arch/base/problems.hpp"
#include "arch/base/units.hpp"

// The vocabulary of configuration structs. A struct lists its keys once, in
//
//   template <class Io> void fields(Io& io) {
//     io.required("clock", clock, "clock of the core", positive);
//     io.optional("registers", registers, "vector registers", between(1, 254));
//   }
//   void check(Checker& c) const;   // optional: rules over several keys
//
// and Reader (YAML -> struct), Writer (struct -> YAML, JSON) and Describer (schema) visit that
// list. A struct that may stand in a file of its own also has `static constexpr std::string_view
// kind`.
namespace tritsim {

/// Which values of a number are allowed; bounds are in SI base units.
struct Constraint {
  std::optional<double> min;
  bool min_open = false;  ///< the bound itself is not allowed
  std::optional<double> max;
  bool power_of_two = false;

  /// Never for values that are not numbers.
  [[nodiscard]] bool holds(double v) const;

  /// Open ends are taken from `wider`.
  [[nodiscard]] constexpr Constraint within(const Constraint& wider) const {
    Constraint c = *this;
    if (!c.min) {
      c.min = wider.min;
      c.min_open = wider.min_open;
    }
    if (!c.max) c.max = wider.max;
    return c;
  }

  bool operator==(const Constraint&) const = default;

  /// "positive", "at least 1", "between 0 and 1", "a power of two"; bounds in one of `units`.
  [[nodiscard]] std::string text(std::span<const Unit> units = {}) const;
};

inline constexpr Constraint any_value{};
inline constexpr Constraint positive{0.0, true, {}, false};
inline constexpr Constraint non_negative{0.0, false, {}, false};

constexpr Constraint positive_up_to(double hi) {
  return {0.0, true, hi, false};
}

constexpr Constraint between(double lo, double hi) {
  return {lo, false, hi, false};
}

constexpr Constraint power_of_two_up_to(double hi) {
  return {1.0, false, hi, true};
}

// Ranges far beyond any hardware, narrow enough that sizes and times fit the integers of the
// models.
inline constexpr Constraint any_clock = between(1e3, 1e12);
inline constexpr Constraint any_rate = between(1e3, 1e18);
inline constexpr Constraint any_word = between(1.0 / 64, 64);
inline constexpr Constraint any_size = between(1, 1024.0 * 1024 * 1024);
inline constexpr Constraint any_capacity = between(1, 1024.0 * 1024 * 1024 * 1024 * 1024);
inline constexpr Constraint any_time = between(0, 3600);
inline constexpr Constraint any_count = between(1, 1 << 20);
inline constexpr Constraint any_cycles = between(0, 1 << 30);
inline constexpr Constraint any_current = between(0, 100);
inline constexpr Constraint any_power = between(0, 1e6);
inline constexpr Constraint any_event_energy = between(0, 1);
inline constexpr Constraint any_byte_energy = between(0, 1e-3);
inline constexpr Constraint any_share = between(0, 1);
inline constexpr Constraint any_cells = between(0, 1e9);
inline constexpr Constraint any_width = between(1, 1 << 20);

/// Spellings of an enumeration: specialise with
/// `static constexpr std::array<std::pair<E, std::string_view>, N> names`.
template <class E>
struct EnumNames;

template <class E>
[[nodiscard]] constexpr std::string_view name_of(E value) {
  for (const auto& [e, name] : EnumNames<E>::names) {
    if (e == value) return name;
  }
  return "?";
}

/// All spellings, in order.
template <class E>
[[nodiscard]] std::vector<std::string> names_of() {
  std::vector<std::string> names;
  names.reserve(EnumNames<E>::names.size());
  for (const auto& [value, name] : EnumNames<E>::names) names.emplace_back(name);
  return names;
}

/// Receives the failures of a struct's check(): key is relative to the struct and may be dotted
/// (`cores.0.memory`).
class Checker {
 public:
  virtual ~Checker() = default;
  virtual void fail(std::string_view key, std::string what, std::string remedy) = 0;
};

template <class T>
struct IsQuantity : std::false_type {};

template <int S, int J, int B, int V>
struct IsQuantity<Quantity<S, J, B, V>> : std::true_type {};

template <class T>
struct IsOptional : std::false_type {};

template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <class T>
struct IsVector : std::false_type {};

template <class T>
struct IsVector<std::vector<T>> : std::true_type {};

template <class T>
struct IsMap : std::false_type {};

template <class T>
struct IsMap<std::map<std::string, T>> : std::true_type {};

template <class T>
concept QuantityLike = IsQuantity<T>::value;
template <class T>
concept Number = std::integral<T> && !std::same_as<T, bool>;
template <class T>
concept NamedEnum = std::is_enum_v<T>;

/// The problem with the text of a value, and the remedy.
struct ScalarFault {
  std::string what;
  std::string remedy;
};

/// Values with a text form of their own, of which some are plain numbers: see DramDelay.
template <class T>
concept TextValue = requires(T t, std::string_view text) {
  { t.read(text) } -> std::same_as<std::optional<ScalarFault>>;
  { t.text() } -> std::same_as<std::string>;
  { t.number() } -> std::same_as<std::optional<double>>;
};

template <class T>
concept Scalar = QuantityLike<T> || std::same_as<T, bool> || Number<T> || std::same_as<T, double> ||
    std::same_as<T, std::string> || NamedEnum<T> || TextValue<T>;

/// Type of the values in optionals, lists and maps.
template <class T>
struct InnermostOf {
  using type = T;
};

template <class T>

requires IsOptional<T>::value || IsVector<T>::value struct InnermostOf<T> {
  using type = typename InnermostOf<typename T::value_type>::type;
};

template <class T>

requires IsMap<T>::value struct InnermostOf<T> {
  using type = typename InnermostOf<typename T::mapped_type>::type;
};

template <class T>
using Innermost = typename InnermostOf<T>::type;

/// What a constraint allows, in the unit of T.
template <class T>
[[nodiscard]] std::string allowed(const Constraint& c) {
  if constexpr (QuantityLike<T>) {
    return c.text(units_of<T>());
  } else {
    return c.text();
  }
}

/// The ends of a number that its key leaves open: wide enough for the sums of any run, and finite.
template <class T>
[[nodiscard]] constexpr Constraint range_of_type() {
  if constexpr (std::same_as<T, double> || QuantityLike<T>) {
    return between(0, 1e30);
  } else if constexpr (Number<T>) {
    return between(static_cast<double>(std::numeric_limits<T>::min()),
                   static_cast<double>(std::numeric_limits<T>::max()));
  } else {
    return any_value;
  }
}

/// The constraint of a key of type T with both ends.
template <class T>
[[nodiscard]] constexpr Constraint full_range(const Constraint& c) {
  return c.within(range_of_type<Innermost<T>>());
}

/// A struct whose key's constraint applies to all of its numbers, such as a figure with its range.
template <class T>
concept TakesConstraint = requires {
  typename T::takes_constraint;
};

/// The constraint that a visitor was given for the numbers of such a struct; none for other
/// visitors.
template <class Io>
[[nodiscard]] Constraint handed_down(const Io& io) {
  if constexpr (requires { io.handed_down(); }) {
    return io.handed_down();
  } else {
    return any_value;
  }
}

template <class T>
concept HasCheck = requires(const T t, Checker& c) {
  t.check(c);
};

/// Structs that may stand in a file of their own.
template <class T>
concept HasKind = std::same_as<decltype(T::kind), const std::string_view>;

}  // namespace tritsim
