// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "arch/study/sweep_point.hpp"
#include "sim/study/sqlite.hpp"

// User-written expressions of a sweep: `skip`, `require`, `show --where`.
namespace tritsim {

/// Work that an expression over so many rows may take; one that takes more is an SqlError. It stops
/// endless expressions and affects no others.
[[nodiscard]] std::uint64_t work_for(std::uint64_t rows);

/// Throws SqlError if the expression cannot be evaluated over the rows of `table`, or has a
/// parameter (`?`, `:x`), which would never get a value.
void check_expression(Database& database, const std::string& table, const std::string& expression);

/// The points for which none of the expressions holds. Throws ConfigError naming the expression.
[[nodiscard]] std::vector<std::uint64_t> without_skipped(const SweepGrid& grid,
                                                         const std::vector<std::uint64_t>& points,
                                                         const std::vector<std::string>& skip,
                                                         const PlaceOf& place);

/// Throws ConfigError with each of `require` that cannot be evaluated from axes and metrics.
void check_requirements(const SweepGrid& grid, const std::vector<std::string>& require,
                        const PlaceOf& place);

/// "power_w < 75" as its two sides.
struct Comparison {
  std::string left;
  std::string right;
};

/// The sides of an expression that is one comparison of two values; nothing if it is anything else.
[[nodiscard]] std::optional<Comparison> comparison_of(const std::string& expression);

}  // namespace tritsim
