// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

// Physical quantities. A Quantity holds a double in SI base units (second, joule, byte, volt); the
// exponents of the four base units are in its type, so that power x time is energy and anything
// else does not compile. Only literals (`300.0_MHz`) and YAML text ("300 MHz") make one.
namespace tritsim {

/// A value in s^S J^J B^B V^V (seconds, joules, bytes, volts).
template <int S, int J, int B, int V>
class Quantity {
 public:
  constexpr Quantity() = default;

  /// From a number already in SI base units (seconds, joules, bytes, volts).
  constexpr explicit Quantity(double si) : si_(si) {}

  [[nodiscard]] constexpr double si() const { return si_; }

  constexpr auto operator<=>(const Quantity&) const = default;  // NOLINT(modernize-use-nullptr)

  /// Beside <=>, which std::max and std::min would branch on.
  friend constexpr bool operator<(Quantity a, Quantity b) { return a.si_ < b.si_; }

  constexpr Quantity& operator+=(Quantity o) {
    si_ += o.si_;
    return *this;
  }

  constexpr Quantity& operator-=(Quantity o) {
    si_ -= o.si_;
    return *this;
  }

  friend constexpr Quantity operator+(Quantity a, Quantity b) { return Quantity{a.si_ + b.si_}; }

  friend constexpr Quantity operator-(Quantity a, Quantity b) { return Quantity{a.si_ - b.si_}; }

  friend constexpr Quantity operator-(Quantity a) { return Quantity{-a.si_}; }

  friend constexpr Quantity operator*(Quantity a, double k) { return Quantity{a.si_ * k}; }

  friend constexpr Quantity operator*(double k, Quantity a) { return Quantity{k * a.si_}; }

  friend constexpr Quantity operator/(Quantity a, double k) { return Quantity{a.si_ / k}; }

 private:
  double si_ = 0;
};

namespace detail {
/// A product or quotient whose units cancel is a plain double.
template <int S, int J, int B, int V>
struct Collapse {
  using type = Quantity<S, J, B, V>;
};

template <>
struct Collapse<0, 0, 0, 0> {
  using type = double;
};
}  // namespace detail

template <int S1, int J1, int B1, int V1, int S2, int J2, int B2, int V2>
constexpr auto operator*(Quantity<S1, J1, B1, V1> a, Quantity<S2, J2, B2, V2> b) {
  return typename detail::Collapse<S1 + S2, J1 + J2, B1 + B2, V1 + V2>::type(a.si() * b.si());
}

template <int S1, int J1, int B1, int V1, int S2, int J2, int B2, int V2>
constexpr auto operator/(Quantity<S1, J1, B1, V1> a, Quantity<S2, J2, B2, V2> b) {
  return typename detail::Collapse<S1 - S2, J1 - J2, B1 - B2, V1 - V2>::type(a.si() / b.si());
}

template <int S, int J, int B, int V>
constexpr auto operator/(double a, Quantity<S, J, B, V> b) {
  return Quantity<-S, -J, -B, -V>(a / b.si());
}

using Time = Quantity<1, 0, 0, 0>;
using Frequency = Quantity<-1, 0, 0, 0>;
using Energy = Quantity<0, 1, 0, 0>;
using Power = Quantity<-1, 1, 0, 0>;
using Bytes = Quantity<0, 0, 1, 0>;
using Bandwidth = Quantity<-1, 0, 1, 0>;
using EnergyPerByte = Quantity<0, 1, -1, 0>;
using Voltage = Quantity<0, 0, 0, 1>;
using Current = Quantity<-1, 1, 0, -1>;

/// One spelling of a unit and its size in SI base units.
struct Unit {
  std::string_view text;
  double si;
};

/// Spellings of each dimension's units, the preferred family in ascending order (used by format()).
template <class Q>
std::span<const Unit> units_of();
template <>
std::span<const Unit> units_of<Time>();
template <>
std::span<const Unit> units_of<Frequency>();
template <>
std::span<const Unit> units_of<Energy>();
template <>
std::span<const Unit> units_of<Power>();
template <>
std::span<const Unit> units_of<Bytes>();
template <>
std::span<const Unit> units_of<Bandwidth>();
template <>
std::span<const Unit> units_of<EnergyPerByte>();
template <>
std::span<const Unit> units_of<Voltage>();
template <>
std::span<const Unit> units_of<Current>();

/// Outcome of reading "number unit": the value in SI units, or the problem with the text and the
/// remedy.
struct ParsedQuantity {
  std::optional<double> si;
  std::string problem;
  std::string remedy;
};

/// Reads "60 MHz"; number and unit are both required, nothing may follow.
[[nodiscard]] ParsedQuantity parse_quantity(std::string_view text, std::span<const Unit> units);

/// Writes the shortest text that reads back to the same value, in the largest unit that keeps the
/// number at or above one (in the unit of size one where no number in that unit does).
[[nodiscard]] std::string format_quantity(double si, std::span<const Unit> units);

template <class Q>
[[nodiscard]] std::string format(Q q) {
  return format_quantity(q.si(), units_of<Q>());
}

/// Shortest decimal text that reads back to the same double.
[[nodiscard]] std::string format_number(double value);

/// Reads a whole decimal number; no octal, no trailing text, no nan or infinity.
[[nodiscard]] std::optional<double> parse_number(std::string_view text);

/// Time that `cycles` take at `clock`: a count over a frequency, rounded once.
[[nodiscard]] constexpr Time cycles_to_time(double cycles, Frequency clock) {
  return Time{cycles / clock.si()};
}

inline namespace literals {
constexpr Time operator""_s(long double v) {
  return Time{static_cast<double>(v)};
}

constexpr Time operator""_ms(long double v) {
  return Time{static_cast<double>(v) * 1e-3};
}

constexpr Time operator""_us(long double v) {
  return Time{static_cast<double>(v) * 1e-6};
}

constexpr Time operator""_ns(long double v) {
  return Time{static_cast<double>(v) * 1e-9};
}

constexpr Time operator""_ps(long double v) {
  return Time{static_cast<double>(v) * 1e-12};
}

constexpr Frequency operator""_MHz(long double v) {
  return Frequency{static_cast<double>(v) * 1e6};
}

constexpr Frequency operator""_GHz(long double v) {
  return Frequency{static_cast<double>(v) * 1e9};
}

constexpr Energy operator""_J(long double v) {
  return Energy{static_cast<double>(v)};
}

constexpr Energy operator""_nJ(long double v) {
  return Energy{static_cast<double>(v) * 1e-9};
}

constexpr Energy operator""_pJ(long double v) {
  return Energy{static_cast<double>(v) * 1e-12};
}

constexpr Power operator""_W(long double v) {
  return Power{static_cast<double>(v)};
}

constexpr Power operator""_mW(long double v) {
  return Power{static_cast<double>(v) * 1e-3};
}

constexpr Bytes operator""_B(unsigned long long v) {
  return Bytes{static_cast<double>(v)};
}

constexpr Bytes operator""_KiB(unsigned long long v) {
  return Bytes{static_cast<double>(v) * 1024};
}

constexpr Bytes operator""_bit(unsigned long long v) {
  return Bytes{static_cast<double>(v) / 8};
}

constexpr Bandwidth operator""_GBps(long double v) {
  return Bandwidth{static_cast<double>(v) * 1e9};
}

constexpr Voltage operator""_V(long double v) {
  return Voltage{static_cast<double>(v)};
}

constexpr Current operator""_mA(long double v) {
  return Current{static_cast<double>(v) * 1e-3};
}
}  // namespace literals

}  // namespace tritsim
