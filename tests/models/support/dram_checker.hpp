// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
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
      : spec_(spec), t_(spec.clocks()), data_(spec.burst_length / 2) {}

  [[nodiscard]] std::vector<std::string> check(std::vector<DramCommand> commands) {
    std::stable_sort(commands.begin(), commands.end(),
                     [](const auto& a, const auto& b) { return a.tick < b.tick; });
    for (const DramCommand& c : commands) {
      if (!clocks_.insert(c.tick).second) fail(c, "two commands in a clock");
      if (c.kind == DramCommand::Kind::power_down || c.kind == DramCommand::Kind::power_up) {
        power(c);
        continue;
      }
      if (down_) fail(c, "command in power-down");
      if (spec_.controller.power_down) need(c, "tXP", up_, t_.txp);
      switch (c.kind) {
        case DramCommand::Kind::activate:
          activate(c);
          break;
        case DramCommand::Kind::read:
        case DramCommand::Kind::write:
          column(c, c.kind == DramCommand::Kind::write);
          break;
        case DramCommand::Kind::precharge:
          precharge(c, bank(c), t_.trp);
          break;
        case DramCommand::Kind::precharge_all:
          for (auto& [key, b] : banks_) {
            if (b.row >= 0) precharge(c, b, t_.trp_all);
          }
          break;
        case DramCommand::Kind::refresh:
          refresh(c);
          break;
        case DramCommand::Kind::refresh_bank:
          refresh_bank(c);
          break;
        case DramCommand::Kind::power_down:
        case DramCommand::Kind::power_up:
          break;
      }
    }
    return broken_;
  }

 private:
  using Ticks = std::int64_t;
  static constexpr Ticks never = -1'000'000'000;

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
    std::uint32_t group = 0;
  };

  Bank& bank(const DramCommand& c) { return banks_[{c.group, c.bank}]; }

  void fail(const DramCommand& c, const std::string& rule) {
    broken_.push_back(fmt::format("clock {}: {} (group {}, bank {}, row {})", c.tick, rule, c.group,
                                  c.bank, c.row));
  }

  void need(const DramCommand& c, const char* rule, Ticks since, Ticks clocks) {
    if (since != never && c.tick - since < clocks) {
      fail(c, fmt::format("{}: {} after {}", rule, c.tick - since, clocks));
    }
  }

  void activate(const DramCommand& c) {
    Bank& b = bank(c);
    if (b.row >= 0) fail(c, "ACT of an open bank");
    need(c, "bank not ready", b.ready, 0);
    need(c, "tRC", b.act, t_.trc);
    for (const DramCommand& a : acts_) {
      need(c, "tRRD", a.tick, a.group == c.group ? t_.trrd_l : t_.trrd_s);
    }
    if (acts_.size() >= 4) need(c, "tFAW", acts_[acts_.size() - 4].tick, t_.tfaw);
    acts_.push_back(c);
    if (acts_.size() > 64) acts_.erase(acts_.begin(), acts_.begin() + 32);
    b.row = c.row;
    b.act = c.tick;
    b.read = b.write_end = never;
  }

  void column(const DramCommand& c, bool write) {
    Bank& b = bank(c);
    if (b.row != static_cast<std::int64_t>(c.row)) fail(c, "column command to another row");
    need(c, "tRCD", b.act, t_.rcd(write));
    const Ticks begin = c.tick + (write ? t_.cwl : t_.cl);
    for (const Column& o : columns_) {
      const bool same = o.group == c.group;
      need(c, "tCCD", o.tick, same ? t_.tccd_l : t_.tccd_s);
      if (o.write && !write) need(c, "tWTR", o.data_end, same ? t_.twtr_l : t_.twtr_s);
      if (!o.write && write && begin - o.data_end < t_.turnaround) fail(c, "turnaround");
      if (begin < o.data_end && o.data_begin < begin + data_) fail(c, "data bus");
    }
    columns_.push_back({c.tick, begin, begin + data_, write, c.group});
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

  void precharge(const DramCommand& c, Bank& b, Ticks recovery) {
    need(c, "tRAS", b.act, t_.tras);
    need(c, "tRTP", b.read, t_.trtp);
    need(c, "tWR", b.write_end, t_.twr);
    b.row = -1;
    b.ready = c.tick + recovery;
  }

  void refresh(const DramCommand& c) {
    for (auto& [key, b] : banks_) {
      if (b.row >= 0) fail(c, "REF with an open row");
      need(c, "REF: bank not ready", b.ready, 0);
      need(c, "tRC", b.act, t_.trc);
    }
    for (std::uint32_t g = 0; g < spec_.bank_groups; ++g) {
      for (std::uint32_t n = 0; n < spec_.banks_per_group; ++n) {
        banks_[{g, n}].ready = banks_[{g, n}].busy = c.tick + t_.trfc;
      }
    }
    in_time(c, t_.trefi);
  }

  void refresh_bank(const DramCommand& c) {
    Bank& b = bank(c);
    if (b.row >= 0) fail(c, "REFpb with an open row");
    need(c, "REFpb: bank not ready", b.ready, 0);
    need(c, "tRC", b.act, t_.trc);
    b.ready = b.busy = c.tick + t_.per_bank->duration;
    in_time(c, t_.per_bank->interval);
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
  std::set<Ticks> clocks_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, Bank> banks_;
  std::vector<DramCommand> acts_;
  std::vector<Column> columns_;
  Ticks refreshes_ = 0;
  bool down_ = false;
  Ticks up_ = never;
  std::vector<std::string> broken_;
};

}  // namespace tritsim::test
