// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/sweep_store.hpp"

namespace tritsim {

/// Writes the page of a sweep; the database has the view `results` (sim/sweep_costs.hpp). `where`
/// is an SQL expression, or empty for all rows.
void write_sweep_page(SweepStore& store, const SweepSpec& sweep, const std::string& database,
                      const std::string& where, const std::string& file);

/// The resolved sweep, JSON, that a database or a page holds; throws ConfigError if there is none.
[[nodiscard]] std::string stored_sweep(const std::string& file);

/// Whether a file is a database, by its first bytes.
[[nodiscard]] bool is_database(const std::string& file);

}  // namespace tritsim
