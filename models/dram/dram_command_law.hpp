// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <memory>
#include <optional>
#include <vector>

#include <boost/container/static_vector.hpp>

#include "arch/hardware/dram.hpp"
#include "models/base/activity.hpp"
#include "models/dram/dram_books_law.hpp"
#include "models/dram/dram_command.hpp"
#include "models/dram/dram_timing_law.hpp"

namespace tritsim {

/// One DRAM channel, command by command, in whole DRAM clocks. Which command may follow which, and
/// when, is the table of models/dram/dram_timing_law.hpp; this is the controller before it.
///
/// Bursts are served in order. Burst k enters the controller's queue at
///   e(k) = max(arrival, column command of burst k - queue, last column command - 2048)
/// and then gets, each in the first clock from e(k) on that the table allows and that is free on
/// the command bus (one command a clock):
///   PRE  if its bank has another row open
///   ACT  if its row is not open
///   RD, WR
/// PRE and ACT of a burst may go before column commands of earlier bursts, not before their ACTs.
/// Under the closed page policy a burst carries an auto-precharge, which acts when PRE could go,
/// unless the request's next burst to its bank is to the same row.
///
/// Refresh falls due each tREFI. A burst whose column command would go when it is due, or later,
/// waits with all its commands until it is done: PREA if a row is open, from the due clock on and
/// when PRE of every open row could go; REF from the due clock on, when every bank is ready.
///
/// Part by part (a bank, a bank of each group, or a rank where there are several), PRE and REF
/// concern the part in turn alone, in the same way; a burst to another bank waits for nothing but
/// the command bus and tRREFD. In a round each part has its turn once, downwards, beginning below
/// the last one of the round before (the first round: part 0). A part in use is put off as long as
/// others are left: that of the waiting burst, if it entered by the due clock, and that of the
/// burst before, if its column command went at most tRC before the due clock. Of a round of all
/// ranks each is due once in tREFI.
///
/// With `bank_machines` m, a burst to a bank other than those of the last m banks in use enters
/// only when the column command of the last burst to the m-th last of them has gone.
///
/// Power-down: once `after` clocks have passed in which no command, data, write recovery, refresh
/// or wake-up was under way and no burst waited, the channel is powered down. A burst that enters
/// wakes it, and gets its commands from tXP after e(k) on; so do bursts that enter meanwhile. A
/// refresh wakes it tXP before it is due, whatever arrives later.
class DramCommandLaw {
 public:
  using Ticks = std::int64_t;

  explicit DramCommandLaw(const DramSpec& spec);

  /// When a column command could go next, as far as earlier bursts decide it.
  [[nodiscard]] Ticks next_column() const {
    return last_column_ + table_->gap(DramScope::rank, DramOp::read, DramOp::read);
  }

  [[nodiscard]] Ticks next_refresh() const { return next_refresh_; }

  [[nodiscard]] const AddressMap& map() const { return map_; }

  /// Performs the refreshes due by `end` and closes the books.
  void settle(Ticks end);

  /// Bursts, commands and refreshes; times are in busy() and active().
  [[nodiscard]] const MemoryActivity& counts() const { return count_; }

  [[nodiscard]] Ticks busy() const { return busy_; }

  /// Clocks in which a burst waited and the data bus was idle, up to one that had to close a row.
  [[nodiscard]] Ticks conflict_wait() const { return conflict_wait_; }

  /// Clocks with a row open, once the books are closed.
  [[nodiscard]] Ticks active() const { return active_; }

  /// Clocks powered down with a row open, and with none.
  [[nodiscard]] Ticks down_open() const { return down_open_; }

  [[nodiscard]] Ticks down_closed() const { return down_closed_; }

 protected:
  static constexpr Ticks long_ago = DramTimingTable::long_ago;
  static constexpr std::size_t none = ~std::size_t{0};
  static constexpr Ticks look_back = 2048;
  static constexpr std::size_t most_kept = 512;  ///< column commands that a queue looks back at
  static constexpr std::uint64_t most_open = 4 * std::uint64_t{DramSpec::most_banks};

  struct Bank {
    std::int64_t row = -1;
    DramReadiness ready;
  };

  /// A burst on its way: where it lies, and whether its row is closed behind it.
  struct Burst {
    DramAddress address;
    std::uint32_t bank = 0;  ///< among all
    bool write = false;
    bool closing = false;
  };

  /// When the commands of a burst go.
  struct Plan {
    Ticks pre = -1;  ///< -1: none
    Ticks act = -1;
    Ticks column = 0;
  };

  /// When the commands of a burst would go, without refresh and power-down.
  [[nodiscard]] Plan plan(const Burst& burst, Ticks entry) const;
  /// Serves one burst that arrives at `arrival`.
  Plan step(Ticks arrival, const Burst& burst);
  /// Performs the refreshes due by `now`; `wanted` is the bank of the next burst, which waits since
  /// `since`.
  void refresh(Ticks now, std::size_t wanted, Ticks since);

