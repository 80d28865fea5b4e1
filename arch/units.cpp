// SPDX-License-Identifier: Apache-2.0
#include "arch/units.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace tritsim {
namespace {

// The first entries, in ascending order, are the ones format() chooses from; `aliases` follow.
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
constexpr std::array energy_per_byte_units{Unit{"fJ/B", 1e-15}, Unit{"pJ/B", 1e-12},
                                           Unit{"nJ/B", 1e-9}, Unit{"fJ/bit", 8e-15},
                                           Unit{"pJ/bit", 8e-12}};
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
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return {};
  return value;
}

ParsedQuantity parse_quantity(std::string_view text, std::span<const Unit> units) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || !std::isfinite(value)) {
    return {{}, fmt::format("'{}' is not a number with a unit (one of: {})", text, list(units))};
  }
  auto unit = text.substr(static_cast<std::size_t>(end - text.data()));
  while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
  if (unit.empty()) return {{}, fmt::format("'{}' has no unit (one of: {})", text, list(units))};
  for (const Unit& u : units) {
    if (u.text == unit) return {value * u.si, {}};
  }
  return {{}, fmt::format("unit '{}' is not one of: {}", unit, list(units))};
}

std::string format_number(double value) {
  std::array<char, 32> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), end};
}

std::string format_quantity(double si, std::span<const Unit> units) {
  const Unit* best = &units.front();
  for (const Unit& u : units) {
    if (u.si <= best->si) continue;  // aliases of another family stand behind, smaller
    if (std::fabs(si) >= u.si) best = &u;
  }
  if (si == 0) {
    for (const Unit& u : units) {
      if (u.si == 1) best = &u;
    }
  }
  // The division may not be exact: take the shortest number that reads back to the same value.
  const double exact = si / best->si;
  double number = exact;
  for (int digits = 1; digits <= 16; ++digits) {
    const double rounded = parse_number(fmt::format("{:.{}g}", exact, digits)).value_or(exact);
    if (rounded * best->si == si) {
      number = rounded;
      break;
    }
  }
  return format_number(number) + ' ' + std::string(best->text);
}

}  // namespace tritsim
