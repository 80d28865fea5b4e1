// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/study/sweep_costs.hpp"

namespace tritsim {

struct SweepPageOptions {
  std::string database;  ///< as the page names it
  std::string file;      ///< that is written
  std::string where{};   ///< rows, an SQL expression; empty: all
  Size size = Size::fits;
};

/// Writes the page of a sweep; the database has the view `results` (sim/study/sweep_costs.hpp).
void write_sweep_page(SweepStore& store, const SweepSpec& sweep, const SweepPageOptions& options);

/// The resolved sweep, JSON, that a database or a page holds; throws ConfigError if there is none.
[[nodiscard]] std::string stored_sweep(const std::string& file);

/// Whether a file is a database, by its first bytes.
[[nodiscard]] bool is_database(const std::string& file);

}  // namespace tritsim