  /// The banks of a rank that share its constraints.
  struct Rank {
    DramReadiness ready;
    std::array<Ticks, 4> activated{long_ago, long_ago, long_ago, long_ago};
    std::uint64_t activates = 0;
  };

  /// A bank among all.
  [[nodiscard]] std::uint32_t number(const DramAddress& p) const {
    return ((p.rank << group_shift_ | p.group) << bank_shift_) | p.bank;
  }

  [[nodiscard]] std::size_t group_of(std::size_t bank) const { return bank >> bank_shift_; }

  [[nodiscard]] std::size_t rank_of_group(std::size_t group) const { return group >> group_shift_; }

  [[nodiscard]] std::size_t rank_of(std::size_t bank) const {
    return rank_of_group(group_of(bank));
  }

  /// A fifth ACT waits for the first of four.
  [[nodiscard]] Ticks window_end(const Rank& r) const {
    return r.activated[r.activates & 3] + table_->activate_window();
  }

  /// Clocks that the data bus is idle before a column command at `column`, of a burst that has been
  /// there since `arrival`.
  [[nodiscard]] Ticks idle_before(Ticks column, Ticks arrival) const {
    return std::max<Ticks>(column - std::max(last_column_ + table_->burst(), arrival), 0);
  }

  /// Clock before which no burst enters any more, however early it arrived.
  [[nodiscard]] Ticks earliest() {
    return std::max(column_of(served_ - queue_), last_column_ - look_back);
  }

  void use_machine(std::size_t bank, Ticks column);
  /// When a bank machine is free for a burst to `bank`.
  [[nodiscard]] Ticks machine_free(std::size_t bank) const;

  [[nodiscard]] Ticks first_free(DramOp op, Ticks t) const {
    return bus(op).first_free(t, table_->command(op));
  }

  void take(DramOp op, Ticks t) { bus(op).take(t, table_->command(op)); }

  /// Last clock of the last command on either bus.
  [[nodiscard]] Ticks newest_command() const {
    return std::max(buses_[0].newest(), buses_[1].newest());
  }

  [[nodiscard]] std::size_t bus_of(DramOp op) const {
    return row_bus_ && (op == DramOp::read || op == DramOp::write) ? 1 : 0;
  }

  [[nodiscard]] DramCommandBus& bus(DramOp op) { return buses_[bus_of(op)]; }

  [[nodiscard]] const DramCommandBus& bus(DramOp op) const { return buses_[bus_of(op)]; }

  /// Column command of the n-th burst, of those that are kept.
  [[nodiscard]] Ticks& column_of(std::uint64_t n) { return columns_[n & (columns_.size() - 1)]; }

  [[nodiscard]] static DramOp column_op(bool write) { return write ? DramOp::write : DramOp::read; }

  /// Earliest column command in a bank group, from `from` on, as far as other columns decide it.
  [[nodiscard]] Ticks column_ready(std::size_t group, Ticks from, bool write) const {
    const DramOp op = column_op(write);
    return std::max({from, groups_[group][op], ranks_[rank_of_group(group)].ready[op]});
  }

  // What has to wait for a command of a bank: in its bank and group, in its rank.
  void issue(std::size_t bank, DramOp op, Ticks at) {
    issue_in_group(bank, op, at);
    issue_in_rank(rank_of(bank), op, at);
  }

  void issue_in_group(std::size_t bank, DramOp op, Ticks at) {
    banks_[bank].ready.issue(table_->after(DramScope::bank, op), at);
    groups_[group_of(bank)].issue(table_->after(DramScope::group, op), at);
  }

  void issue_in_rank(std::size_t rank, DramOp op, Ticks at) {
    ranks_[rank].ready.issue(table_->after(DramScope::rank, op), at);
  }

  void issue_column(std::size_t bank, Ticks at, bool write) {
    issue_in_group(bank, column_op(write), at);
    end_column(bank, at, write);
  }

  /// What a column command does outside its bank and group. Where last_column_is_enough(), that of
  /// the last of several is that of all.
  void end_column(std::size_t bank, Ticks at, bool write);

  [[nodiscard]] bool last_column_is_enough() const {
    return ranks_.size() == 1 && bank_machines_ == 0;
  }

  void issue_activate(std::size_t bank, Ticks at);
  /// A row closes; no bus is taken, since an auto-precharge needs none.
  void close(std::size_t bank, Ticks at);
  /// Books an ACT; no row closes before `until` any more.
  void opened(Ticks act, Ticks until);

  /// When the first command of a burst that enters at `entry` can go.
  [[nodiscard]] Ticks wake(Ticks entry);

  /// A burst waits until `until`.
  void keep_awake(Ticks until) { kept_ = until; }

  void emit(DramCommand::Kind kind, Ticks tick, const DramAddress& address,
            bool auto_precharge = false) {
    if (sink_ == nullptr) return;
    sink_->push_back({tick, kind, auto_precharge, address.group, address.bank, address.row,
                      address.column, address.rank});
  }

