// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "models/dram/dram_channel_law.hpp"

namespace tritsim::test {

/// Judges the command stream of one channel by the rules of the standard (JESD79-4 and the like),
/// from the list of commands alone: for each pair of commands that a rule relates, the clocks
/// between them. Returns what is broken.
class DramChecker {
 public:
  explicit DramChecker(const DramSpec& spec)
      : spec_(spec), t_(spec.clocks()), data_(spec.burst_clocks()), ranks_(spec.ranks) {}

  [[nodiscard]] std::vector<std::string> check(std::vector<DramCommand> commands) {
    std::stable_sort(commands.begin(), commands.end(),
                     [](const auto& a, const auto& b) { return a.tick < b.tick; });
    for (DramCommand c : commands) {
      using enum DramCommand::Kind;
      occupy(c);
      if (c.kind == power_down || c.kind == power_up) {
        power(c);
        continue;
      }
      // Delays count from the last clock of a command to the last clock of another.
      c.tick += clocks_of(c.kind) - 1;
      if (down_) fail(c, "command in power-down");
      if (spec_.controller.power_down) need(c, "tXP", up_, t_.txp);
      switch (c.kind) {
        case activate:
          open(c);
          break;
        case read:
        case write:
          column(c, c.kind == write);
          break;
        case precharge:
          close(c, bank(c), t_.trp);
          need(c, "tPPD", ranks_[c.rank].precharge, t_.tppd);
          ranks_[c.rank].precharge = c.tick;
          break;
        case precharge_all:
        case precharge_same:
          for (auto& [key, b] : banks_) {
            if (b.row >= 0 && concerns(c, key)) close(c, b, t_.trp_all);
          }
          break;
        case refresh:
        case refresh_bank:
        case refresh_same:
          refresh_banks(c);
          break;
        case power_down:
        case power_up:
          break;
      }
    }
    return broken_;
  }

 private:
  using Ticks = std::int64_t;
  static constexpr Ticks never = -1'000'000'000;

  struct Key {
    std::uint32_t rank = 0, group = 0, bank = 0;

    auto operator<=>(const Key&) const = default;
  };

  struct Bank {
    std::int64_t row = -1;
    Ticks act = never;
    Ticks read = never;       ///< last read command
    Ticks write_end = never;  ///< end of the last write data
    Ticks ready = never;      ///< when a precharge or refresh is over
    Ticks busy = never;       ///< when a refresh is over
  };

  struct Column {
    Ticks tick = never;
    Ticks data_begin = never;
    Ticks data_end = never;
    bool write = false;
    std::uint32_t rank = 0;
    std::uint32_t group = 0;
  };

  struct Rank {
    Ticks precharge = never;
    Ticks refresh = never;
  };

  Bank& bank(const DramCommand& c) { return banks_[{c.rank, c.group, c.bank}]; }

  [[nodiscard]] Ticks clocks_of(DramCommand::Kind kind) const {
    using enum DramCommand::Kind;
    const DramCommandClocks& c = spec_.command_clocks;
    if (kind == activate) return c.activate;
    if (kind == read || kind == write) return c.column;
    if (kind == precharge || kind == precharge_all || kind == precharge_same) return c.precharge;
    if (kind == power_down || kind == power_up) return 1;
    return c.refresh;
  }

  /// Each clock of each bus is taken once.
  void occupy(const DramCommand& c) {
    using enum DramCommand::Kind;
    const bool columns = c.kind == read || c.kind == write;
    auto& bus = clocks_[spec_.row_bus && columns ? 1 : 0];
    for (Ticks n = 0; n < clocks_of(c.kind); ++n) {
      if (!bus.insert(c.tick + n).second) fail(c, "two commands in a clock");
    }
  }

  /// Whether a command of several banks is one of this bank.
  [[nodiscard]] static bool concerns(const DramCommand& c, const Key& key) {
    using enum DramCommand::Kind;
    if (c.rank != key.rank) return false;
    if (c.kind == refresh_bank) return c.group == key.group && c.bank == key.bank;
    return c.kind == precharge_all || c.kind == refresh || c.bank == key.bank;
  }

  void fail(const DramCommand& c, const std::string& rule) {
    broken_.push_back(fmt::format("clock {}: {} (rank {}, group {}, bank {}, row {})", c.tick, rule,
                                  c.rank, c.group, c.bank, c.row));
  }

  void need(const DramCommand& c, const char* rule, Ticks since, Ticks clocks) {
    if (since != never && c.tick - since < clocks) {
      fail(c, fmt::format("{}: {} after {}", rule, c.tick - since, clocks));
    }
  }

