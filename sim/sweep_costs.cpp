// SPDX-License-Identifier: Apache-2.0
#include "sim/sweep_costs.hpp"

#include "sim/sweep_front.hpp"

namespace tritsim {

std::string feasible_sql(const SweepSpec& sweep) {
  std::string sql = "status = 'ok'";
  for (const std::string& r : sweep.require) sql += " AND coalesce((" + r + "\n), 0)";
  return sql;
}

std::vector<Candidate> candidates(Database& database, const SweepSpec& sweep) {
  std::vector<Candidate> out;
  if (sweep.objectives.empty()) return out;
  std::string sql = "SELECT point";
  for (const SweepObjective& o : sweep.objectives) {
    sql += (o.goal == Goal::max ? ", -" : ", ") + sql_name(o.metric);
  }
  Statement s =
      database.prepare(sql + " FROM points WHERE " + feasible_sql(sweep) + " ORDER BY point");
  while (s.step()) {
    Candidate c{static_cast<std::uint64_t>(std::get<std::int64_t>(s.cell(0))), {}};
    for (std::size_t i = 0; i < sweep.objectives.size(); ++i) {
      const Cell cell = s.cell(static_cast<int>(i) + 1);
      if (const auto* number = std::get_if<double>(&cell)) c.costs.push_back(*number);
    }
    if (c.costs.size() == sweep.objectives.size()) out.push_back(std::move(c));
  }
  return out;
}

void make_results(Database& database, const SweepSpec& sweep) {
  database.run("CREATE TEMP TABLE front (point INTEGER PRIMARY KEY)");
  const auto all = candidates(database, sweep);
  std::vector<std::vector<double>> costs;
  for (const Candidate& c : all) costs.push_back(c.costs);
  const auto front = pareto_front(costs);
  Statement put = database.prepare("INSERT INTO front VALUES (?)");
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (front[i]) put.bind(1, static_cast<std::int64_t>(all[i].point)).step();
  }
  database.run("CREATE TEMP VIEW results AS SELECT *, (" + feasible_sql(sweep) +
               ") AS feasible, point IN (SELECT point FROM front) AS pareto FROM points");
}

void put_step(Database& database, const SearchStep& step) {
  database.run(
      "CREATE TABLE IF NOT EXISTS generations (generation INTEGER PRIMARY KEY, points INTEGER NOT "
      "NULL, front INTEGER NOT NULL, hypervolume REAL NOT NULL)");
  database.prepare("INSERT OR REPLACE INTO generations VALUES (?, ?, ?, ?)")
      .bind(1, std::int64_t{step.generation})
      .bind(2, static_cast<std::int64_t>(step.points))
      .bind(3, static_cast<std::int64_t>(step.front))
      .bind(4, step.hypervolume)
      .step();
}

}  // namespace tritsim
