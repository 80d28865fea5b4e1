// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/study/sweep.hpp"

namespace tritsim {

/// What is wrong with an axis: `key` is relative to the axis.
struct AxisFault {
  std::string key;
  std::string what;
  std::string remedy;
};

/// Values that an axis without a grid of its own is cut into; 0: it cannot be.
[[nodiscard]] std::uint64_t axis_levels(const SweepSampling& sampling);

/// The values of an axis as texts, in order; or what is wrong. `levels`: of what lies between two
/// ends.
[[nodiscard]] std::optional<AxisFault> expand_axis(const SweepAxis& axis, std::uint64_t levels,
                                                   std::vector<std::string>& values);

/// What a value is compared as: the number in SI units, if the text is a number with or without a
/// unit.
[[nodiscard]] std::optional<double> axis_number(const std::string& text);

/// An axis with its values.
struct SweepColumn {
  std::string name;
  std::vector<std::string> paths;
  std::vector<std::string> values;
  bool files = false;  ///< the values are names of files, relative to the sweep's
  std::size_t dimension = 0;
  std::string key{};  ///< of the axis in the sweep, e.g. "axes.1.zip.0"
};

/// The product of the dimensions. Points are numbered from 0, the last dimension fastest.
struct SweepGrid {
  std::vector<SweepColumn> columns;
  std::vector<std::size_t> sizes;  ///< of each dimension

  [[nodiscard]] std::uint64_t size() const;

  /// For each column the index of its value at `point`.
  [[nodiscard]] std::vector<std::size_t> at(std::uint64_t point) const;

  /// The point with these indices, one for each dimension.
  [[nodiscard]] std::uint64_t number(const std::vector<std::size_t>& place) const;

  /// "lanes = 4, width = 128".
  [[nodiscard]] std::string label(std::uint64_t point) const;
};

/// The grid of a sweep that has been checked.
[[nodiscard]] SweepGrid make_grid(const SweepSpec& sweep);

/// The chosen points, ascending. A Latin hypercube may meet a point twice; it counts once.
[[nodiscard]] std::vector<std::uint64_t> choose_points(const SweepGrid& grid,
                                                       const SweepSampling& sampling);

}  // namespace tritsim
