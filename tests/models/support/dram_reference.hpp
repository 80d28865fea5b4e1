// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "models/dram/dram_channel_law.hpp"

namespace tritsim::test {

/// The specification in the header of DramChannelLaw, burst by burst and command by command: every
/// command is kept, every rule looks through the commands before, nothing is stepped over.
class DramReference {
 public:
  using Ticks = DramChannelLaw::Ticks;
  using Span = DramChannelLaw::Span;

  explicit DramReference(const DramSpec& spec)
      : spec_(spec),
        t_(spec.clocks()),
        map_(spec.address_map()),
        data_(spec.burst_length / 2),
        banks_(spec.banks()) {}

  Span serve(Ticks arrival, std::uint64_t first, std::uint64_t count, bool write) {
    std::vector<bool> leaves(count, false);
    if (spec_.controller.page_policy == PagePolicy::closed) {
      // A row is closed behind a burst when the request's next burst to the bank is to another row.
      std::map<std::size_t, std::uint32_t> next_row;  // by bank
      for (std::uint64_t n = count; n-- > 0;) {
        const DramAddress p = map_.decode(first + n);
        const auto next = next_row.find(index(p));
        leaves[n] = next == next_row.end() || next->second != p.row;
        next_row[index(p)] = p.row;
      }
    }
    Span span;
    for (std::uint64_t n = 0; n < count; ++n) {
      span.last = burst(arrival, first + n, write, leaves[n]);
      if (n == 0) span.first = span.last;
    }
    return span;
  }

  /// The refreshes due by `end`; rows that are open stay so until then.
  void settle(Ticks end) {
    while (due() <= end) refresh(none, end);
    sleep(end);
    for (const Bank& b : banks_) {
      if (b.row) open_.emplace_back(b.act, std::max(b.act, end));
    }
  }

  [[nodiscard]] const MemoryActivity& counts() const { return count_; }

  [[nodiscard]] Ticks busy() const { return static_cast<Ticks>(columns_.size()) * data_; }

  /// Clocks with a row open: the union of the times of all rows.
  [[nodiscard]] Ticks active() const {
    auto rows = open_;
    std::sort(rows.begin(), rows.end());
    Ticks sum = 0;
    Ticks until = 0;
    for (const auto& [from, to] : rows) {
      sum += std::max<Ticks>(0, to - std::max(from, until));
      until = std::max(until, to);
    }
    return sum;
  }

  [[nodiscard]] Ticks down_open() const { return down_open_; }

  [[nodiscard]] Ticks down_closed() const { return down_closed_; }

  [[nodiscard]] const std::vector<DramCommand>& commands() const { return commands_; }

 private:
  using Kind = DramCommand::Kind;
  static constexpr std::size_t none = ~std::size_t{0};
  static constexpr Ticks look_back = 2048;

  struct Bank {
    std::optional<std::uint32_t> row;
    Ticks act = 0;             ///< last ACT, of this row or the one before
    bool activated = false;    ///< ever
    Ticks precharge_from = 0;  ///< what tRAS, tRTP and tWR allow
    Ticks ready = 0;           ///< end of the last precharge or refresh
    Ticks refreshed = 0;       ///< end of the last refresh
  };

  struct Activate {
    Ticks tick;
    std::uint32_t group;
  };

  struct Column {
    Ticks tick;
    std::uint32_t group;
    bool write;
    Ticks data_end;
  };

  struct Plan {
    std::optional<Ticks> pre, act;
    Ticks column = 0;
  };

  [[nodiscard]] std::size_t index(const DramAddress& p) const {
    return std::size_t{p.group} * spec_.banks_per_group + p.bank;
  }

  /// The clocks of the bus that carries a command: column commands may have one of their own.
  [[nodiscard]] std::size_t bus(bool column) const { return spec_.row_bus && column ? 1 : 0; }

  [[nodiscard]] Ticks free_from(Ticks t, bool column = false) const {
    const std::vector<bool>& taken = taken_[bus(column)];
    while (static_cast<std::size_t>(t) < taken.size() && taken[t]) ++t;
    return t;
  }

  void send(Ticks t, Kind kind, const DramAddress& p, bool auto_precharge = false) {
    std::vector<bool>& taken = taken_[bus(kind == Kind::read || kind == Kind::write)];
    if (taken.size() <= static_cast<std::size_t>(t)) taken.resize(t + 1);
    taken[t] = true;
    commands_.push_back({t, kind, auto_precharge, p.group, p.bank, p.row, p.column});
  }

  [[nodiscard]] Ticks enters(Ticks arrival) const {
    Ticks t = arrival;
    const std::size_t queue = spec_.controller.queue;
    if (columns_.size() >= queue) t = std::max(t, columns_[columns_.size() - queue].tick);
    if (!columns_.empty()) t = std::max(t, columns_.back().tick - look_back);
    return t;
  }

