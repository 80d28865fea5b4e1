// SPDX-License-Identifier: Apache-2.0
#include "arch/study/sweep_grid.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <random>
#include <set>
#include <stdexcept>

#include <fmt/format.h>

namespace tritsim {
namespace {

constexpr std::size_t most_values = 1 << 20;

/// A number and the unit behind it.
struct Measure {
  double number = 0;
  std::string unit;
};

std::optional<Measure> measure(const std::string& text) {
  const auto end = text.find_first_not_of("+-.0123456789eE");
  // "8 B": the exponent letter may begin a unit, but a blank comes first.
  const std::string digits = text.substr(0, end);
  const auto number = parse_number(digits);
  if (!number) return {};
  std::string unit = end == std::string::npos ? "" : text.substr(end);
  unit.erase(0, unit.find_first_not_of(' '));
  return Measure{*number, unit};
}

/// Twelve digits: rounding of a sum of decimal steps disappears, what a file states does not.
std::string written(double number, const std::string& unit) {
  const double whole = std::round(number);
  const bool is_whole = std::abs(number - whole) <= 1e-12 * std::abs(number);
  const std::string digits = is_whole && std::abs(whole) < 1e15 ? fmt::format("{:.0f}", whole)
                                                                : fmt::format("{:.12g}", number);
  return unit.empty() ? digits : digits + " " + unit;
}

/// Two ends in one unit.
struct Ends {
  double from = 0;
  double to = 0;
  std::string unit;
};

std::optional<AxisFault> read_ends(const std::string& key, const std::string& from,
                                   const std::string& to, Ends& ends) {
  const auto first = measure(from);
  const auto last = measure(to);
  if (!first) return AxisFault{key + ".from", "'" + from + "' is not a number", "write e.g. 4"};
  if (!last) return AxisFault{key + ".to", "'" + to + "' is not a number", "write e.g. 16"};
  if (first->unit != last->unit) {
    return AxisFault{key + ".to",
                     fmt::format("is in '{}', the first value in '{}'", last->unit, first->unit),
                     "write both in one unit"};
  }
  if (last->number < first->number) {
    return AxisFault{key + ".to", fmt::format("'{}' is less than '{}'", to, from),
                     "write the smaller value first"};
  }
  ends = {first->number, last->number, first->unit};
  return {};
}

std::optional<AxisFault> expand(const SweepRange& range, std::vector<std::string>& values) {
  Ends ends;
  if (const auto fault = read_ends("range", range.from, range.to, ends)) return fault;
  const auto step = measure(range.step);
  if (!step || step->number <= 0) {
    return AxisFault{"range.step", "'" + range.step + "' is not a number above zero",
                     "write e.g. 2"};
  }
  if (step->unit != ends.unit) {
    return AxisFault{"range.step",
                     fmt::format("is in '{}', the values in '{}'", step->unit, ends.unit),
                     "write both in one unit"};
  }
  const double steps = std::floor((ends.to - ends.from) / step->number * (1 + 1e-12) + 1e-9);
  if (steps >= static_cast<double>(most_values)) {
    return AxisFault{"range.step", fmt::format("makes {:.0f} values", steps + 1),
                     fmt::format("at most {} are taken", most_values)};
  }
  for (std::size_t i = 0; i <= static_cast<std::size_t>(steps); ++i) {
    values.push_back(written(ends.from + static_cast<double>(i) * step->number, ends.unit));
  }
  return {};
}

std::optional<AxisFault> expand(const SweepLog& log, std::vector<std::string>& values) {
  Ends ends;
  if (const auto fault = read_ends("log", log.from, log.to, ends)) return fault;
  if (ends.from <= 0) {
    return AxisFault{"log.from", "'" + log.from + "' is not above zero",
                     "equal ratios need a positive start"};
  }
  for (std::uint32_t i = 0; i < log.points; ++i) {
    const double part = static_cast<double>(i) / (log.points - 1);
    const double number = ends.from * std::pow(ends.to / ends.from, part);
    const std::string text = written(log.whole ? std::round(number) : number, ends.unit);
    if (values.empty() || values.back() != text) values.push_back(text);
  }
  return {};
}

/// The middles of `levels` equal parts: what a Latin hypercube takes each of once.
std::optional<AxisFault> expand(const SweepBetween& between, std::uint64_t levels,
                                std::vector<std::string>& values) {
  Ends ends;
  if (const auto fault = read_ends("between", between.from, between.to, ends)) return fault;
  if (between.log && ends.from <= 0) {
    return AxisFault{"between.from", "'" + between.from + "' is not above zero",
                     "equal ratios need a positive start"};
  }
  if (levels == 0) {
    return AxisFault{"between", "has no grid", "choose another sampling, or give range or log"};
  }
  if (levels > most_values) {
    return AxisFault{"between", fmt::format("makes {} values", levels),
                     fmt::format("at most {} are taken; choose fewer points", most_values)};
  }
  for (std::uint64_t i = 0; i < levels; ++i) {
    const double part = (static_cast<double>(i) + 0.5) / static_cast<double>(levels);
    const double number = between.log ? ends.from * std::pow(ends.to / ends.from, part)
                                      : ends.from + part * (ends.to - ends.from);
    values.push_back(written(number, ends.unit));
  }
  return {};
}

/// A number below `limit`, each as likely: the same on every machine, unlike a distribution of the
/// standard library.
std::uint64_t below(std::mt19937_64& random, std::uint64_t limit) {
  const std::uint64_t unfair = (0 - limit) % limit;
  std::uint64_t drawn = random();
  while (drawn < unfair) drawn = random();
  return drawn % limit;
}

std::set<std::uint64_t> random_points(std::uint64_t size, const SweepSampling& sampling) {
  std::mt19937_64 random(sampling.seed);
  std::set<std::uint64_t> chosen;
  // Floyd: n distinct of `size` in n draws.
  for (std::uint64_t i = size - std::min(size, sampling.points); i < size; ++i) {
    const std::uint64_t drawn = below(random, i + 1);
    if (!chosen.insert(drawn).second) chosen.insert(i);
  }
  return chosen;
}

std::set<std::uint64_t> hypercube_points(const SweepGrid& grid, const SweepSampling& sampling) {
  std::mt19937_64 random(sampling.seed);
  const std::uint64_t n = sampling.points;
  std::vector<std::uint64_t> points(n, 0);
  for (const std::size_t size : grid.sizes) {
    std::vector<std::uint64_t> strata(n);
    for (std::uint64_t i = 0; i < n; ++i) strata[i] = i;
    for (std::uint64_t i = n; i > 1; --i) std::swap(strata[i - 1], strata[below(random, i)]);
    for (std::uint64_t i = 0; i < n; ++i) points[i] = points[i] * size + strata[i] * size / n;
  }
  return {points.begin(), points.end()};
}

}  // namespace

std::uint64_t axis_levels(const SweepSampling& sampling) {
  constexpr std::uint64_t levels_of_a_search = 1000;
  if (sampling.method == Sampling::grid) return 0;
  return sampling.method == Sampling::nsga2 ? levels_of_a_search : sampling.points;
}

std::optional<AxisFault> expand_axis(const SweepAxis& axis, std::uint64_t levels,
                                     std::vector<std::string>& values) {
  values.clear();
  const int sources = (axis.values.empty() ? 0 : 1) + (axis.files.empty() ? 0 : 1) +
                      (axis.range ? 1 : 0) + (axis.log ? 1 : 0) + (axis.between ? 1 : 0);
  if (sources != 1) {
    return AxisFault{"", sources == 0 ? "has no values" : "takes its values from several sources",
                     "give one of values, range, log, between, files"};
  }
  if (axis.range) return expand(*axis.range, values);
  if (axis.log) return expand(*axis.log, values);
  if (axis.between) return expand(*axis.between, levels, values);
  values = axis.files.empty() ? axis.values : axis.files;
  if (!axis.files.empty()) {  // one file has one name
    for (std::string& v : values) v = std::filesystem::path(v).lexically_normal().string();
  }
  std::set<std::string> seen;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!seen.insert(values[i]).second) {
      return AxisFault{fmt::format("{}.{}", axis.files.empty() ? "values" : "files", i),
                       fmt::format("'{}' is given twice", values[i]), "remove one"};
    }
  }
  return {};
}

