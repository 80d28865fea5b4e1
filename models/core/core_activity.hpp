// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "arch/core/core_unit.hpp"
#include "models/base/activity.hpp"

namespace tritsim {

/// A cycle of the core, counted from the start of its program.
using Cycle = std::uint64_t;

struct UnitActivity {
  std::uint64_t instructions = 0;
  std::uint64_t busy_cycles = 0;
  std::uint64_t issue_stall_cycles = 0;  ///< cycles the issue stage waited for this unit

  bool operator==(const UnitActivity&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("instructions", instructions, "instructions run");
    io.required("busy_cycles", busy_cycles, "cycles busy");
    io.required("issue_stall_cycles", issue_stall_cycles, "cycles issue waited for this unit");
  }
};

/// Products with the cache; per lane, except `starved`.
struct AttentionActivity {
  std::uint64_t products = 0;       ///< multiply-adds with keys and values
  std::uint64_t softmax = 0;        ///< elements through softmax, passes counted
  std::uint64_t score_bytes = 0;    ///< in and out of the score buffer
  std::uint64_t bytes_read = 0;     ///< of the cache
  std::uint64_t bytes_written = 0;  ///< appended to the cache
  Time working;                     ///< products with the cache, at the unit's own pace
  Time starved;                     ///< the unit waited for the cache

  bool operator==(const AttentionActivity&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("products", products, "multiply-adds with keys and values, one lane");
    io.required("softmax", softmax, "elements through softmax, passes counted, one lane");
    io.required("score_bytes", score_bytes, "bytes in and out of the score buffer, one lane");
    io.required("bytes_read", bytes_read, "bytes of the cache read, one lane");
    io.required("bytes_written", bytes_written, "bytes appended to the cache, one lane");
    io.required("working", working, "time of products with the cache at the unit's own pace");
    io.required("starved", starved, "time the attention unit waited for the cache");
  }
};

/// What a kernel exchanges with the others of its tensor-parallel group, of one lane but for
/// `waited`.
struct ExchangeActivity {
  std::uint64_t gathers = 0;     ///< vectors brought together
  std::uint64_t bytes_sent = 0;  ///< by this kernel
  Time waited;                   ///< from the last send until the whole vector is there

  bool operator==(const ExchangeActivity&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("gathers", gathers, "vectors brought together");
    io.required("bytes_sent", bytes_sent, "bytes that a kernel sent, one lane");
    io.required("waited", waited, "time from the last send to the whole vector");
  }
};

/// Work of a matrix unit other than one addition per weight. Per lane, padding included.
struct MatrixActivity {
  std::uint64_t skipped = 0;        ///< of the ternaries: not added, a factor was zero
  std::uint64_t assumed_zeros = 0;  ///< of the ternaries: their zeros are the core's default share
  std::uint64_t lookups = 0;        ///< sums read from tables, and added
  std::uint64_t table_entries = 0;  ///< written; each but the zero is an addition
  std::uint64_t decoded = 0;        ///< bytes of packed trits decoded, of the kernel
  std::map<std::string, std::uint64_t> products{};  ///< of the MAC array, by format
  std::uint64_t scalings = 0;                       ///< of a group's sum by the group's scale

  bool operator==(const MatrixActivity&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("skipped", skipped, "ternary additions skipped, a factor was zero");
    io.required("assumed_zeros", assumed_zeros, "ternaries whose zeros are the core's default");
    io.required("lookups", lookups, "sums read from tables and added");
    io.required("table_entries", table_entries, "table entries written");
    io.required("decoded", decoded, "bytes of packed trits decoded");
    io.required("products", products, "products of the MAC array by format of the weights");
    io.required("scalings", scalings, "group sums multiplied by their scale");
  }
};

/// Counts of each unit that a kernel has.
class UnitActivities {
 public:
  /// Those that every core has.
  UnitActivities() {
    for (const CoreUnitRow& row : core_units) {
      if (row.in_every_core) add(row.id);
    }
  }

  void add(CoreUnit unit) { of_[static_cast<std::size_t>(unit)].emplace(); }

  /// Null: the kernel has no such unit.
  [[nodiscard]] const UnitActivity* find(CoreUnit unit) const {
    const std::optional<UnitActivity>& activity = of_[static_cast<std::size_t>(unit)];
    return activity ? &*activity : nullptr;
  }

  [[nodiscard]] UnitActivity& operator[](CoreUnit unit) {
    return of_[static_cast<std::size_t>(unit)].value();
  }

  [[nodiscard]] const UnitActivity& operator[](CoreUnit unit) const {
    return of_[static_cast<std::size_t>(unit)].value();
  }

  bool operator==(const UnitActivities&) const = default;

  template <class Io>
  void fields(Io& io) {
    for (const CoreUnitRow& row : core_units) {
      std::optional<UnitActivity>& activity = of_[static_cast<std::size_t>(row.id)];
      if (row.in_every_core) {
        io.required(row.key, *activity, "a unit that every core has");
      } else {
        io.optional(row.key, activity, "a unit that the core may have");
      }
    }
  }

 private:
  std::array<std::optional<UnitActivity>, core_units.size()> of_;
};

/// What one kernel did. Of one lane, but for cycles, weight bytes and times.
struct CoreActivity {
  UnitActivities units;
  std::uint64_t cycles = 0;                ///< from start to ready, all launches
  std::uint64_t ternaries = 0;             ///< ternary additions, padding included
  std::uint64_t vector_elements = 0;       ///< elements through element-wise and norm units
  std::uint64_t register_bytes = 0;        ///< vector register file, read and written
  std::uint64_t weight_bytes = 0;          ///< through the weight FIFO
  Time working;                            ///< products with weights, at the unit's own pace
  Time starved;                            ///< the matrix unit waited for weights
  std::optional<MatrixActivity> matrix{};  ///< of matrix units other than plain ternary adders
  std::optional<AttentionActivity> attention{};  ///< of a core that has the unit
  std::optional<ExchangeActivity> exchange{};    ///< of a kernel of a tensor-parallel group

  bool operator==(const CoreActivity&) const = default;

  /// Time that a unit waited for its data; null of one that does not wait.
  [[nodiscard]] Time* starved_of(CoreUnit unit) {
    if (unit == CoreUnit::matrix) return &starved;
    return unit == CoreUnit::attention && attention ? &attention->starved : nullptr;
  }

  template <class Io>
  void fields(Io& io) {
    io.required("units", units, "units of the core");
    io.required("cycles", cycles, "cycles from start to ready");
    io.required("ternaries", ternaries, "ternary additions of one lane, padding included");
    io.required("vector_elements", vector_elements, "elements through element-wise and norm units");
    io.required("register_bytes", register_bytes, "bytes through the vector register file");
    io.required("weight_bytes", weight_bytes, "bytes through the weight FIFO");
    io.required("working", working, "time of products with weights at the unit's own pace");
    io.required("starved", starved, "time the matrix unit waited for weights");
    io.optional("matrix", matrix, "what a matrix unit other than plain ternary adders did");
    io.optional("attention", attention, "attention unit");
    io.optional("exchange", exchange, "exchange with the other kernels of a group");
  }
};

}  // namespace tritsim
