// SPDX-License-Identifier: Apache-2.0
#include "sim/sqlite.hpp"

#include <sqlite3.h>

namespace tritsim {
namespace {

[[noreturn]] void fail(sqlite3* database) {
  throw SqlError(sqlite3_errmsg(database));
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

void Database::Close::operator()(sqlite3* database) const {
  sqlite3_close(database);
}

Database::Database(const std::string& file, Mode mode) {
  const int flags = mode == Mode::read    ? SQLITE_OPEN_READONLY
                    : mode == Mode::write ? SQLITE_OPEN_READWRITE
                                          : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &opened, flags, nullptr);
  database_.reset(opened);
  if (code != SQLITE_OK) fail(opened);
  sqlite3_busy_timeout(opened, 5000);
  // "name" is a column and never a text: a misspelt name is an error.
  sqlite3_db_config(opened, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(opened, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
}

void Database::run(const std::string& sql) {
  if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    fail(database_.get());
  }
}

std::string sql_name(const std::string& name) {
  std::string out = "\"";
  for (const char c : name) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

}  // namespace tritsim
