// SPDX-License-Identifier: Apache-2.0
#include "sim/study/sweep_store.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/format.h>
#include <unistd.h>

#include "arch/base/build_id.hpp"
#include "arch/base/file_ledger.hpp"
#include "arch/base/problems.hpp"
#include "sim/study/database_file.hpp"
#include "tritsim_version.hpp"

namespace tritsim {
namespace {

Cell text_of(const std::string& text) {
  return text.empty() ? Cell{} : Cell{text};
}

}  // namespace

SweepStore::SweepStore(std::string file, Database::Mode mode)
    : file_(std::move(file)), database_(file_, mode) {}

SweepStore SweepStore::create(const std::string& file, const std::string& description,
                              const BaseFiles& base, const SweepGrid& grid) {
  // Made under another name: under its own it is there with all its tables, or not at all.
  const std::string unfinished = fmt::format("{}.{}.new", file, getpid());
  const auto directory = std::filesystem::path(file).parent_path();
  if (!directory.empty() && !std::filesystem::is_directory(directory)) {
    throw ConfigError(
        fmt::format("{}: there is no directory '{}'; make it", file, directory.string()));
  }
  remove_unfinished(file);
  std::error_code ignored;
  try {
    {
      SweepStore store(unfinished, Database::Mode::create);
      store.database_.run("BEGIN IMMEDIATE");
      store.database_.run("CREATE TABLE sweep (key TEXT PRIMARY KEY, value TEXT NOT NULL)");
      store.database_.run(create_points(grid));
      store.describe(description, base);
      store.database_.run("COMMIT");
      store.prepare_for_writing();  // here: an interrupted change leaves a journal
    }
    if (!std::filesystem::exists(file)) remove_remains(file);
    give_name(unfinished, file);
    SweepStore store(file, Database::Mode::write);
    store.prepare_for_writing();
    return store;
  } catch (const std::filesystem::filesystem_error& e) {
    std::filesystem::remove(unfinished, ignored);
    throw ConfigError(fmt::format("{}: cannot make the database: {}", file, e.code().message()));
  } catch (const ConfigError&) {
    std::filesystem::remove(unfinished, ignored);
    remove_remains(unfinished);
    throw;
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
  if (mode == Database::Mode::read) FileLedger::note_input(file);
  try {
    SweepStore store(file, mode);
    static_cast<void>(store.description());
    store.check_whole();
    if (mode != Database::Mode::read) store.prepare_for_writing();
    return store;
  } catch (const SqlError& e) {
    throw ConfigError(fmt::format("{}: is not the database of a sweep: {}", file, e.what()));
  }
}

void SweepStore::check_whole() {
  Statement s = database_.prepare("PRAGMA quick_check(1)");
  const Cell said = s.step() ? s.cell(0) : Cell{};
  const auto* text = std::get_if<std::string>(&said);
  if (text != nullptr && *text == "ok") return;
  throw ConfigError(
      fmt::format("{}: is damaged ({}); take a copy of it, or run the sweep into a new file", file_,
                  text == nullptr ? "it cannot be read" : *text));
}

std::string SweepStore::description() {
  Statement s = database_.prepare("SELECT value FROM sweep WHERE key = 'description'");
  const Cell text = s.step() ? s.cell(0) : Cell{};
  if (const auto* found = std::get_if<std::string>(&text)) return *found;
  check_whole();
  throw SqlError("it has no description");
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
  std::set<std::string> others(sweep_metrics().begin(), sweep_metrics().end());
  others.insert(sweep_columns.begin(), sweep_columns.end());
  std::vector<std::string> names;
  for (const auto& name : database_.prepare("SELECT * FROM points").columns()) {
    if (!others.contains(name)) names.push_back(name);
  }
  return names;
}

std::vector<std::string> SweepStore::metric_names() {
  std::vector<std::string> out;
  const auto there = database_.prepare("SELECT * FROM points").columns();
  for (const std::string& metric : sweep_metrics()) {
    if (std::find(there.begin(), there.end(), metric) != there.end()) out.push_back(metric);
  }
  return out;
}

void SweepStore::close_log() {
  try {
    database_.wait_for_others(200);
    database_.run("PRAGMA journal_mode = DELETE");
  } catch (const ConfigError&) {
    // Another process reads it: the last one to close it merges the log.
  }
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

std::uint64_t SweepStore::count() {
  Statement s = database_.prepare("SELECT count(*) FROM points");
  s.step();
  return static_cast<std::uint64_t>(std::get<std::int64_t>(s.cell(0)));
}

void SweepStore::put(const SweepRow& row) {
  std::vector<Cell> cells{static_cast<std::int64_t>(row.point), row.digest, row.status,
                          text_of(row.reason)};
  cells.insert(cells.end(), row.axes.begin(), row.axes.end());
  cells.insert(cells.end(), row.metrics.begin(), row.metrics.end());
  cells.resize(4 + row.axes.size() + sweep_metrics().size());
  cells.push_back(text_of(row.components));
  cells.emplace_back(row.wall_s);
  if (!put_) {
    std::string sql = "INSERT OR REPLACE INTO points VALUES (";
    for (std::size_t i = 0; i < cells.size(); ++i) sql += i == 0 ? "?" : ", ?";
    put_ = database_.prepare(sql + ")");
  }
  for (std::size_t i = 0; i < cells.size(); ++i) put_->bind(static_cast<int>(i) + 1, cells[i]);
  put_->step();
  if (database_.has_moved()) {
    throw ConfigError(
        fmt::format("{}: has been deleted or replaced while the sweep ran; its rows are gone, run "
                    "the sweep again",
                    file_));
  }
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
  const auto mine = known();
  for (const auto& [point, row] : other.known()) {
    const auto it = mine.find(point);
    if (it == mine.end()) continue;
    if (it->second.digest != row.digest || it->second.status != row.status) {
      throw ConfigError(fmt::format("{}: point {} differs from that in {}", file, point, file_));
    }
  }
  Statement rows = other.database_.prepare("SELECT * FROM points");
  const auto columns = static_cast<int>(rows.columns().size());
  std::string sql = "INSERT OR IGNORE INTO points VALUES (";
  for (int i = 0; i < columns; ++i) sql += i == 0 ? "?" : ", ?";
  Statement put = database_.prepare(sql + ")");
  database_.run("BEGIN");
  while (rows.step()) {
    for (int i = 0; i < columns; ++i) put.bind(i + 1, rows.cell(i));
    put.step();
  }
  database_.run("COMMIT");
}

}  // namespace tritsim
