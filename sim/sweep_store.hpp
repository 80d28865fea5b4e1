// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>

#include "arch/sweep_grid.hpp"
#include "sim/sqlite.hpp"

namespace tritsim {

/// One point's results.
struct SweepRow {
  std::uint64_t point = 0;
  std::string digest;
  std::string status;  ///< ok, failed, crashed, timeout
  std::string reason;
  std::vector<Cell> axes;     ///< in the order of the grid's columns
  std::vector<Cell> metrics;  ///< in the order of sweep_metrics; all empty without a result
  std::string energy;         ///< energy by component, JSON
  double wall_s = 0;
};

/// The files that the base of a sweep names, by its keys: board, model, mapping.
using BaseFiles = std::map<std::string, std::string>;

/// The results of a sweep in an SQLite file: table `sweep` (keys and texts: what was run), table
/// `points` (one row a point). Rows are committed one by one and are there after the end of the
/// process, however it comes.
class SweepStore {
 public:
  /// Makes a new file; `description` is the resolved sweep as JSON.
  static SweepStore create(const std::string& file, const std::string& description,
                           const BaseFiles& base, const SweepGrid& grid);

  /// Opens one that is there; throws ConfigError if it is none.
  static SweepStore open(const std::string& file, Database::Mode mode);

  /// The resolved sweep.
  [[nodiscard]] std::string description();
  [[nodiscard]] BaseFiles base_files();
  /// Says what is run, and that this tool runs it.
  void describe(const std::string& description, const BaseFiles& base);
  /// The tool that made it.
  [[nodiscard]] std::string tool();
  /// This tool: version and digest of the sources.
  [[nodiscard]] static std::string this_tool();

  /// Names of the axes, as columns.
  [[nodiscard]] std::vector<std::string> axis_names();

  struct Known {
    std::string digest;
    std::string status;
  };

  /// What there is, by point.
  [[nodiscard]] std::map<std::uint64_t, Known> known();

  void put(const SweepRow& row);
  void remove(std::uint64_t point);

  /// Takes the rows of another file over; throws ConfigError if a point differs.
  void merge(const std::string& file);

  [[nodiscard]] Database& database() { return database_; }

 private:
  SweepStore(std::string file, Database::Mode mode);

  void prepare_for_writing();

  std::string file_;
  Database database_;
};

/// Value of an axis as the database holds it: a number in SI units, or the text.
[[nodiscard]] Cell axis_cell(const std::string& text);

/// The points for which none of the expressions holds. Throws ConfigError naming the expression.
[[nodiscard]] std::vector<std::uint64_t> without_skipped(const SweepGrid& grid,
                                                         const std::vector<std::uint64_t>& points,
                                                         const std::vector<std::string>& skip,
                                                         const std::string& file);

/// Throws ConfigError if one of `expressions` cannot be worked out from axes and metrics.
void check_requirements(const SweepGrid& grid, const std::vector<std::string>& expressions,
                        const std::string& file);

}  // namespace tritsim
