// SPDX-License-Identifier: Apache-2.0
#include "sim/study/sweep_store.hpp"

namespace tritsim {
namespace {

/// Columns of `points`, in order, with their types.
std::vector<std::pair<std::string, const char*>> columns_of(const SweepGrid& grid) {
  std::vector<std::pair<std::string, const char*>> out{{"point", "INTEGER PRIMARY KEY"},
                                                       {"digest", "TEXT NOT NULL"},
                                                       {"status", "TEXT NOT NULL"},
                                                       {"reason", "TEXT"}};
  for (const SweepColumn& column : grid.columns) out.emplace_back(column.name, "NUMERIC");
  for (const std::string& metric : sweep_metrics()) {
    out.emplace_back(metric, is_word(metric) ? "TEXT" : "REAL");
  }
  out.emplace_back("components", "TEXT");
  out.emplace_back("wall_s", "REAL");
  return out;
}

}  // namespace

std::string create_points(const SweepGrid& grid) {
  std::string sql;
  for (const auto& [name, type] : columns_of(grid)) {
    sql += (sql.empty() ? "CREATE TABLE points (" : ", ") + sql_name(name) + " " + type;
  }
  return sql + ")";
}

Cell axis_cell(const std::string& text) {
  const auto number = axis_number(text);
  return number ? Cell{*number} : Cell{text};
}

}  // namespace tritsim
