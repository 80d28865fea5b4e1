// SPDX-License-Identifier: Apache-2.0
#include "sim/study/sweep_costs.hpp"

#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/study/search.hpp"
#include "sim/study/sweep_expression.hpp"
#include "sim/study/sweep_front.hpp"

namespace tritsim {
namespace {

/// Figures of a component as columns, and their place in its JSON.
constexpr std::array<std::pair<const char*, const char*>, 5> component_figures{{
    {"energy_j", "energy_j.value"},
    {"energy_j_low", "energy_j.low"},
    {"energy_j_high", "energy_j.high"},
    {"dynamic_j", "dynamic_j"},
    {"static_j", "static_j"},
}};

/// Every component of any row, in the order of the first row that has it.
std::vector<std::string> component_names(Database& database) {
  std::vector<std::string> names;
  Statement there = database.prepare(
      "SELECT count(*) FROM pragma_table_info('points') WHERE name = 'components'");
  there.step();
  if (std::get<std::int64_t>(there.cell(0)) == 0) return names;
  Statement s = database.prepare(
      "SELECT key FROM points, json_each(components) WHERE components IS NOT NULL "
      "GROUP BY key ORDER BY min(point), min(id)");
  while (s.step()) names.push_back(std::get<std::string>(s.cell(0)));
  return names;
}

std::uint64_t count_rows(Database& database, const std::string& condition) {
  Statement s = database.prepare("SELECT count(*) FROM points WHERE " + condition);
  s.step();
  return static_cast<std::uint64_t>(std::get<std::int64_t>(s.cell(0)));
}

/// One requirement of a candidate.
struct Requirement {
  std::string said;  ///< as it is written
  std::string sql;
  std::optional<Comparison> comparison;  ///< if it is one

  [[nodiscard]] std::string holds() const { return "coalesce((" + sql + "\n), 0)"; }

  /// SQL: by which share it is missed; 0 if it is met.
  [[nodiscard]] std::string miss() const {
    std::string by = "1";
    if (comparison) {
      const auto& [a, b] = *comparison;
      by = fmt::format("coalesce(abs(({0}) - ({1})) / max(abs({0}), abs({1}), 1e-300), 1)", a, b);
    }
    return fmt::format("CASE WHEN {} THEN 0 ELSE {} END", holds(), by);
  }
};

std::vector<Requirement> requirements(const SweepSpec& sweep, Size size) {
  std::vector<Requirement> all;
  for (const std::string& r : sweep.require) all.push_back({r, r, comparison_of(r)});
  if (size == Size::fits) {
    all.push_back({"the size of the device", "coalesce(fits, 1)", Comparison{"device_share", "1"}});
  }
  return all;
}

std::string text_of(const Cell& cell) {
  if (const auto* number = std::get_if<double>(&cell)) return fmt::format("{:.4g}", *number);
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) return std::to_string(*whole);
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  return "nothing";
}

/// The row that misses the requirements by the least, with its values of those that it misses.
std::string nearest_point(Database& database, const std::vector<Requirement>& required,
                          const SweepGrid& grid) {
  std::string sum = "0";
  std::string columns;
  for (const Requirement& r : required) {
    sum += " + " + r.miss();
    columns += ", " + r.holds() + ", " + (r.comparison ? "(" + r.comparison->left + ")" : "NULL");
  }
  Statement s =
      database.prepare("SELECT point" + columns + " FROM points WHERE status = 'ok' ORDER BY " +
                       sum + ", point LIMIT 1");
  s.step();
  std::vector<std::string> misses;
  int column = 1;
  for (const Requirement& r : required) {
    const bool met = text_of(s.cell(column)) != "0";
    if (!met && r.comparison) {
      misses.push_back(r.comparison->left + " = " + text_of(s.cell(column + 1)));
    }
    column += 2;
  }
  const auto point = static_cast<std::uint64_t>(std::get<std::int64_t>(s.cell(0)));
  return fmt::format("point {} ({}){}{}", point, grid.label(point), misses.empty() ? "" : ", with ",
                     fmt::join(misses, ", "));
}

std::string no_result(Database& database) {
  Statement s = database.prepare(
      "SELECT status, reason, count(*) FROM points GROUP BY status, reason "
      "ORDER BY count(*) DESC, min(point) LIMIT 1");
  s.step();
  const std::string reason = text_of(s.cell(1));
  return fmt::format("no point has a result; {} of {} {}: {}", text_of(s.cell(2)),
                     count_rows(database, "1"),
                     text_of(s.cell(0)) == "failed" ? "cannot run" : text_of(s.cell(0)),
                     reason.substr(0, reason.find('\n')));
}

}  // namespace

