// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "sim/sweep_store.hpp"

namespace tritsim {

/// SQL: true for rows that have a result and break nothing that the sweep requires.
[[nodiscard]] std::string feasible_sql(const SweepSpec& sweep);

/// A point that may stand on the front, and its objectives as costs, less being better.
struct Candidate {
  std::uint64_t point = 0;
  std::vector<double> costs;
};

/// All candidates of a database, by point.
[[nodiscard]] std::vector<Candidate> candidates(Database& database, const SweepSpec& sweep);

/// The temporary view `results`: `points` with the columns feasible and pareto.
void make_results(Database& database, const SweepSpec& sweep);

/// How far a search has come.
struct SearchStep {
  std::uint32_t generation = 0;
  std::uint64_t points = 0;  ///< judged so far, those without a result among them
  std::uint64_t front = 0;   ///< points on the front of all of them
  double hypervolume = 0;    ///< of that front
};

/// Table `generations`, made when the first row is put.
void put_step(Database& database, const SearchStep& step);

}  // namespace tritsim
