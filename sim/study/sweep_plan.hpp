// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/study/sweep_point.hpp"
#include "sim/study/sweep_expression.hpp"
#include "sim/study/sweep_store.hpp"

namespace tritsim {

/// One point that is to be run.
struct PlannedPoint {
  std::uint64_t point = 0;
  std::string digest;
};

/// Every k-th of n parts, from 1.
struct Shard {
  std::uint64_t part = 1;
  std::uint64_t parts = 1;
};

/// Chooses the points of a sweep, leaves out what `skip` says and what belongs to other shards,
/// and binds every one as a file would be read. Throws ConfigError with the problems of all points.
[[nodiscard]] std::vector<PlannedPoint> plan_sweep(const SweepSpec& sweep, SweepBinder& binder,
                                                   const Shard& shard);

/// Binds for each dimension every one of its values, the others at their first. A search cannot
/// bind all of its points beforehand: this finds what is wrong with an axis. Throws ConfigError.
void check_axes(const SweepSpec& sweep, SweepBinder& binder);

/// What a sweep looks at before its first point runs. Of a grid with very many points, and of a
/// search, every value of every axis is looked at and not every point. Throws ConfigError.
void check_sweep(const std::string& file);

/// Which rows of a database a resumed sweep does not keep.
struct ResumePolicy {
  bool changed = false;  ///< those whose inputs have changed; otherwise they are an error
  bool broken = false;   ///< those that crashed or took too long
  /// Rows of points that are not planned count as changed too.
  bool unplanned = true;
};

/// The points that the database lacks. Rows that the policy discards are removed from it.
[[nodiscard]] std::vector<PlannedPoint> missing_points(SweepStore& store,
                                                       const std::vector<PlannedPoint>& plan,
                                                       const SweepGrid& grid,
                                                       const ResumePolicy& policy,
                                                       const std::string& file);

}  // namespace tritsim
