// SPDX-License-Identifier: Apache-2.0
#include "sim/sweep_store.hpp"

#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "arch/build_id.hpp"
#include "arch/problems.hpp"
#include "tritsim_version.hpp"

namespace tritsim {
namespace {

/// Columns of `points`, in order, with their types.
std::vector<std::pair<std::string, const char*>> columns_of(const SweepGrid& grid) {
  std::vector<std::pair<std::string, const char*>> out{{"point", "INTEGER PRIMARY KEY"},
                                                       {"digest", "TEXT NOT NULL"},
                                                       {"status", "TEXT NOT NULL"},
                                                       {"reason", "TEXT"}};
  for (const SweepColumn& column : grid.columns) out.emplace_back(column.name, "NUMERIC");
  for (const auto metric : sweep_metrics) {
    out.emplace_back(std::string(metric), metric == "largest_floor" ? "TEXT" : "REAL");
  }
  out.emplace_back("energy", "TEXT");
  out.emplace_back("wall_s", "REAL");
  return out;
}

std::string create_points(const SweepGrid& grid) {
  std::string sql;
  for (const auto& [name, type] : columns_of(grid)) {
    sql += (sql.empty() ? "CREATE TABLE points (" : ", ") + sql_name(name) + " " + type;
  }
  return sql + ")";
}

[[noreturn]] void bad_expression(const std::string& file, const std::string& path,
                                 const std::string& text, const SqlError& error,
                                 const std::vector<std::string>& names) {
  throw ConfigError({Problem{{file, 0, 0},
                             path,
                             fmt::format("'{}': {}", text, error.what()),
                             fmt::format("the names are: {}", fmt::join(names, ", "))}});
}

Cell text_of(const std::string& text) {
  return text.empty() ? Cell{} : Cell{text};
}

}  // namespace

Cell axis_cell(const std::string& text) {
  const auto number = axis_number(text);
  return number ? Cell{*number} : Cell{text};
}

SweepStore::SweepStore(std::string file, Database::Mode mode)
    : file_(std::move(file)), database_(file_, mode) {}

SweepStore SweepStore::create(const std::string& file, const std::string& description,
                              const BaseFiles& base, const SweepGrid& grid) {
  // Made under another name: under its own it is there with all its tables, or not at all.
  const std::string unfinished = file + ".new";
  std::error_code error;
  std::filesystem::remove(unfinished, error);
  try {
    {
      SweepStore store(unfinished, Database::Mode::create);
      store.database_.run("BEGIN IMMEDIATE");
      store.database_.run("CREATE TABLE sweep (key TEXT PRIMARY KEY, value TEXT NOT NULL)");
      store.database_.run(create_points(grid));
      store.describe(description, base);
      store.database_.run("COMMIT");
    }
    std::filesystem::rename(unfinished, file);
    SweepStore store(file, Database::Mode::write);
    store.prepare_for_writing();
    return store;
  } catch (const SqlError& e) {
    throw ConfigError(fmt::format("{}: cannot make the database: {}", file, e.what()));
  } catch (const std::filesystem::filesystem_error& e) {
    throw ConfigError(fmt::format("{}: cannot make the database: {}", file, e.code().message()));
  }
}

void SweepStore::prepare_for_writing() {
  // A write-ahead log: a commit is a write without waiting for the disk. The end of the process
  // loses nothing; a power failure may lose the last commits and leaves the file whole.
  database_.run("PRAGMA journal_mode = WAL");
  database_.run("PRAGMA synchronous = NORMAL");
}

std::string SweepStore::this_tool() {
  return fmt::format("tritsim {}, sources {}", version, build_id());
}

SweepStore SweepStore::open(const std::string& file, Database::Mode mode) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) {
    throw ConfigError(fmt::format("{}: there is no such database", file));
  }
  try {
    SweepStore store(file, mode);
    if (mode != Database::Mode::read) store.prepare_for_writing();
    static_cast<void>(store.description());
    return store;
  } catch (const SqlError& e) {
    throw ConfigError(fmt::format("{}: is not the database of a sweep: {}", file, e.what()));
  }
}

std::string SweepStore::description() {
  Statement s = database_.prepare("SELECT value FROM sweep WHERE key = 'description'");
  if (!s.step()) throw SqlError("it has no description");
  return std::get<std::string>(s.cell(0));
}

BaseFiles SweepStore::base_files() {
  BaseFiles out;
  Statement s =
      database_.prepare("SELECT substr(key, 6), value FROM sweep WHERE key LIKE 'base.%'");
  while (s.step()) out[std::get<std::string>(s.cell(0))] = std::get<std::string>(s.cell(1));
  return out;
}

void SweepStore::describe(const std::string& description, const BaseFiles& base) {
  database_.run("DELETE FROM sweep WHERE key LIKE 'base.%'");
  Statement put = database_.prepare("INSERT OR REPLACE INTO sweep VALUES (?, ?)");
  put.bind(1, std::string("tool")).bind(2, this_tool()).step();
  put.bind(1, std::string("description")).bind(2, description).step();
  for (const auto& [key, file] : base) put.bind(1, "base." + key).bind(2, file).step();
}

std::string SweepStore::tool() {
  Statement s = database_.prepare("SELECT value FROM sweep WHERE key = 'tool'");
  return s.step() ? std::get<std::string>(s.cell(0)) : "";
}

