// SPDX-License-Identifier: Apache-2.0
#include "sim/study/sweep_expression.hpp"

#include <cctype>
#include <string_view>

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/trim.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/study/sweep_store.hpp"

namespace tritsim {
namespace {

Problem bad_expression(const PlaceOf& place, const std::string& key, const std::string& text,
                       const SqlError& error, const std::vector<std::string>& names) {
  return {place(key), key, fmt::format("'{}': {}", text, error.what()),
          fmt::format("the names are: {}", fmt::join(names, ", "))};
}

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// An expression with everything in brackets and quotes replaced by blanks.
std::string outline(const std::string& text) {
  std::string out = text;
  int depth = 0;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool inside = depth > 0 || quote != 0;
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')') {
      --depth;
    }
    if (inside || depth > 0 || quote != 0) out[i] = ' ';
  }
  return out;
}

/// Whether a word occurs outside brackets and quotes.
bool has_word(const std::string& outlined, std::string_view word) {
  const std::string lower = boost::algorithm::to_lower_copy(outlined);
  for (auto at = lower.find(word); at != std::string::npos; at = lower.find(word, at + 1)) {
    const auto end = at + word.size();
    const bool begins = at == 0 || !is_word(lower[at - 1]);
    if (begins && (end == lower.size() || !is_word(lower[end]))) return true;
  }
  return false;
}

}  // namespace

std::uint64_t work_for(std::uint64_t rows) {
  return 100'000'000 + 20'000 * rows;
}

void check_expression(Database& database, const std::string& table, const std::string& expression) {
  const Statement s = database.prepare("SELECT 1 FROM " + table + " WHERE (" + expression + "\n)");
  const std::string parameter = s.parameter();
  if (parameter.empty()) return;
  throw SqlError(
      fmt::format("'{}' stands for a value that nobody gives, write the value itself", parameter));
}

std::vector<std::uint64_t> without_skipped(const SweepGrid& grid,
                                           const std::vector<std::uint64_t>& points,
                                           const std::vector<std::string>& skip,
                                           const PlaceOf& place) {
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
  Problems problems;
  for (std::size_t i = 0; i < skip.size(); ++i) {
    try {
      check_expression(memory, "points", skip[i]);
    } catch (const SqlError& e) {
      problems.add(bad_expression(place, fmt::format("skip.{}", i), skip[i], e, names));
    }
  }
  problems.raise();
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
  std::string any = "0";
  for (const std::string& expression : skip) any += " OR (" + expression + "\n)";
  memory.limit_work(work_for(points.size()));
  std::vector<std::uint64_t> kept;
  try {
    Statement s = memory.prepare("SELECT point FROM points WHERE coalesce(" + any +
                                 ", 0) = 0 ORDER BY point");
    while (s.step()) kept.push_back(static_cast<std::uint64_t>(std::get<std::int64_t>(s.cell(0))));
  } catch (const SqlError& e) {
    throw ConfigError({Problem{place("skip"), "skip", e.what(), ""}});
  }
  return kept;
}

void check_requirements(const SweepGrid& grid, const std::vector<std::string>& require,
                        const PlaceOf& place) {
  Database memory(":memory:", Database::Mode::create);
  memory.run(create_points(grid));
  const std::vector<std::string> names = memory.prepare("SELECT * FROM points").columns();
  Problems problems;
  // For one row, so that an endless expression shows now and not after the last point.
  memory.run("INSERT INTO points (point, digest, status) VALUES (0, '', 'ok')");
  for (std::size_t i = 0; i < require.size(); ++i) {
    memory.limit_work(work_for(1));
    try {
      check_expression(memory, "points", require[i]);
      memory.prepare("SELECT 1 FROM points WHERE (" + require[i] + "\n)").step();
    } catch (const SqlError& e) {
      problems.add(bad_expression(place, fmt::format("require.{}", i), require[i], e, names));
    }
  }
  problems.raise();
}

std::optional<Comparison> comparison_of(const std::string& expression) {
  const std::string text = outline(expression);
  for (const char* word : {"and", "or", "not", "between", "like", "glob", "in", "is", "case"}) {
    if (has_word(text, word)) return {};
  }
  const auto begin = text.find_first_of("<>=!");
  if (begin == std::string::npos) return {};
  const auto end = text.find_first_not_of("<>=!", begin);
  if (end == std::string::npos || text.find_first_of("<>=!", end) != std::string::npos) return {};
  const std::string sign = text.substr(begin, end - begin);
  // An inequality (<>) has no nearest value: it is met or not.
  if (sign == "<>" || sign == "!=" || sign == "<<" || sign == ">>") return {};
  Comparison sides{expression.substr(0, begin), expression.substr(end)};
  boost::algorithm::trim(sides.left);
  boost::algorithm::trim(sides.right);
  if (sides.left.empty() || sides.right.empty()) return {};
  return sides;
}

}  // namespace tritsim