  /// When a closed bank is ready for an ACT or a refresh.
  [[nodiscard]] Ticks ready(const Bank& bank) const {
    return bank.activated ? std::max(bank.ready, bank.act + t_.trc) : bank.ready;
  }

  [[nodiscard]] Ticks activate_from(const Bank& bank, std::uint32_t group) const {
    Ticks t = ready(bank);
    for (const Activate& a : acts_) {
      t = std::max(t, a.tick + (a.group == group ? t_.trrd_l : t_.trrd_s));
    }
    if (acts_.size() >= 4) t = std::max(t, acts_[acts_.size() - 4].tick + t_.tfaw);
    return t;
  }

  [[nodiscard]] Ticks column_from(std::uint32_t group, bool write) const {
    Ticks t = 0;
    for (auto c = columns_.rbegin(); c != columns_.rend(); ++c) {
      const bool same = c->group == group;
      t = std::max(t, c->tick + (same ? t_.tccd_l : t_.tccd_s));
      if (c->write && !write) t = std::max(t, c->data_end + (same ? t_.twtr_l : t_.twtr_s));
      if (!c->write && write) t = std::max(t, c->data_end + t_.turnaround - t_.cwl);
      if (c->tick + reach() < columns_.back().tick) break;
    }
    return t;
  }

  /// No rule between column commands or between activates spans more clocks.
  [[nodiscard]] Ticks reach() const {
    return Ticks{t_.cl} + t_.cwl + data_ + t_.turnaround + t_.tccd_l + t_.twtr_l + t_.trrd_l;
  }

  [[nodiscard]] Plan plan(const DramAddress& p, Ticks entry, bool write) const {
    const Bank& bank = banks_[index(p)];
    Plan plan;
    Ticks from = entry;
    if (bank.row != p.row) {
      Bank closed = bank;
      if (bank.row) {
        plan.pre = free_from(std::max(entry, bank.precharge_from));
        closed.ready = *plan.pre + t_.trp;
      }
      plan.act = free_from(std::max(entry, activate_from(closed, p.group)));
      from = *plan.act + t_.rcd(write);
    } else {
      from = std::max(entry, bank.act + t_.rcd(write));
    }
    plan.column = free_from(std::max(from, column_from(p.group, write)), true);
    return plan;
  }

  void close(Bank& bank, Ticks at, Ticks recovery) {
    open_.emplace_back(bank.act, at);
    bank.row.reset();
    bank.ready = at + recovery;
  }

  /// End of its data.
  Ticks burst(Ticks arrival, std::uint64_t number, bool write, bool auto_precharge) {
    const DramAddress p = map_.decode(number);
    const Ticks entry = enters(arrival);
    while (due() <= entry) refresh(index(p), entry);
    const Ticks ready = wakes(entry);
    Plan when = plan(p, ready, write);
    while (when.column >= due()) {
      busy_until_ = when.column;  // a burst waits
      refresh(index(p), entry);
      when = plan(p, ready, write);
    }

    Bank& bank = banks_[index(p)];
    ++(!when.act ? count_.page_hits : when.pre ? count_.page_conflicts : count_.page_misses);
    if (when.pre) {
      send(*when.pre, Kind::precharge, p);
      close(bank, *when.pre, t_.trp);
    }
    if (when.act) {
      send(*when.act, Kind::activate, p);
      ++count_.activates;
      acts_.push_back({*when.act, p.group});
      if (acts_.front().tick + reach() < when.act && acts_.size() > 4) acts_.erase(acts_.begin());
      bank.row = p.row;
      bank.act = *when.act;
      bank.activated = true;
      bank.precharge_from = bank.act + t_.tras;
    }
    send(when.column, write ? Kind::write : Kind::read, p, auto_precharge);
    ++(write ? count_.bursts_written : count_.bursts_read);
    const Ticks end = when.column + (write ? t_.cwl : t_.cl) + data_;
    columns_.push_back({when.column, p.group, write, end});
    last_bank_ = index(p);
    bank.precharge_from =
        std::max(bank.precharge_from, write ? end + t_.twr : when.column + t_.trtp);
    if (auto_precharge) close(bank, bank.precharge_from, t_.trp);
    return end;
  }

  [[nodiscard]] Ticks due() const {
    return (refreshes_ + 1) * Ticks{t_.per_bank ? t_.per_bank->interval : t_.trefi};
  }

  /// The last clock of whatever the channel did so far.
  [[nodiscard]] Ticks idle_since() const {
    Ticks t = std::max(busy_until_, woken_);
    for (auto c = columns_.rbegin(); c != columns_.rend(); ++c) {
      t = std::max(t, c->data_end + (c->write ? t_.twr : 0));
      if (c->tick + reach() + t_.twr < columns_.back().tick) break;
    }
    for (const auto& [from, to] : open_) t = std::max(t, to);
    for (const Bank& b : banks_) t = std::max(t, b.refreshed);
    return std::max<Ticks>(t, static_cast<Ticks>(std::max(taken_[0].size(), taken_[1].size())));
  }

