// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/sweep_page.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <span>

#include <fmt/format.h>

#include "arch/base/input_file.hpp"
#include "arch/base/reader.hpp"
#include "arch/base/writer.hpp"
#include "arch/study/sweep_point.hpp"
#include "reports/sweep/report.hpp"
#include "reports/text/script_text.hpp"
#include "sim/cli/point_command.hpp"
#include "tritsim_version.hpp"

namespace tritsim {
namespace {

constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

/// The base unit of "150 MHz"; empty for a plain number.
std::string base_unit(const std::string& text) {
  const std::pair<std::span<const Unit>, const char*> kinds[] = {{units_of<Time>(), "s"},
                                                                 {units_of<Frequency>(), "Hz"},
                                                                 {units_of<Energy>(), "J"},
                                                                 {units_of<Power>(), "W"},
                                                                 {units_of<Bytes>(), "B"},
                                                                 {units_of<Bandwidth>(), "B/s"},
                                                                 {units_of<EnergyPerByte>(), "J/B"},
                                                                 {units_of<Voltage>(), "V"},
                                                                 {units_of<Current>(), "A"}};
  if (parse_number(text)) return "";
  for (const auto& [units, symbol] : kinds) {
    if (parse_quantity(text, units).si) return symbol;
  }
  return "";
}

/// Names of files without their common directory and ending.
std::vector<std::string> labels_of(const SweepColumn& column) {
  if (!column.files) return column.values;
  std::vector<std::string> stems;
  for (const std::string& v : column.values) {
    stems.push_back(std::filesystem::path(v).stem().string());
  }
  std::vector<std::string> sorted = stems;
  std::sort(sorted.begin(), sorted.end());
  const bool twice = std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end();
  return twice ? column.values : stems;
}

std::vector<SweepReport::Axis> axes_of(const SweepSpec& sweep, const SweepGrid& grid,
                                       const PointCommand& command) {
  std::vector<SweepReport::Axis> axes;
  for (std::size_t i = 0; i < grid.columns.size(); ++i) {
    const SweepColumn& column = grid.columns[i];
    SweepReport::Axis axis{column.name, column.values,     labels_of(column), {}, "",
                           {},          command.flags()[i]};
    // As a command line takes them.
    for (std::string& v : axis.values) {
      if (column.files) v = axis_file(sweep, v);
    }
    for (const std::string& v : column.values) {
      if (const auto number = axis_number(v)) axis.numbers.push_back(*number);
    }
    if (axis.numbers.size() == column.values.size()) {
      axis.unit = base_unit(column.values.front());
    } else {
      axis.numbers.clear();
    }
    axes.push_back(std::move(axis));
  }
  return axes;
}

std::int64_t whole(const Statement& s, int column) {
  const Cell cell = s.cell(column);
  const auto* number = std::get_if<std::int64_t>(&cell);
  return number == nullptr ? 0 : *number;
}

std::string text(const Statement& s, int column) {
  const Cell cell = s.cell(column);
  const auto* words = std::get_if<std::string>(&cell);
  return words == nullptr ? "" : *words;
}

double number(const Statement& s, int column) {
  const Cell cell = s.cell(column);
  if (const auto* real = std::get_if<double>(&cell)) return *real;
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) return static_cast<double>(*integer);
  return no_number;
}

void read_points(SweepStore& store, const SweepGrid& grid, const std::string& where,
                 SweepReport& out) {
  std::string sql = "SELECT point, feasible, pareto";
  const std::vector<std::string> metrics = store.metric_names();
  for (const std::string& metric : metrics) {
    sql += ", " + sql_name(metric);
    if (is_word(metric)) {
      out.words.push_back({metric, {}});
    } else {
      out.metrics.push_back({metric, {}});
    }
  }
  Statement s = store.database().prepare(sql + " FROM results WHERE status = 'ok' AND (" + where +
                                         "\n) ORDER BY point");
  while (s.step()) {
    const auto point = static_cast<std::uint64_t>(whole(s, 0));
    out.points.push_back(point);
    out.feasible.push_back(whole(s, 1) != 0);
    out.front.push_back(whole(s, 2) != 0);
    const auto index = grid.at(point);
    for (std::size_t i = 0; i < index.size(); ++i) {
      out.axes[i].index.push_back(static_cast<std::uint32_t>(index[i]));
    }
    int column = 3;
    auto metric = out.metrics.begin();
    auto word = out.words.begin();
    for (const std::string& name : metrics) {
      if (is_word(name)) {
        (word++)->values.push_back(text(s, column++));
      } else {
        (metric++)->values.push_back(number(s, column++));
      }
    }
  }
}

void read_failures(Database& db, const SweepGrid& grid, const std::string& where,
                   SweepReport& out) {
  Statement s = db.prepare(
      "SELECT status, reason, count(*), min(point) FROM results WHERE status <> 'ok' AND (" +
      where + "\n) GROUP BY status, reason ORDER BY count(*) DESC, min(point)");
  while (s.step()) {
    out.failures.push_back({text(s, 0), text(s, 1), static_cast<std::uint64_t>(whole(s, 2)),
                            grid.label(static_cast<std::uint64_t>(whole(s, 3)))});
  }
}

}  // namespace

void write_sweep_page(SweepStore& store, const SweepSpec& sweep, const SweepPageOptions& options) {
  const SweepGrid grid = make_grid(sweep);
  const PointCommand command(sweep, grid, store.base_files());
  SweepReport report;
  report.name = sweep.name;
  report.tool = store.tool();
  report.file = options.database;
  report.where = options.where;
  // That of a processor is its card (reports/comparison/comparison.cpp).
  report.boundary = sweep.base.board ? sweep.base.board->power.boundary : "card";
  report.objectives = sweep.objectives;
  report.require = sweep.require;
  report.fits_only = options.size == Size::fits;
  report.description = to_yaml(Writer::write(sweep));
  report.inputs = store.description();
  report.command = command.words();
  report.grid = grid.size();
  report.axes = axes_of(sweep, grid, command);
  report.nothing = nothing_feasible(store.database(), sweep, grid, options.size);
  const std::string chosen = options.where.empty() ? "1" : options.where;
  read_points(store, grid, chosen, report);
  read_failures(store.database(), grid, chosen, report);
  write_file(options.file, to_html(sweep_page(report)));
}

std::string stored_sweep(const std::string& file) {
  if (is_database(file)) return SweepStore::open(file, Database::Mode::read).description();
  const std::string inputs = script_element(read_file(file), "inputs");
  if (inputs.empty()) {
    throw ConfigError(file + ": holds no sweep; give what 'tritsim sweep' wrote, or its page");
  }
  return inputs;
}

bool is_database(const std::string& file) {
  constexpr std::string_view magic = "SQLite format 3";
  return beginning_of(file, magic.size()) == magic;
}

}  // namespace tritsim