std::vector<std::string> SweepStore::axis_names() {
  std::set<std::string> others(sweep_metrics.begin(), sweep_metrics.end());
  others.insert(sweep_columns.begin(), sweep_columns.end());
  std::vector<std::string> names;
  for (const auto& name : database_.prepare("SELECT * FROM points").columns()) {
    if (!others.contains(name)) names.push_back(name);
  }
  return names;
}

std::map<std::uint64_t, SweepStore::Known> SweepStore::known() {
  std::map<std::uint64_t, Known> out;
  Statement s = database_.prepare("SELECT point, digest, status FROM points");
  while (s.step()) {
    out[static_cast<std::uint64_t>(std::get<std::int64_t>(s.cell(0)))] = {
        std::get<std::string>(s.cell(1)), std::get<std::string>(s.cell(2))};
  }
  return out;
}

void SweepStore::put(const SweepRow& row) {
  std::vector<Cell> cells{static_cast<std::int64_t>(row.point), row.digest, row.status,
                          text_of(row.reason)};
  cells.insert(cells.end(), row.axes.begin(), row.axes.end());
  cells.insert(cells.end(), row.metrics.begin(), row.metrics.end());
  cells.resize(4 + row.axes.size() + sweep_metrics.size());
  cells.push_back(text_of(row.energy));
  cells.emplace_back(row.wall_s);
  std::string sql = "INSERT OR REPLACE INTO points VALUES (";
  for (std::size_t i = 0; i < cells.size(); ++i) sql += i == 0 ? "?" : ", ?";
  Statement s = database_.prepare(sql + ")");
  for (std::size_t i = 0; i < cells.size(); ++i) s.bind(static_cast<int>(i) + 1, cells[i]);
  s.step();
}

void SweepStore::remove(std::uint64_t point) {
  database_.prepare("DELETE FROM points WHERE point = ?")
      .bind(1, static_cast<std::int64_t>(point))
      .step();
}

void SweepStore::merge(const std::string& file) {
  SweepStore other = open(file, Database::Mode::read);
  if (other.description() != description() || other.tool() != tool()) {
    throw ConfigError(
        fmt::format("{}: is of another sweep than {}, or of another version", file, file_));
  }
  database_.prepare("ATTACH ? AS other").bind(1, file).step();
  std::int64_t clash = -1;
  {
    Statement s = database_.prepare(
        "SELECT point FROM points AS mine JOIN other.points AS theirs USING (point) "
        "WHERE mine.digest <> theirs.digest OR mine.status <> theirs.status LIMIT 1");
    if (s.step()) clash = std::get<std::int64_t>(s.cell(0));
  }
  if (clash < 0) database_.run("INSERT OR IGNORE INTO points SELECT * FROM other.points");
  database_.run("DETACH other");
  if (clash >= 0) {
    throw ConfigError(fmt::format("{}: point {} differs from that in {}", file, clash, file_));
  }
}

std::vector<std::uint64_t> without_skipped(const SweepGrid& grid,
                                           const std::vector<std::uint64_t>& points,
                                           const std::vector<std::string>& skip,
                                           const std::string& file) {
  if (skip.empty()) return points;
  Database memory(":memory:", Database::Mode::create);
  std::string create = "CREATE TABLE points (point INTEGER PRIMARY KEY";
  std::string insert = "INSERT INTO points VALUES (?";
  std::vector<std::string> names;
  for (const SweepColumn& column : grid.columns) {
    names.push_back(column.name);
    create += ", " + sql_name(column.name) + " NUMERIC";
    insert += ", ?";
  }
  memory.run(create + ")");
  std::string any = "0";
  for (std::size_t i = 0; i < skip.size(); ++i) {
    any += " OR (" + skip[i] + "\n)";
    try {
      static_cast<void>(memory.prepare("SELECT 1 FROM points WHERE (" + skip[i] + "\n)"));
    } catch (const SqlError& e) {
      bad_expression(file, fmt::format("skip.{}", i), skip[i], e, names);
    }
  }
  memory.run("BEGIN");
  Statement put = memory.prepare(insert + ")");
  for (const std::uint64_t point : points) {
    put.bind(1, static_cast<std::int64_t>(point));
    const auto index = grid.at(point);
    for (std::size_t i = 0; i < index.size(); ++i) {
      put.bind(static_cast<int>(i) + 2, axis_cell(grid.columns[i].values[index[i]]));
    }
    put.step();
  }
  memory.run("COMMIT");
  std::vector<std::uint64_t> kept;
  Statement s =
      memory.prepare("SELECT point FROM points WHERE coalesce(" + any + ", 0) = 0 ORDER BY point");
  while (s.step()) kept.push_back(static_cast<std::uint64_t>(std::get<std::int64_t>(s.cell(0))));
  return kept;
}

void check_requirements(const SweepGrid& grid, const std::vector<std::string>& expressions,
                        const std::string& file) {
  Database memory(":memory:", Database::Mode::create);
  memory.run(create_points(grid));
  std::vector<std::string> names;
  for (const auto& [name, type] : columns_of(grid)) names.push_back(name);
  for (std::size_t i = 0; i < expressions.size(); ++i) {
    try {
      static_cast<void>(memory.prepare("SELECT 1 FROM points WHERE (" + expressions[i] + "\n)"));
    } catch (const SqlError& e) {
      bad_expression(file, fmt::format("require.{}", i), expressions[i], e, names);
    }
  }
}

}  // namespace tritsim