  bool sleep(Ticks until) {
    const auto& down = spec_.controller.power_down;
    if (!down) return false;
    const Ticks from = idle_since() + down->after;
    if (from >= until) return false;
    const bool open =
        std::any_of(banks_.begin(), banks_.end(), [](const Bank& b) { return b.row.has_value(); });
    (open ? down_open_ : down_closed_) += until - from;
    commands_.push_back({from, Kind::power_down});
    commands_.push_back({until, Kind::power_up});
    return true;
  }

  Ticks wakes(Ticks entry) {
    const auto& down = spec_.controller.power_down;
    if (!down) return entry;
    const Ticks up = std::min(entry, due() - Ticks{t_.txp});
    if (sleep(up)) woken_ = up + t_.txp;
    return std::max(entry, woken_);
  }

  /// The refresh that is due, for a burst that waits for `wanted` since `since`.
  void refresh(std::size_t wanted, Ticks since) {
    if (sleep(due() - Ticks{t_.txp})) busy_until_ = due();
    if (t_.per_bank) {
      refresh_bank(since <= due() ? wanted : none);
    } else {
      refresh_all();
    }
    ++refreshes_;
  }

  void refresh_all() {
    Ticks pre = due();
    bool any = false;
    for (const Bank& b : banks_) {
      if (!b.row) continue;
      any = true;
      pre = std::max(pre, b.precharge_from);
    }
    if (any) {
      pre = free_from(pre);
      send(pre, Kind::precharge_all, {});
      for (Bank& b : banks_) {
        if (b.row) close(b, pre, t_.trp_all);
      }
    }
    Ticks at = due();
    for (const Bank& b : banks_) at = std::max(at, ready(b));
    at = free_from(at);
    send(at, Kind::refresh, {});
    for (Bank& b : banks_) b.ready = b.refreshed = at + t_.trfc;
    ++count_.refreshes;
  }

  void refresh_bank(std::size_t wanted) {
    const std::size_t number = bank_in_turn(wanted);
    Bank& bank = banks_[number];
    DramAddress p;
    p.group = static_cast<std::uint32_t>(number / spec_.banks_per_group);
    p.bank = static_cast<std::uint32_t>(number % spec_.banks_per_group);
    if (bank.row) {
      const Ticks pre = free_from(std::max(due(), bank.precharge_from));
      send(pre, Kind::precharge, p);
      close(bank, pre, t_.trp);
    }
    const Ticks at = free_from(std::max(due(), ready(bank)));
    send(at, Kind::refresh_bank, p);
    bank.ready = bank.refreshed = at + t_.per_bank->duration;
    ++count_.bank_refreshes;
  }

  /// `round_` lists the banks that this round has yet to refresh, in turn.
  std::size_t bank_in_turn(std::size_t wanted) {
    if (round_.empty()) {
      for (std::size_t n = 0; n < banks_.size(); ++n) {
        round_.push_back((next_round_ + banks_.size() - n) % banks_.size());
      }
    }
    const bool recent = !columns_.empty() && columns_.back().tick + t_.trc >= due();
    auto choice = std::find_if(round_.begin(), round_.end(), [&](std::size_t bank) {
      return bank != wanted && !(recent && bank == last_bank_);
    });
    if (choice == round_.end()) choice = round_.begin();
    const std::size_t bank = *choice;
    // The next round begins behind the last bank that was refreshed in its turn.
    if (choice == round_.begin()) next_round_ = (bank + banks_.size() - 1) % banks_.size();
    round_.erase(choice);
    return bank;
  }

  DramSpec spec_;
  DramClocks t_;
  AddressMap map_;
  Ticks data_;  ///< clocks of a burst on the bus
  std::vector<Bank> banks_;
  std::array<std::vector<bool>, 2> taken_;  ///< clocks of the command bus, or of both
  std::vector<Activate> acts_;
  std::vector<Column> columns_;
  std::vector<std::pair<Ticks, Ticks>> open_;  ///< rows that were open, from ACT to precharge
  std::vector<DramCommand> commands_;
  std::vector<std::size_t> round_;
  std::size_t next_round_ = 0;
  std::size_t last_bank_ = none;  ///< of the last burst
  Ticks refreshes_ = 0;
  Ticks busy_until_ = 0;  ///< what keeps the channel awake without a command
  Ticks woken_ = 0;
  Ticks down_open_ = 0, down_closed_ = 0;
  MemoryActivity count_;
};

}  // namespace tritsim::test
