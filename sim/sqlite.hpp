// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace tritsim {

/// A value of a column: nothing, a number, a text.
using Cell = std::variant<std::monostate, std::int64_t, double, std::string>;

/// What SQLite says of a statement or a file.
class SqlError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One prepared statement.
class Statement {
 public:
  Statement(sqlite3* database, const std::string& sql);

  /// The i-th parameter, from 1.
  Statement& bind(int parameter, const Cell& value);
  /// True if there is a row; at the end the statement is ready to run again.
  bool step();
  /// The i-th column of the row, from 0.
  [[nodiscard]] Cell cell(int column) const;
  /// Names of the columns.
  [[nodiscard]] std::vector<std::string> columns() const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  sqlite3* database_;
};

/// A database file, or one in memory.
class Database {
 public:
  enum class Mode { read, write, create };

  Database(const std::string& file, Mode mode);

  void run(const std::string& sql);

  [[nodiscard]] Statement prepare(const std::string& sql) { return {database_.get(), sql}; }

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };

  std::unique_ptr<sqlite3, Close> database_;
};

/// A name as SQL takes it whatever it is.
[[nodiscard]] std::string sql_name(const std::string& name);

}  // namespace tritsim
