// SPDX-License-Identifier: Apache-2.0
#include "sim/study/sqlite.hpp"

#include <cctype>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>
#include <sqlite3.h>

#include "arch/base/problems.hpp"

namespace tritsim {
namespace {

/// What is wrong with a file, and the remedy; empty if the statement is at fault.
std::string fault_of_file(int code, const std::string& said, int system_error) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "is locked: another process is writing to it; wait until it has ended";
    case SQLITE_CORRUPT:
      return fmt::format("is damaged ({}); take a copy of it, or run the sweep into a new file",
                         said);
    case SQLITE_NOTADB:
      return "is not the database of a sweep, nor any other";
    case SQLITE_FULL:
      return "the disk is full; make room, then add --resume to run what is missing";
    case SQLITE_IOERR:
      return fmt::format("cannot be read or written ({}{}{})", said, system_error != 0 ? ": " : "",
                         system_error != 0 ? std::strerror(system_error) : "");
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
      return fmt::format(
          "cannot be {} ({}{}{}); see to the permissions of the file and its directory",
          (code & 0xff) == SQLITE_CANTOPEN ? "opened" : "written", said,
          system_error != 0 ? ": " : "", system_error != 0 ? std::strerror(system_error) : "");
    default:
      return "";
  }
}

std::string name_of(sqlite3* database) {
  const char* name = sqlite3_db_filename(database, "main");
  if (name == nullptr) return "";
  std::error_code error;  // SQLite makes names absolute
  const auto near = std::filesystem::proximate(name, error).string();
  return error || near.starts_with("..") ? std::string(name) : near;
}

[[noreturn]] void fail(sqlite3* database) {
  const int code = sqlite3_extended_errcode(database);
  const std::string said = sqlite3_errmsg(database);
  if (code == SQLITE_INTERRUPT) throw SqlError("takes too long, and is stopped; write it simpler");
  const std::string fault = fault_of_file(code, said, sqlite3_system_errno(database));
  if (fault.empty()) throw SqlError(said);
  throw ConfigError(fmt::format("{}: {}", name_of(database), fault));
}

/// A file's name as a URI, whatever it is made of.
std::string uri_of(const std::string& file) {
  std::string uri = "file:";
  for (const char c : std::filesystem::absolute(file).string()) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = std::isalnum(byte) != 0 || std::strchr("/._-", c) != nullptr;
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return uri;
}

bool holds_something(const std::string& file) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  return !error && size > 0;
}

constexpr int steps_at_once = 10'000;

/// Of SQLite's machine, every `steps_at_once` of its steps; nonzero ends the statement.
int count_steps(void* left) {
  auto& steps = *static_cast<std::uint64_t*>(left);
  if (steps <= steps_at_once) return 1;
  steps -= steps_at_once;
  return 0;
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Statement::Statement(sqlite3* database, const std::string& sql) : database_(database) {
  sqlite3_stmt* made = nullptr;
  const char* tail = nullptr;
  if (sqlite3_prepare_v2(database, sql.c_str(), -1, &made, &tail) != SQLITE_OK) fail(database);
  statement_.reset(made);
  if (made == nullptr || std::string(tail).find_first_not_of(" \n;") != std::string::npos) {
    throw SqlError("one expression is expected");
  }
}

Statement& Statement::bind(int parameter, const Cell& value) {
  sqlite3_stmt* s = statement_.get();
  int code = SQLITE_OK;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    code = sqlite3_bind_int64(s, parameter, *whole);
  } else if (const auto* number = std::get_if<double>(&value)) {
    code = sqlite3_bind_double(s, parameter, *number);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    code = sqlite3_bind_text(s, parameter, text->data(), static_cast<int>(text->size()),
                             SQLITE_TRANSIENT);
  } else {
    code = sqlite3_bind_null(s, parameter);
  }
  if (code != SQLITE_OK) fail(database_);
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  sqlite3_reset(statement_.get());
  if (code != SQLITE_DONE) fail(database_);
  return false;
}

