// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>

#include "arch/study/sweep_grid.hpp"
#include "sim/study/sqlite.hpp"

namespace tritsim {

/// One point's results.
struct SweepRow {
  std::uint64_t point = 0;
  std::string digest;
  std::string status;  ///< ok, unfit, failed, crashed, timeout
  std::string reason;
  std::vector<Cell> axes;     ///< in the order of the grid's columns
  std::vector<Cell> metrics;  ///< in the order of sweep_metrics; all empty without a result
  std::string components;     ///< energy by component, as in `tritsim run --json`, JSON
  double wall_s = 0;
};

/// The files that the base of a sweep names, by its keys: board, model, mapping.
using BaseFiles = std::map<std::string, std::string>;

/// The results of a sweep in an SQLite file: table `sweep` (keys and texts: what was run), table
/// `points` (one row a point). Rows are committed one by one and survive the end of the process,
/// however it ends. What is wrong with the file (locked, damaged, deleted, a full disk) is a
/// ConfigError that names it.
class SweepStore {
 public:
  /// Makes a new file; `description` is the resolved sweep as JSON. Throws ConfigError if there is
  /// one already.
  static SweepStore create(const std::string& file, const std::string& description,
                           const BaseFiles& base, const SweepGrid& grid);

  /// Opens an existing file; throws ConfigError if it is not a sweep's database.
  static SweepStore open(const std::string& file, Database::Mode mode);

  /// The resolved sweep.
  [[nodiscard]] std::string description();
  [[nodiscard]] BaseFiles base_files();
  /// Records what is run, and that this tool runs it.
  void describe(const std::string& description, const BaseFiles& base);
  /// The tool that made it.
  [[nodiscard]] std::string tool();
  /// This tool: version and digest of the sources.
  [[nodiscard]] static std::string this_tool();

  /// Names of the axes, as columns.
  [[nodiscard]] std::vector<std::string> axis_names();

  /// Those of sweep_metrics that are there: an older tool has written fewer.
  [[nodiscard]] std::vector<std::string> metric_names();

  struct Known {
    std::string digest;
    std::string status;
  };

  /// What there is, by point.
  [[nodiscard]] std::map<std::uint64_t, Known> known();

  /// Rows there are.
  [[nodiscard]] std::uint64_t count();

  /// Throws ConfigError if the file has been deleted since it was opened.
  void put(const SweepRow& row);
  void remove(std::uint64_t point);

  /// To be called at the end of a sweep: everything is then in one file, which can be read without
  /// write permission.
  void close_log();

  /// Adopts the rows of another file; throws ConfigError if a point differs.
  void merge(const std::string& file);

  [[nodiscard]] Database& database() { return database_; }

 private:
  SweepStore(std::string file, Database::Mode mode);

  /// Throws ConfigError if the file is damaged.
  void check_whole();
  void prepare_for_writing();

  std::string file_;
  Database database_;
  std::optional<Statement> put_;  ///< prepared by the first row
};

/// Value of an axis as the database holds it: a number in SI units, or the text.
[[nodiscard]] Cell axis_cell(const std::string& text);

/// SQL that makes the table `points` of a grid.
[[nodiscard]] std::string create_points(const SweepGrid& grid);

}  // namespace tritsim
