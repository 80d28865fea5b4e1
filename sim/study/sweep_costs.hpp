// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "sim/study/sweep_store.hpp"

namespace tritsim {

/// Which points may be on the front.
enum class Size {
  fits,  ///< those that the device holds, as far as it is described
  any,   ///< those that are larger too
};

/// SQL: true for rows that have a result, fit the device and break nothing that the sweep requires.
[[nodiscard]] std::string feasible_sql(const SweepSpec& sweep, Size size = Size::fits);

/// A candidate for the front, with its objectives as costs: less is better.
struct Candidate {
  std::uint64_t point = 0;
  std::vector<double> costs;
};

/// All candidates of a database, by point.
[[nodiscard]] std::vector<Candidate> candidates(Database& database, const SweepSpec& sweep,
                                                Size size = Size::fits);

/// The temporary view `results`: `points` with the columns feasible and pareto, and for each
/// component of the energy what `component_columns` names.
void make_results(Database& database, const SweepSpec& sweep, Size size = Size::fits);

/// Columns of the view `results` that hold what the JSON of `components` does, in plain numbers:
/// components.NAME.energy_j, _low and _high, dynamic_j and static_j of every component of any row.
[[nodiscard]] std::vector<std::string> component_columns(Database& database);

/// Message if no row is feasible: the requirement that none meets, and the row that comes nearest
/// to meeting all. Empty if a row is feasible, or there is none. A requirement that is a comparison
/// is missed by the difference of its sides over the larger; any other is missed completely.
[[nodiscard]] std::string nothing_feasible(Database& database, const SweepSpec& sweep,
                                           const SweepGrid& grid, Size size = Size::fits);

/// How far a search has come.
struct SearchStep {
  std::uint32_t generation = 0;
  std::uint64_t points = 0;  ///< judged so far, those without a result among them
  std::uint64_t front = 0;   ///< points on the front of all of them
  double hypervolume = 0;    ///< of that front
};

/// Front and hypervolume of the candidates so far, by their costs. An empty `reference` becomes the
/// worst of the first candidates, in each objective.
[[nodiscard]] SearchStep search_step(const std::vector<std::vector<double>>& costs,
                                     std::vector<double>& reference);

/// Table `generations`, made when the first row is put.
void put_step(Database& database, const SearchStep& step);

}  // namespace tritsim