Cell Statement::cell(int column) const {
  sqlite3_stmt* s = statement_.get();
  switch (sqlite3_column_type(s, column)) {
    case SQLITE_NULL:
      return {};
    case SQLITE_INTEGER:
      return std::int64_t{sqlite3_column_int64(s, column)};
    case SQLITE_FLOAT:
      return sqlite3_column_double(s, column);
    default:
      return std::string(reinterpret_cast<const char*>(sqlite3_column_text(s, column)),
                         static_cast<std::size_t>(sqlite3_column_bytes(s, column)));
  }
}

std::vector<std::string> Statement::columns() const {
  std::vector<std::string> names;
  const int n = sqlite3_column_count(statement_.get());
  for (int i = 0; i < n; ++i) names.emplace_back(sqlite3_column_name(statement_.get(), i));
  return names;
}

std::string Statement::parameter() const {
  if (sqlite3_bind_parameter_count(statement_.get()) == 0) return "";
  const char* name = sqlite3_bind_parameter_name(statement_.get(), 1);
  return name == nullptr ? "?" : name;
}

void Database::Close::operator()(sqlite3* database) const {
  sqlite3_close(database);
}

void Database::open(const std::string& name, int flags) {
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(name.c_str(), &opened, flags | SQLITE_OPEN_EXRESCODE, nullptr);
  database_.reset(opened);
  if (code != SQLITE_OK) {
    throw ConfigError(fmt::format(
        "{}: {}", name, fault_of_file(code, sqlite3_errstr(code), sqlite3_system_errno(opened))));
  }
  wait_for_others(5000);
  // "name" is a column, never a text: a misspelt name is an error.
  sqlite3_db_config(opened, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(opened, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  run("PRAGMA temp_store = MEMORY");  // no disk space is needed to make a page
}

Database::Database(const std::string& file, Mode mode) {
  if (mode == Mode::read) {
    open_for_reading(file);
  } else {
    open(file,
         mode == Mode::write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  }
}

bool Database::is_readable() {
  const int code = sqlite3_exec(database_.get(), "SELECT count(*) FROM sqlite_master", nullptr,
                                nullptr, nullptr);
  if (code == SQLITE_OK) return true;
  const int kind = code & 0xff;
  if (kind != SQLITE_READONLY && kind != SQLITE_CANTOPEN) fail(database_.get());
  return false;
}

void Database::open_for_reading(const std::string& file) {
  open(file, SQLITE_OPEN_READONLY);
  if (is_readable()) return;
  // A connection that may write repairs what an interrupted write has left.
  open(file, SQLITE_OPEN_READWRITE);
  if (is_readable()) return;
  // Processes that only read also share the write-ahead log through a file in the directory.
  // Without a log, the database is the only file.
  for (const char* left : {"-journal", "-wal"}) {
    if (!holds_something(file + left)) continue;
    throw ConfigError(fmt::format(
        "{0}: a sweep that was interrupted, or still runs, has left {0}{1}, and reading it needs "
        "permission to write in the directory; copy both files elsewhere and read the copy",
        file, left));
  }
  open(uri_of(file) + "?immutable=1", SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
  if (!is_readable()) fail(database_.get());
}

void Database::run(const std::string& sql) {
  if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    fail(database_.get());
  }
}

bool Database::has_moved() const {
  int moved = 0;
  sqlite3_file_control(database_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return moved != 0;
}

void Database::wait_for_others(int milliseconds) {
  sqlite3_busy_timeout(database_.get(), milliseconds);
}

void Database::limit_work(std::uint64_t steps) {
  *work_left_ = steps;
  sqlite3_progress_handler(database_.get(), steps == 0 ? 0 : steps_at_once, count_steps,
                           work_left_.get());
}

std::string sql_name(const std::string& name) {
  std::string out = "\"";
  for (const char c : name) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string sql_text(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

}  // namespace tritsim