std::optional<double> axis_number(const std::string& text) {
  if (const auto plain = parse_number(text)) return plain;
  for (const auto units : {units_of<Time>(), units_of<Frequency>(), units_of<Energy>(),
                           units_of<Power>(), units_of<Bytes>(), units_of<Bandwidth>(),
                           units_of<EnergyPerByte>(), units_of<Voltage>(), units_of<Current>()}) {
    if (const auto parsed = parse_quantity(text, units); parsed.si) return parsed.si;
  }
  return {};
}

std::uint64_t SweepGrid::size() const {
  std::uint64_t product = 1;
  for (const std::size_t size : sizes) product *= size;
  return product;
}

std::vector<std::size_t> SweepGrid::at(std::uint64_t point) const {
  std::vector<std::size_t> step(sizes.size());
  for (std::size_t d = sizes.size(); d-- > 0;) {
    step[d] = point % sizes[d];
    point /= sizes[d];
  }
  std::vector<std::size_t> out;
  out.reserve(columns.size());
  for (const SweepColumn& column : columns) out.push_back(step[column.dimension]);
  return out;
}

std::uint64_t SweepGrid::number(const std::vector<std::size_t>& place) const {
  std::uint64_t point = 0;
  for (std::size_t d = 0; d < sizes.size(); ++d) point = point * sizes[d] + place[d];
  return point;
}

std::string SweepGrid::label(std::uint64_t point) const {
  const auto index = at(point);
  std::string text;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    text += (text.empty() ? "" : ", ") + columns[i].name + " = " + columns[i].values[index[i]];
  }
  return text;
}

SweepGrid make_grid(const SweepSpec& sweep) {
  SweepGrid grid;
  for (const SweepDimension& dimension : sweep.axes) {
    std::size_t zipped = 0;
    for (const SweepAxis& axis : dimension.axes()) {
      SweepColumn column{axis.name, axis.paths, {}, !axis.files.empty(), grid.sizes.size()};
      column.key = fmt::format("axes.{}", column.dimension);
      if (!dimension.zip.empty()) column.key += fmt::format(".zip.{}", zipped++);
      if (column.paths.empty()) column.paths = {axis.path};
      static_cast<void>(expand_axis(axis, axis_levels(sweep.sampling), column.values));
      grid.columns.push_back(std::move(column));
    }
    grid.sizes.push_back(grid.columns.back().values.size());
  }
  return grid;
}

std::vector<std::uint64_t> choose_points(const SweepGrid& grid, const SweepSampling& sampling) {
  if (sampling.method == Sampling::nsga2) {
    throw std::logic_error("a search chooses its points while it runs");
  }
  if (sampling.method == Sampling::grid) {
    std::vector<std::uint64_t> all(grid.size());
    for (std::uint64_t i = 0; i < all.size(); ++i) all[i] = i;
    return all;
  }
  const auto chosen = sampling.method == Sampling::random ? random_points(grid.size(), sampling)
                                                          : hypercube_points(grid, sampling);
  return {chosen.begin(), chosen.end()};
}

}  // namespace tritsim
