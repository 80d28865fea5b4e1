// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "arch/base/schema.hpp"

// The units of a core and the causes of its cycles: two tables. Activities are indexed by the first
// (models/core/core_activity.hpp), shares of time by the second (sim/result/kernel_result.hpp);
// `tritsim map`, reports, charts and timelines take their names and colours from both.
namespace tritsim {

/// The names of a table's rows for EnumNames: each row begins with its enumerator, then its key.
template <class Row, std::size_t n>
[[nodiscard]] constexpr auto names_of_rows(const std::array<Row, n>& rows) {
  using Enum = decltype(Row::id);
  std::array<std::pair<Enum, std::string_view>, n> names{};
  for (std::size_t i = 0; i < n; ++i) names[i] = {rows[i].id, rows[i].key};
  return names;
}

/// True if each row stands where its enumerator says, so that rows can be indexed by it.
template <class Row, std::size_t n>
[[nodiscard]] constexpr bool rows_in_order(const std::array<Row, n>& rows) {
  for (std::size_t i = 0; i < n; ++i) {
    if (static_cast<std::size_t>(rows[i].id) != i) return false;
  }
  return true;
}

/// What a cycle of a kernel is spent on.
enum class CycleCause : std::uint8_t {
  matrix,
  weights,
  load_store,
  matrix_vectors,
  element_wise,
  norm,
  attention,
  cache,
  exchange,
  pipeline,
  issue,
};

struct CycleCauseRow {
  CycleCause id;
  const char* key;      ///< in results
  const char* name;     ///< in reports
  const char* bound;    ///< in `tritsim map`: of an op that spends most cycles on it
  const char* meaning;  ///< of its cycles
  int colour;           ///< in charts (reports/text/style.hpp)
};

/// In the order of results, tables and charts.
inline constexpr std::array<CycleCauseRow, 11> cycle_causes{{
    {CycleCause::matrix, "matrix", "matrix unit at work", "matrix unit",
     "matrix unit multiplying by weights", 1},
    {CycleCause::weights, "weights", "waiting for weights", "weight stream",
     "matrix unit waiting for weights", 2},
    {CycleCause::load_store, "load_store", "vector load and store", "loads and stores",
     "vectors to and from memory", 4},
    {CycleCause::matrix_vectors, "matrix_vectors", "matrix inputs and sums", "inputs and sums",
     "inputs and sums of the matrix unit", 3},
    {CycleCause::element_wise, "element_wise", "element-wise unit", "element-wise unit",
     "element-wise unit", 5},
    {CycleCause::norm, "norm", "norm unit", "norm unit", "norm unit", 6},
    {CycleCause::attention, "attention", "attention unit at work", "attention unit",
     "products with the cache, softmax", 9},
    {CycleCause::cache, "cache", "waiting for the cache", "cache stream",
     "attention unit waiting for the cache", 10},
    {CycleCause::exchange, "exchange", "exchange between kernels", "exchange",
     "bringing shards together", 11},
    {CycleCause::pipeline, "pipeline", "waiting for other stages", "other stages",
     "waiting for other stages", 12},
    {CycleCause::issue, "issue", "start, finish, issue", "issue",
     "start, finish, and cycles that nothing else explains", 7},
}};
static_assert(rows_in_order(cycle_causes));

[[nodiscard]] constexpr const CycleCauseRow& row_of(CycleCause cause) {
  return cycle_causes[static_cast<std::size_t>(cause)];
}

/// The units of a core; each runs one instruction at a time.
enum class CoreUnit : std::uint8_t { load_store, element_wise, norm, matrix, attention, exchange };

struct CoreUnitRow {
  CoreUnit id;
  const char* key;     ///< in results, timelines and the list of instructions
  const char* name;    ///< in reports, without "unit"
  bool in_every_core;  ///< otherwise only kernels that have it list its activity
  /// Cycles of its instructions that move data between it and memory ...
  CycleCause works;
  CycleCause waits;  ///< ... of these, those in which its data have not come
  CycleCause moves;  ///< cycles of its other instructions
};

inline constexpr std::array<CoreUnitRow, 6> core_units{{
    {CoreUnit::load_store, "load_store", "load/store", true, CycleCause::load_store,
     CycleCause::load_store, CycleCause::load_store},
    {CoreUnit::element_wise, "element_wise", "element-wise", true, CycleCause::element_wise,
     CycleCause::element_wise, CycleCause::element_wise},
    {CoreUnit::norm, "norm", "norm", true, CycleCause::norm, CycleCause::norm, CycleCause::norm},
    {CoreUnit::matrix, "matrix", "matrix", true, CycleCause::matrix, CycleCause::weights,
     CycleCause::matrix_vectors},
    {CoreUnit::attention, "attention", "attention", false, CycleCause::attention, CycleCause::cache,
     CycleCause::attention},
    {CoreUnit::exchange, "exchange", "exchange", false, CycleCause::exchange, CycleCause::exchange,
     CycleCause::exchange},
}};
static_assert(rows_in_order(core_units));

[[nodiscard]] constexpr const CoreUnitRow& row_of(CoreUnit unit) {
  return core_units[static_cast<std::size_t>(unit)];
}

template <>
struct EnumNames<CoreUnit> {
  static constexpr auto names = names_of_rows(core_units);
};

/// The unit that spends its cycles on the cause; none of those that belong to no unit.
[[nodiscard]] constexpr const CoreUnitRow* unit_of(CycleCause cause) {
  const auto* it = std::find_if(core_units.begin(), core_units.end(), [=](const CoreUnitRow& u) {
    return u.works == cause || u.waits == cause || u.moves == cause;
  });
  return it == core_units.end() ? nullptr : it;
}

}  // namespace tritsim