  /// Whether the channel is powered down when a burst enters at `entry`, or still waking up.
  [[nodiscard]] bool asleep(Ticks entry) const {
    return power_down_ && (entry < awake_ || entry > idle_since() + power_down_->after);
  }

  AddressMap map_;
  std::shared_ptr<const DramTimingTable> table_;
  unsigned bank_shift_;   ///< log2 of the banks of a group
  unsigned group_shift_;  ///< log2 of the groups of a rank
  bool row_bus_;
  std::size_t bank_machines_;
  std::uint64_t queue_;
  bool close_page_;
  std::optional<PowerDown> power_down_;
  /// What is refreshed at a time.
  enum class RefreshPart : std::uint8_t { all, rank, bank, bank_of_each_group };

  RefreshPart refresh_part_;
  bool part_by_part_;  ///< not all banks at once
  Ticks refresh_interval_;
  Ticks refresh_duration_;
  Ticks txp_;

  boost::container::static_vector<Bank, DramSpec::most_banks> banks_;
  boost::container::static_vector<DramReadiness, DramSpec::most_banks> groups_;
  boost::container::static_vector<Rank, 16> ranks_;
  boost::container::static_vector<Ticks, most_kept> columns_;  ///< of the last bursts
  std::uint64_t served_ = 0;                                   ///< bursts
  std::array<DramCommandBus, 2> buses_;  ///< of rows, or all commands; of columns
  Ticks last_activate_ = long_ago;
  Ticks last_column_ = long_ago;
  std::array<Ticks, 2> last_column_in_{long_ago, long_ago};  ///< [read, write]
  Ticks next_refresh_;
  Ticks refreshed_ = long_ago;    ///< end of the last refresh
  std::size_t last_bank_ = none;  ///< of the last burst
  std::size_t refresh_idle_ = 0;  ///< refreshes since the last burst
  bool writing_ = false;
  MemoryActivity count_;
  Ticks busy_ = 0;
  Ticks conflict_wait_ = 0;
  std::vector<DramCommand>* sink_ = nullptr;

 private:
  /// From when on the channel has nothing to do.
  [[nodiscard]] Ticks idle_since() const;
  /// Powers an idle channel down, until `until`; returns whether it was.
  bool sleep(Ticks until);
  /// Powers an idle channel down between each of `refreshes` that are due an interval apart.
  void sleep_through(Ticks refreshes);
  /// Counts whole rounds of refreshes up to `now` in which nothing else happens.
  void skip_idle_refreshes(Ticks now);
  void refresh_all();
  void refresh_next_part(std::size_t wanted);
  std::size_t next_to_refresh(std::size_t wanted);
  /// Parts that are refreshed in turn.
  [[nodiscard]] std::size_t refresh_parts() const;
  /// The part that a bank belongs to.
  [[nodiscard]] std::size_t part_of(std::size_t bank) const;

  std::size_t refresh_turn_ = 0;       ///< part in turn
  std::uint64_t refreshed_parts_ = 0;  ///< of this round, a bit each
  std::uint64_t refreshed_count_ = 0;

  /// A bank that a machine works on, and its last column command.
  struct BankMachine {
    std::size_t bank = 0;
    Ticks column = long_ago;
  };

  boost::container::static_vector<BankMachine, DramSpec::most_banks>
      machines_;     ///< last used first
  Ticks awake_ = 0;  ///< end of the last wake-up for a burst
  Ticks kept_ = 0;   ///< until then something else keeps the channel awake
  Ticks down_open_ = 0;
  Ticks down_closed_ = 0;
  std::uint32_t open_rows_ = 0;
  DramRowTimes row_times_;
  Ticks active_ = 0;
};

// Called for every burst, or every row of a block.
inline void DramCommandLaw::end_column(std::size_t bank, Ticks at, bool write) {
  const DramOp op = column_op(write);
  const std::size_t own = rank_of(bank);
  issue_in_rank(own, op, at);
  if (ranks_.size() > 1) {
    for (std::size_t r = 0; r < ranks_.size(); ++r) {
      if (r != own) ranks_[r].ready.issue(table_->after(DramScope::other_rank, op), at);
    }
  }
  if (bank_machines_ > 0) use_machine(bank, at);
  last_column_ = last_column_in_[write ? 1 : 0] = at;
}

inline void DramCommandLaw::issue_activate(std::size_t bank, Ticks at) {
  issue(bank, DramOp::activate, at);
  Rank& r = ranks_[rank_of(bank)];
  r.activated[r.activates++ & 3] = at;
  last_activate_ = at;
}

inline void DramCommandLaw::close(std::size_t bank, Ticks at) {
  banks_[bank].row = -1;
  issue(bank, DramOp::precharge, at);
  --open_rows_;
  row_times_.close(at);
}

inline void DramCommandLaw::opened(Ticks act, Ticks until) {
  ++open_rows_;
  row_times_.open(act);
  if (row_times_.pending() > queue_ + most_open) row_times_.count(until);
}

}  // namespace tritsim
