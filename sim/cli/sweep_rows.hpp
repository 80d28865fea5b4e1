// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "sim/study/sqlite.hpp"

namespace tritsim {

/// How rows are printed: a table to read; or every digit, for programs.
enum class RowFormat { table, csv, json, json_lines };

/// Prints the rows of a query of the view `results` (sim/study/sweep_costs.hpp).
void print_rows(Statement s, const std::vector<std::string>& columns, RowFormat format,
                const std::string& title);

}  // namespace tritsim
