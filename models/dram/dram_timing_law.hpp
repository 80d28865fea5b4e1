// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "arch/hardware/dram.hpp"

namespace tritsim {

/// Commands that timing constraints relate.
enum class DramOp : std::uint8_t { activate, precharge, read, write, refresh, precharge_all };

/// What two commands must have in common for a constraint to hold between them.
enum class DramScope : std::uint8_t { bank, group, rank, other_rank };

/// `next` goes no earlier than `clocks` after the `window`-th last `first`, where both fall on one
/// bank, one bank group, one rank, or on two ranks; from first clock to first clock of the
/// commands. `refresh` is that of all banks or of those that are refreshed at a time.
struct DramConstraint {
  DramScope scope = DramScope::bank;
  DramOp first = DramOp::activate;
  DramOp next = DramOp::activate;
  std::int64_t clocks = 0;
  unsigned window = 1;
};

/// The constraints of a part, as the tables of a standard list them (JESD79-4 names).
[[nodiscard]] std::vector<DramConstraint> dram_constraints(const DramSpec& spec);

/// The table of constraints, sorted for the command stepper.
class DramTimingTable {
 public:
  using Ticks = std::int64_t;

  static constexpr Ticks long_ago = -1'000'000;

  /// A command that has to wait, and how long.
  struct Delay {
    DramOp next = DramOp::activate;
    std::int32_t clocks = 0;
  };

  explicit DramTimingTable(const DramSpec& spec);

  /// What has to wait in `scope` after a `first`.
  [[nodiscard]] std::span<const Delay> after(DramScope scope, DramOp first) const {
    const Row& row = rows_[static_cast<std::size_t>(scope)][static_cast<std::size_t>(first)];
    return {row.delays.data(), row.count};
  }

  /// Clocks from a `first` to a `next`; long_ago if no constraint relates them.
  [[nodiscard]] Ticks gap(DramScope scope, DramOp first, DramOp next) const;

  /// Clocks after which a `first` keeps no `next` waiting any more, whatever they have in common.
  [[nodiscard]] Ticks reach(DramOp first, DramOp next) const;

  /// Clocks after which a `first` keeps nothing waiting.
  [[nodiscard]] Ticks reach(DramOp first) const;

  /// Clocks of the command bus that a command takes.
  [[nodiscard]] Ticks command(DramOp op) const { return command_[static_cast<std::size_t>(op)]; }

  /// At most four activates of a rank begin in so many clocks.
  [[nodiscard]] Ticks activate_window() const { return window_; }

  /// From a column command to the end of its data.
  [[nodiscard]] Ticks latency(bool write) const { return latency_[write ? 1 : 0]; }

  /// A burst on the data bus.
  [[nodiscard]] Ticks burst() const { return burst_; }

 private:
  static constexpr std::size_t scopes = 4;
  static constexpr std::size_t ops = 6;
  static constexpr std::size_t next_ops = 5;

  struct Row {
    std::array<Delay, next_ops> delays{};
    std::size_t count = 0;
  };

  std::array<std::array<Row, ops>, scopes> rows_{};
  Ticks window_ = 0;
  std::array<Ticks, ops> command_{};
  std::array<Ticks, 2> latency_{};
  Ticks burst_ = 0;
};

/// When commands may go next, as far as those of one bank, group or rank decide it.
class DramReadiness {
 public:
  using Ticks = std::int64_t;

  [[nodiscard]] Ticks operator[](DramOp next) const {
    return ready_[static_cast<std::size_t>(next)];
  }

  /// A command has gone at `at`; `delays` are those after it in this scope.
  void issue(std::span<const DramTimingTable::Delay> delays, Ticks at) {
    for (const auto& d : delays) {
      Ticks& ready = ready_[static_cast<std::size_t>(d.next)];
      ready = std::max(ready, at + d.clocks);
    }
  }

 private:
  std::array<Ticks, 5> ready_{};
};

}  // namespace tritsim