std::string feasible_sql(const SweepSpec& sweep, Size size) {
  std::string sql = "status = 'ok'";
  if (size == Size::fits) sql += " AND coalesce(fits, 1)";
  for (const std::string& r : sweep.require) sql += " AND coalesce((" + r + "\n), 0)";
  return sql;
}

std::vector<Candidate> candidates(Database& database, const SweepSpec& sweep, Size size) {
  std::vector<Candidate> out;
  if (sweep.objectives.empty()) return out;
  std::string sql = "SELECT point";
  for (const SweepObjective& o : sweep.objectives) {
    sql += (o.goal == Goal::max ? ", -" : ", ") + sql_name(o.metric);
  }
  Statement s =
      database.prepare(sql + " FROM points WHERE " + feasible_sql(sweep, size) + " ORDER BY point");
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

void make_results(Database& database, const SweepSpec& sweep, Size size) {
  database.run("CREATE TEMP TABLE front (point INTEGER PRIMARY KEY)");
  const auto all = candidates(database, sweep, size);
  std::vector<std::vector<double>> costs;
  for (const Candidate& c : all) costs.push_back(c.costs);
  const auto front = pareto_front(costs);
  database.run("BEGIN");
  {
    Statement put = database.prepare("INSERT INTO front VALUES (?)");
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (front[i]) put.bind(1, static_cast<std::int64_t>(all[i].point)).step();
    }
  }
  database.run("COMMIT");
  std::string sql = "CREATE TEMP VIEW results AS SELECT *, (" + feasible_sql(sweep, size) +
                    ") AS feasible, point IN (SELECT point FROM front) AS pareto";
  for (const std::string& name : component_names(database)) {
    for (const auto& [end, path] : component_figures) {
      sql += fmt::format(", json_extract(components, {}) AS {}",
                         sql_text(fmt::format("$.\"{}\".{}", name, path)),
                         sql_name(fmt::format("components.{}.{}", name, end)));
    }
  }
  database.run(sql + " FROM points");
}

std::vector<std::string> component_columns(Database& database) {
  std::vector<std::string> out;
  for (const std::string& name : component_names(database)) {
    for (const auto& [end, path] : component_figures) {
      out.push_back(fmt::format("components.{}.{}", name, end));
    }
  }
  return out;
}

std::string nothing_feasible(Database& database, const SweepSpec& sweep, const SweepGrid& grid,
                             Size size) {
  if (count_rows(database, "1") == 0 || count_rows(database, feasible_sql(sweep, size)) > 0) {
    return "";
  }
  const std::uint64_t results = count_rows(database, "status = 'ok'");
  if (results == 0) return no_result(database);
  const std::vector<Requirement> required = requirements(sweep, size);
  std::vector<std::string> unmet;
  std::vector<std::string> shares;
  for (const Requirement& r : required) {
    const std::uint64_t meeting = count_rows(database, "status = 'ok' AND " + r.holds());
    if (meeting == 0) unmet.push_back(r.said);
    if (meeting < results)
      shares.push_back(fmt::format("{} ({} {})", r.said, meeting, meeting == 1 ? "does" : "do"));
  }
  const std::string what =
      unmet.empty()
          ? fmt::format("no point meets all that is required at once: {}", fmt::join(shares, ", "))
          : fmt::format("no point meets {}", fmt::join(unmet, ", nor "));
  return fmt::format("{}; nearest of the {} with a result: {}", what, results,
                     nearest_point(database, required, grid));
}

SearchStep search_step(const std::vector<std::vector<double>>& costs,
                       std::vector<double>& reference) {
  if (reference.empty() && !costs.empty()) {
    reference = costs.front();
    for (const auto& each : costs) {
      for (std::size_t i = 0; i < each.size(); ++i) reference[i] = std::max(reference[i], each[i]);
    }
  }
  const auto on_front = pareto_front(costs);
  std::vector<std::vector<double>> front;
  for (std::size_t i = 0; i < costs.size(); ++i) {
    if (on_front[i]) front.push_back(costs[i]);
  }
  SearchStep step;
  step.front = front.size();
  step.hypervolume = front.empty() ? 0 : hypervolume(front, reference);
  return step;
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
