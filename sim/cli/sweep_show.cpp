// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>

#include <fmt/format.h>

#include "arch/base/json.hpp"
#include "arch/base/reader.hpp"
#include "sim/cli/cli.hpp"
#include "sim/cli/number.hpp"
#include "sim/cli/sweep.hpp"
#include "sim/cli/sweep_page.hpp"
#include "sim/cli/sweep_rows.hpp"
#include "sim/study/sweep_costs.hpp"
#include "sim/study/sweep_expression.hpp"
#include "sim/study/sweep_store.hpp"

namespace tritsim {
namespace {

struct ShowOptions {
  std::string file;
  std::string sort;
  std::string where;
  std::vector<std::string> columns;
  std::uint64_t limit = 0;
  bool reverse = false;
  bool pareto = false;
  bool any_size = false;
  bool csv = false;
  bool json = false;
  bool json_lines = false;
  std::string output;

  [[nodiscard]] Size size() const { return any_size ? Size::any : Size::fits; }

  [[nodiscard]] RowFormat format() const {
    return json         ? RowFormat::json
           : json_lines ? RowFormat::json_lines
           : csv        ? RowFormat::csv
                        : RowFormat::table;
  }
};

bool holds_for_any(Database& db, const std::string& condition) {
  return db.prepare("SELECT 1 FROM results WHERE " + condition + " LIMIT 1").step();
}

/// Columns shown by default; those that explain a row only if any row needs them.
std::vector<std::string> usual_columns(SweepStore& store, const SweepSpec& sweep,
                                       const ShowOptions& options) {
  std::vector<std::string> out{"point"};
  const auto add = [&](const std::string& name) {
    if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
  };
  for (const std::string& axis : store.axis_names()) add(axis);
  for (const SweepObjective& o : sweep.objectives) add(o.metric);
  if (sweep.objectives.empty()) {
    for (const char* name : {"tokens_per_s", "power_w", "energy_per_token_j"}) add(name);
  }
  if (!options.sort.empty()) add(options.sort);
  Database& db = store.database();
  const auto metrics = store.metric_names();
  const auto add_if = [&](const char* name, const char* condition) {
    if (std::find(metrics.begin(), metrics.end(), name) == metrics.end()) return;
    if (holds_for_any(db, condition)) add(name);
  };
  add_if("simulated_layers", "simulated_layers IS NOT NULL");
  add_if("fits", "fits IS NOT NULL");
  add("feasible");
  add("pareto");
  if (holds_for_any(db, "status <> 'ok'")) {
    add("status");
    add("reason");
  }
  return out;
}

/// Every column, for programs; each figure of `components` has a column of its own.
std::vector<std::string> all_columns(Database& db, bool nested) {
  std::vector<std::string> out = db.prepare("SELECT * FROM results").columns();
  const auto flat = component_columns(db);
  std::erase_if(out, [&](const std::string& name) {
    const bool is_flat = std::find(flat.begin(), flat.end(), name) != flat.end();
    return nested ? is_flat : is_flat || name == "components";
  });
  if (!nested) out.insert(std::find(out.begin(), out.end(), "wall_s"), flat.begin(), flat.end());
  return out;
}

void check_name(const std::string& option, const std::string& name,
                const std::vector<std::string>& names) {
  if (std::find(names.begin(), names.end(), name) != names.end()) return;
  throw ConfigError(fmt::format("{} {}: there is no such column; {}", option, name,
                                suggestion(name, names, "the columns are")));
}

std::string query_of(const ShowOptions& options, const SweepSpec& sweep,
                     const std::vector<std::string>& columns) {
  std::string sql;
  for (const std::string& c : columns) sql += (sql.empty() ? "SELECT " : ", ") + sql_name(c);
  sql += " FROM results WHERE (" + (options.where.empty() ? "1" : options.where) + "\n)";
  if (options.pareto) sql += " AND pareto";
  std::string key = options.sort;
  bool descending = options.reverse;
  if (key.empty() && !sweep.objectives.empty()) key = sweep.objectives.front().metric;
  // Best first, where the sweep says which end is best.
  for (const SweepObjective& o : sweep.objectives) {
    if (o.metric == key && o.goal == Goal::max) descending = !descending;
  }
  // Infeasible rows come last, unless an order is requested.
  sql += options.sort.empty() ? " ORDER BY feasible DESC, " : " ORDER BY ";
  if (key.empty()) key = "point";
  sql += fmt::format("{0} IS NULL, {0} {1}, point", sql_name(key), descending ? "DESC" : "ASC");
  if (options.limit > 0) sql += fmt::format(" LIMIT {}", options.limit);
  return sql;
}

[[noreturn]] void bad_where(const ShowOptions& options, const SqlError& error,
                            const std::vector<std::string>& names) {
  throw ConfigError(fmt::format("--where {}: {}; the columns are: {}", options.where, error.what(),
                                fmt::join(names, ", ")));
}

/// A file that is read is never replaced.
void refuse_same_file(const ShowOptions& options) {
  std::error_code error;
  if (options.output.empty() || !std::filesystem::equivalent(options.file, options.output, error)) {
    return;
  }
  throw ConfigError(fmt::format("-o {}: is the database itself; name another file, e.g. {}",
                                options.output, options.file + ".html"));
}

void show(const ShowOptions& options) {
  if (int{options.csv} + int{options.json} + int{options.json_lines} > 1) {
    throw ConfigError("give one of --csv, --json and --jsonl");
  }
  refuse_same_file(options);
  SweepStore store = SweepStore::open(options.file, Database::Mode::read);
  const auto sweep = load_text<SweepSpec>(store.description(), options.file);
  Database& db = store.database();
  make_results(db, sweep, options.size());
  const auto names = db.prepare("SELECT * FROM results").columns();
  if (!options.sort.empty()) check_name("--sort", options.sort, names);
  for (const std::string& c : options.columns) check_name("--columns", c, names);
  std::vector<std::string> columns = options.columns;
  if (columns.empty()) {
    columns = options.format() != RowFormat::table
                  ? all_columns(db, options.json || options.json_lines)
                  : usual_columns(store, sweep, options);
  }
  const std::string nothing = nothing_feasible(db, sweep, make_grid(sweep), options.size());
  try {
    if (!options.where.empty()) check_expression(db, "results", options.where);
    db.limit_work(work_for(store.count()));
    if (!options.output.empty()) {
      write_sweep_page(store, sweep, {options.file, options.output, options.where, options.size()});
      fmt::print("written: {}\n", options.output);
    } else {
      print_rows(db.prepare(query_of(options, sweep, columns)), columns, options.format(),
                 sweep.name);
    }
  } catch (const SqlError& e) {
    bad_where(options, e, names);
  }
  if (nothing.empty()) return;
  if (options.pareto) throw OutOfTolerance(nothing);  // an empty front is not a result
  fmt::print(stderr, "{}\n", nothing);
}

}  // namespace

void add_sweep_show_command(CLI::App& sweep) {
  auto o = std::make_shared<ShowOptions>();
  CLI::App* c = sweep.add_subcommand("show", "Print the results of a sweep with its front marked");
  c->add_option("database", o->file, "database of a sweep")->required()->type_name("DB");
  c->add_option("--sort", o->sort, "column to sort by, best first if it is an objective");
  c->add_flag("--reverse", o->reverse, "reverse the order");
  c->add_option("--where", o->where, "only rows for which this SQL expression is true");
  c->add_flag("--pareto", o->pareto, "only the front: points that no feasible point beats");
  c->add_flag("--any-size", o->any_size,
              "count points that the device does not hold as feasible too");
  c->add_option("--columns", o->columns, "columns to print, e.g. point,power_w")->delimiter(',');
  c->add_option("--limit", o->limit, "at most N rows; 0: all")
      ->capture_default_str()
      ->check(number_in<std::uint64_t>(0, 1'000'000'000));
  c->add_flag("--csv", o->csv, "print comma-separated values, every column and digit");
  c->add_flag("--json", o->json, "print JSON, every column and digit");
  c->add_flag("--jsonl", o->json_lines, "print one JSON object per line and row");
  c->add_option("-o,--output", o->output,
                "write a page to explore the points (those of --where) instead of printing them")
      ->type_name("FILE.html")
      ->excludes("--pareto", "--limit", "--sort", "--reverse", "--columns", "--csv", "--json",
                 "--jsonl");
  c->footer(
      "Examples:\n"
      "  tritsim sweep show u250.sqlite -o u250.html\n"
      "  tritsim sweep show u250.sqlite --sort energy_per_token_j \\\n"
      "    --where \"lanes >= 4 AND power_w < 75 AND largest_floor = 'memory'\" --limit 20");
  c->callback([o] { show(*o); });
}

}  // namespace tritsim
