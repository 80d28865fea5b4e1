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

/// SQLite's message about a statement that it cannot evaluate. What is wrong with a file (locked,
/// damaged, no permission, a full disk) is a ConfigError that names it.
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
  /// The first parameter as it is written, e.g. "?" or ":x"; empty if there is none.
  [[nodiscard]] std::string parameter() const;

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

  /// `read` needs no permission to write, neither for the file nor for its directory; what an
  /// interrupted write has left is repaired if there is permission to write. Throws ConfigError.
  Database(const std::string& file, Mode mode);

  void run(const std::string& sql);

  [[nodiscard]] Statement prepare(const std::string& sql) { return {database_.get(), sql}; }

  /// True if the file has been deleted or replaced since it was opened: whatever is written now is
  /// lost.
  [[nodiscard]] bool has_moved() const;

  /// How long a statement waits for another process that writes.
  void wait_for_others(int milliseconds);

  /// Stops a statement that takes more than so many steps of SQLite's machine, an SqlError; 0 sets
  /// no limit.
  void limit_work(std::uint64_t steps);

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };

  void open(const std::string& name, int flags);
  /// Reads something; true if that can be done.
  [[nodiscard]] bool is_readable();
  void open_for_reading(const std::string& file);

  std::unique_ptr<std::uint64_t> work_left_ = std::make_unique<std::uint64_t>(0);
  std::unique_ptr<sqlite3, Close> database_;
};

/// Any name, quoted for SQL.
[[nodiscard]] std::string sql_name(const std::string& name);

/// Any text, quoted for SQL.
[[nodiscard]] std::string sql_text(const std::string& text);

}  // namespace tritsim
