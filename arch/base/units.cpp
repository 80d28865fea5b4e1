// SPDX-License-Identifier: Apache-2.0
#include "arch/base/units.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace tritsim {
namespace {

// The first entries, in ascending order, are the ones format() prefers; those of another family
// follow. Every dimension has a unit of size one, in which any value can be written exactly.
constexpr std::array time_units{Unit{"ps", 1e-12}, Unit{"ns", 1e-9}, Unit{"us", 1e-6},
                                Unit{"ms", 1e-3}, Unit{"s", 1}};
constexpr std::array frequency_units{Unit{"Hz", 1}, Unit{"kHz", 1e3}, Unit{"MHz", 1e6},
                                     Unit{"GHz", 1e9}};
constexpr std::array energy_units{Unit{"fJ", 1e-15}, Unit{"pJ", 1e-12}, Unit{"nJ", 1e-9},
                                  Unit{"uJ", 1e-6},  Unit{"mJ", 1e-3},  Unit{"J", 1}};
constexpr std::array power_units{Unit{"nW", 1e-9}, Unit{"uW", 1e-6}, Unit{"mW", 1e-3}, Unit{"W", 1},
                                 Unit{"kW", 1e3}};
constexpr std::array bytes_units{Unit{"bit", 0.125},      Unit{"B", 1},
                                 Unit{"KiB", 1024},       Unit{"MiB", 1048576},
                                 Unit{"GiB", 1073741824}, Unit{"TiB", 1099511627776},
                                 Unit{"kB", 1e3},         Unit{"MB", 1e6},
                                 Unit{"GB", 1e9}};
constexpr std::array bandwidth_units{Unit{"B/s", 1}, Unit{"kB/s", 1e3}, Unit{"MB/s", 1e6},
                                     Unit{"GB/s", 1e9}, Unit{"TB/s", 1e12}};
constexpr std::array energy_per_byte_units{Unit{"fJ/B", 1e-15},   Unit{"pJ/B", 1e-12},
                                           Unit{"nJ/B", 1e-9},    Unit{"J/B", 1},
                                           Unit{"fJ/bit", 8e-15}, Unit{"pJ/bit", 8e-12}};
constexpr std::array voltage_units{Unit{"mV", 1e-3}, Unit{"V", 1}};
constexpr std::array current_units{Unit{"uA", 1e-6}, Unit{"mA", 1e-3}, Unit{"A", 1}};

std::string list(std::span<const Unit> units) {
  std::string text;
  for (const Unit& u : units) {
    if (!text.empty()) text += ", ";
    text += u.text;
  }
  return text;
}

/// The unit that differs from `text` only in case, or empty.
std::string_view same_letters(std::string_view text, std::span<const Unit> units) {
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  for (const Unit& u : units) {
    if (std::equal(text.begin(), text.end(), u.text.begin(), u.text.end(),
                   [&](char a, char b) { return lower(a) == lower(b); })) {
      return u.text;
    }
  }
  return {};
}

/// The shortest number that reads back as exactly `si` in this unit, if there is one.
std::optional<double> number_in(double si, const Unit& unit) {
  const double exact = si / unit.si;
  for (int digits = 1; digits <= 17; ++digits) {
    const double rounded = parse_number(fmt::format("{:.{}g}", exact, digits)).value_or(exact);
    if (rounded * unit.si == si) return rounded;
  }
  for (const double to : {-HUGE_VAL, HUGE_VAL}) {
    if (const double next = std::nextafter(exact, to); next * unit.si == si) return next;
  }
  return {};
}

}  // namespace

template <>
std::span<const Unit> units_of<Time>() {
  return time_units;
}

template <>
std::span<const Unit> units_of<Frequency>() {
  return frequency_units;
}

template <>
std::span<const Unit> units_of<Energy>() {
  return energy_units;
}

template <>
std::span<const Unit> units_of<Power>() {
  return power_units;
}

template <>
std::span<const Unit> units_of<Bytes>() {
  return bytes_units;
}

template <>
std::span<const Unit> units_of<Bandwidth>() {
  return bandwidth_units;
}

template <>
std::span<const Unit> units_of<EnergyPerByte>() {
  return energy_per_byte_units;
}

template <>
std::span<const Unit> units_of<Voltage>() {
  return voltage_units;
}

template <>
std::span<const Unit> units_of<Current>() {
  return current_units;
}

std::optional<double> parse_number(std::string_view text) {
  if (text.size() > 1 && text.front() == '+' && text[1] != '-') text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return {};
  return value;
}

ParsedQuantity parse_quantity(std::string_view text, std::span<const Unit> units) {
  std::string_view rest = text;
  if (rest.size() > 1 && rest.front() == '+' && rest[1] != '-') rest.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
  const auto beyond = [&] {
    return ParsedQuantity{
        {}, fmt::format("'{}' is too large or too small", text), "check the number and its unit"};
  };
  if (error == std::errc::result_out_of_range) return beyond();
  if (error != std::errc{} || !std::isfinite(value)) {
    return {{},
            fmt::format("'{}' is not a number with a unit (one of: {})", text, list(units)),
            "write the number, a space and the unit"};
  }
  auto unit = rest.substr(static_cast<std::size_t>(end - rest.data()));
  while (!unit.empty() && (unit.front() == ' ' || unit.front() == '\t')) unit.remove_prefix(1);
  if (unit.empty()) {
    return {{},
            fmt::format("'{}' has no unit (one of: {})", text, list(units)),
            "write the unit behind the number"};
  }
  for (const Unit& u : units) {
    if (u.text != unit) continue;
    const double si = value * u.si;
    if (!std::isfinite(si) || (si == 0) != (value == 0)) return beyond();
    return {si, {}, {}};
  }
  if (unit.front() == ',') {
    return {{}, fmt::format("'{}' has a comma", text), "write a point before the decimals"};
  }
  const auto meant = same_letters(unit, units);
  return {{},
          fmt::format("unit '{}' is not one of: {}", unit, list(units)),
          meant.empty() ? "write one of these units" : fmt::format("did you mean '{}'?", meant)};
}

std::string format_number(double value) {
  std::array<char, 32> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), end};
}

std::string format_quantity(double si, std::span<const Unit> units) {
  constexpr std::size_t readable = 12;  // digits
  const Unit* one = &units.front();
  const Unit* best = &units.front();
  const Unit* last = &units.front();
  for (const Unit& u : units) {
    if (u.si < last->si) break;  // end of the preferred family
    last = &u;
    if (u.si == 1) one = &u;
    if (std::fabs(si) >= u.si) best = &u;
  }
  // Not every value is a product of some number and the unit; the unit of size one always works.
  const auto in = [&](const Unit& unit) {
    const auto number = si == 0 ? std::optional<double>{} : number_in(si, unit);
    return number ? format_number(*number) : std::string();
  };
  std::string text = in(*best);
  // 0.15 pJ is readable where 150 fJ is not the same double.
  if (text.empty() || text.size() > readable) {
    std::size_t most = text.empty() ? std::string::npos : readable;
    for (const Unit* u = &units.front(); u <= last; ++u) {
      const std::string other = in(*u);
      if (other.empty() || other.size() > most) continue;
      text = other;
      most = other.size() - 1;
      best = u;
    }
  }
  if (text.empty()) {
    best = one;
    text = format_number(si);
  }
  return text + ' ' + std::string(best->text);
}

}  // namespace tritsim