  void open(const DramCommand& c) {
    Bank& b = bank(c);
    if (b.row >= 0) fail(c, "ACT of an open bank");
    need(c, "bank not ready", b.ready, 0);
    need(c, "tRC", b.act, t_.trc);
    if (t_.per_bank) need(c, "tRREFD", ranks_[c.rank].refresh, t_.per_bank->to_activate);
    std::size_t in_window = 0;
    for (const DramCommand& a : acts_) {
      if (a.rank != c.rank) continue;
      need(c, "tRRD", a.tick, a.group == c.group ? t_.trrd_l : t_.trrd_s);
      if (c.tick - a.tick < t_.tfaw) ++in_window;
    }
    if (in_window >= 4) fail(c, "tFAW");
    acts_.push_back(c);
    if (acts_.size() > 64) acts_.erase(acts_.begin(), acts_.begin() + 32);
    b.row = c.row;
    b.act = c.tick;
    b.read = b.write_end = never;
  }

  /// Between a column command of the past and one whose data begin at `begin`.
  void after(const Column& o, const DramCommand& c, bool write, Ticks begin) {
    if (begin < o.data_end && o.data_begin < begin + data_) fail(c, "data bus");
    if (o.rank != c.rank) {
      if (begin < o.data_end + t_.trtrs) fail(c, "tRTRS");
      return;
    }
    const bool same = o.group == c.group;
    need(c, "tCCD", o.tick, same ? t_.tccd_l : t_.tccd_s);
    if (same && o.write && write) need(c, "tCCD_L_WR", o.tick, t_.tccd_l_write);
    if (o.write && !write) need(c, "tWTR", o.data_end, same ? t_.twtr_l : t_.twtr_s);
    if (!o.write && write && begin - o.data_end < t_.turnaround) fail(c, "turnaround");
  }

  void column(const DramCommand& c, bool write) {
    Bank& b = bank(c);
    if (b.row != static_cast<std::int64_t>(c.row)) fail(c, "column command to another row");
    need(c, "tRCD", b.act, t_.rcd(write));
    const Ticks begin = c.tick + (write ? t_.cwl : t_.cl);
    for (const Column& o : columns_) after(o, c, write, begin);
    columns_.push_back({c.tick, begin, begin + data_, write, c.rank, c.group});
    if (columns_.size() > 128) columns_.erase(columns_.begin(), columns_.begin() + 64);
    if (write) {
      b.write_end = begin + data_;
    } else {
      b.read = c.tick;
    }
    if (c.auto_precharge) {
      const Ticks at = std::max({b.act + t_.tras, b.read == never ? never : b.read + t_.trtp,
                                 b.write_end == never ? never : b.write_end + t_.twr});
      b.row = -1;
      b.ready = at + t_.trp;
    }
  }

  void close(const DramCommand& c, Bank& b, Ticks recovery) {
    need(c, "tRAS", b.act, t_.tras);
    need(c, "tRTP", b.read, t_.trtp);
    need(c, "tWR", b.write_end, t_.twr);
    b.row = -1;
    b.ready = c.tick + recovery;
  }

  void refresh_banks(const DramCommand& c) {
    const bool all = c.kind == DramCommand::Kind::refresh;
    const Ticks duration = all ? t_.trfc : t_.per_bank->duration;
    for (std::uint32_t g = 0; g < spec_.bank_groups; ++g) {
      for (std::uint32_t n = 0; n < spec_.banks_per_group; ++n) {
        const Key key{c.rank, g, n};
        if (!concerns(c, key)) continue;
        Bank& b = banks_[key];
        if (b.row >= 0) fail(c, "REF with an open row");
        need(c, "REF: bank not ready", b.ready, 0);
        need(c, "tRC", b.act, t_.trc);
        b.ready = b.busy = c.tick + duration;
      }
    }
    if (!all) need(c, "tREF2REF", ranks_[c.rank].refresh, t_.per_bank->to_refresh);
    ranks_[c.rank].refresh = c.tick;
    in_time(c, (all ? t_.trefi : t_.per_bank->interval) / spec_.ranks);
  }

  /// The clock enable goes when nothing is under way, and comes back before anything is sent.
  void power(const DramCommand& c) {
    if (down_ == (c.kind == DramCommand::Kind::power_down)) fail(c, "power-down out of turn");
    down_ = !down_;
    if (!down_) {
      up_ = c.tick;
      return;
    }
    for (const auto& [key, b] : banks_) need(c, "power-down while a bank is refreshed", b.busy, 0);
    for (const Column& o : columns_) {
      need(c, "power-down during data", o.data_end, o.write ? t_.twr : 0);
    }
  }

  /// The n-th refresh is not early, and at most nine intervals late.
  void in_time(const DramCommand& c, Ticks interval) {
    const Ticks due = ++refreshes_ * interval;
    if (c.tick < due) fail(c, "refresh before it is due");
    if (c.tick > due + 9 * interval) fail(c, "refresh too late");
  }

  DramSpec spec_;
  DramClocks t_;
  Ticks data_;
  std::vector<Rank> ranks_;
  std::array<std::set<Ticks>, 2> clocks_;  ///< of each bus
  std::map<Key, Bank> banks_;
  std::vector<DramCommand> acts_;
  std::vector<Column> columns_;
  Ticks refreshes_ = 0;
  bool down_ = false;
  Ticks up_ = never;
  std::vector<std::string> broken_;
};

}  // namespace tritsim::test
