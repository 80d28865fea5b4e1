// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <deque>
#include <optional>
#include <vector>

#include "arch/hardware/dram.hpp"

namespace tritsim::test {

/// A textbook controller of one channel, clock by clock. Its queue is filled in order of arrival.
/// In each clock it sends one command,
/// or one on each of two buses:
///   1. the column command of the oldest burst in the queue that may go now by every timing rule;
///   2. else, for the oldest burst of each bank, oldest first: PRE, if no burst in the queue wants
///      the row that is open, or ACT; whichever may go now.
/// With a cap, only so many bursts pass the oldest one of their bank, which wants another row. With
/// a write drain, writes have a queue of their own; one direction at a time has its turn, which
/// changes with a command. With a round of n, the port in turn lets up to n bursts into a queue
/// that has room, then the next port of which a burst is there. When a refresh is due it closes all
/// rows, as soon as they may be closed, and refreshes.
class FrFcfsReference {
 public:
  using Ticks = std::int64_t;

  struct Request {
    Ticks arrival = 0;
    std::uint64_t burst = 0;
    bool write = false;
    std::uint32_t port = 0;  ///< of the controller
  };

  FrFcfsReference(const DramSpec& spec, std::size_t queue)
      : spec_(spec),
        t_(spec.clocks()),
        map_(spec.address_map()),
        data_(spec.burst_clocks()),
        queue_(queue),
        cap_(spec.controller.row_hit_cap),
        drain_(spec.controller.write_drain),
        round_(spec.controller.port ? spec.controller.port->round : 0),
        ports_(spec.controller.port ? spec.controller.port->count : 1),
        banks_(spec.banks()),
        due_(t_.trefi) {
    const DramCommandClocks& c = spec.command_clocks;
    act_ = c.activate;
    pre_ = c.precharge;
    col_ = c.column;
    ref_ = c.refresh;
  }

  /// Clock at which the last data of all requests are over; they come in order of arrival.
  Ticks run(const std::vector<Request>& requests) {
    const std::vector<Ticks> ends = data_ends(requests);
    return ends.empty() ? 0 : *std::max_element(ends.begin(), ends.end());
  }

  /// The same of each request.
  std::vector<Ticks> data_ends(const std::vector<Request>& requests) {
    ends_.assign(requests.size(), 0);
    // Those that are not in a queue yet: writes apart, where they have a queue of their own.
    std::array<std::deque<std::size_t>, 2> outside;
    for (std::size_t n = 0; n < requests.size(); ++n) {
      outside[drain_ && requests[n].write ? 1 : 0].push_back(n);
    }
    const auto room = [&](std::size_t side) {
      const auto inside = std::count_if(waiting_.begin(), waiting_.end(), [&](const Burst& b) {
        return (drain_ && b.write ? 1U : 0U) == side;
      });
      return static_cast<std::size_t>(inside) < (side == 1 ? drain_->queue : queue_);
    };
    for (Ticks now = 0; !outside[0].empty() || !outside[1].empty() || !waiting_.empty(); ++now) {
      Ticks next = due_;
      for (std::size_t side = 0; side < 2; ++side) {
        auto& out = outside[side];
        while (!out.empty() && requests[out.front()].arrival <= now && room(side)) {
          const auto entering = next_to_enter(requests, out, side, now);
          const Request& r = requests[*entering];
          if (waiting_.empty()) waiting_since_ = now;
          waiting_.push_back({map_.decode(r.burst), r.write, *entering});
          out.erase(entering);
        }
        if (!out.empty()) next = std::min(next, requests[out.front()].arrival);
      }
      if (waiting_.empty() && next < due_) {
        now = std::max(now, next - 1);
        continue;
      }
      if (now >= due_) {
        refresh(now);
        continue;
      }
      bool writing = writing_;
      turn();
      if (now < free_[spec_.row_bus ? 1 : 0] || !column(now)) writing_ = writing;
      writing = writing_;
      turn();
      if (now < free_[0] || !row(now)) writing_ = writing;
    }
    return ends_;
  }

  /// Clocks in which a burst waited and no column command followed the one before, up to bursts
  /// that had a row closed.
  [[nodiscard]] Ticks conflict_wait() const { return conflict_wait_; }

 private:
  struct Burst {
    DramAddress place;
    bool write = false;
    std::size_t number = 0;
    bool conflict = false;  ///< a row was closed for it
  };

  /// The request that enters a queue next, of those that are there.
  std::deque<std::size_t>::iterator next_to_enter(const std::vector<Request>& requests,
                                                  std::deque<std::size_t>& out, std::size_t side,
                                                  Ticks now) {
    if (round_ == 0) return out.begin();
    Turn& turn = turns_[side];
    for (;;) {
      const auto first = std::find_if(out.begin(), out.end(), [&](std::size_t n) {
        return requests[n].port == turn.port && requests[n].arrival <= now;
      });
      if (turn.left > 0 && first != out.end()) {
        --turn.left;
        return first;
      }
      turn = {(turn.port + 1) % ports_, round_};
    }
  }

  // Clocks are those in which commands end: delays count from there.
  static constexpr Ticks long_ago = -100'000;

  struct Bank {
    std::optional<std::uint32_t> row;
    std::uint32_t passed = 0;
    Ticks act = long_ago, read = long_ago, write_end = long_ago, pre = long_ago;
    Ticks pre_all = long_ago, ref = long_ago;
  };

  struct Sent {
    Ticks at = long_ago;
    std::uint32_t rank = 0;
    std::uint32_t group = 0;
    bool write = false;
  };

  Bank& bank(const DramAddress& p) {
    return banks_[(p.rank * spec_.bank_groups + p.group) * spec_.banks_per_group + p.bank];
  }

  /// Whose turn it is, reads' or writes'.
  void turn() {
    if (!drain_) return;
    const auto writes = static_cast<std::size_t>(
        std::count_if(waiting_.begin(), waiting_.end(), [](const Burst& b) { return b.write; }));
    const bool reads = writes < waiting_.size();
    if (!writing_ && (writes >= drain_->high || !reads))
      writing_ = writes > 0;
    else if (writing_ && (writes == 0 || (reads && writes <= drain_->low)))
      writing_ = false;
  }

  [[nodiscard]] bool has_turn(const Burst& b) const { return !drain_ || b.write == writing_; }

  /// The oldest burst of a bank that has its turn.
  [[nodiscard]] const Burst& oldest_of(const Bank& own) {
    return *std::find_if(waiting_.begin(), waiting_.end(),
                         [&](const Burst& b) { return &bank(b.place) == &own && has_turn(b); });
  }

  /// Whether enough bursts have passed the oldest one of the bank.
  [[nodiscard]] bool capped(const Bank& own) {
    return cap_ > 0 && own.passed >= cap_ && own.row != oldest_of(own).place.row;
  }

  [[nodiscard]] bool may_read_or_write(const Burst& b, Ticks at) {
    const Bank& own = bank(b.place);
    if (!has_turn(b) || (own.row == b.place.row && capped(own))) return false;
    if (own.row != b.place.row || at < own.act + t_.rcd(b.write)) return false;
    return std::all_of(columns_.begin(), columns_.end(), [&](const Sent& c) {
      const Ticks data = at + (b.write ? t_.cwl : t_.cl);
      const Ticks data_end = c.at + (c.write ? t_.cwl : t_.cl) + data_;
      if (c.rank != b.place.rank) return data >= data_end + t_.trtrs && at >= c.at + col_;
      const bool same = c.group == b.place.group;
      Ticks from = c.at + (same ? t_.tccd_l : t_.tccd_s);
      if (c.write && b.write && same) from = std::max<Ticks>(from, c.at + t_.tccd_l_write);
      if (c.write && !b.write) from = std::max(from, data_end + (same ? t_.twtr_l : t_.twtr_s));
      if (!c.write && b.write) from = std::max(from, data_end + t_.turnaround - t_.cwl);
      return at >= from;
    });
  }

  void occupy(std::size_t bus, Ticks until) {
    if (spec_.row_bus) {
      free_[bus] = until;
    } else {
      free_ = {until, until};
    }
  }

  /// Serves a burst, if one can be.
  bool column(Ticks now) {
    const Ticks at = now + col_ - 1;
    const auto b = std::find_if(waiting_.begin(), waiting_.end(),
                                [&](const Burst& w) { return may_read_or_write(w, at); });
    if (b == waiting_.end()) return false;
    const Ticks end = at + (b->write ? t_.cwl : t_.cl) + data_;
    if (b->conflict) {
      conflict_wait_ += std::max<Ticks>(now - std::max(last_column_ + data_, waiting_since_), 0);
    }
    last_column_ = now;
    Bank& own = bank(b->place);
    (b->write ? own.write_end : own.read) = b->write ? end : at;
    columns_.push_back({at, b->place.rank, b->place.group, b->write});
    if (columns_.size() > 64) columns_.pop_front();
    if (oldest_of(own).place.row != b->place.row) ++own.passed;
    ends_[b->number] = end;
    occupy(1, now + col_);
    waiting_.erase(b);
    return true;
  }

  [[nodiscard]] bool may_close(const Bank& b, Ticks at) const {
    return at >= std::max({b.act + t_.tras, b.read + t_.trtp, b.write_end + t_.twr});
  }

  /// A bank without an open row, for an ACT or a refresh.
  [[nodiscard]] bool is_ready(const Bank& b, Ticks at) const {
    return at >=
           std::max({b.act + t_.trc, b.pre + t_.trp, b.pre_all + t_.trp_all, b.ref + t_.trfc});
  }

  [[nodiscard]] bool may_open(const Burst& w, const Bank& b, Ticks at) const {
    if (!is_ready(b, at)) return false;
    std::size_t in_window = 0;
    for (const Sent& a : acts_) {
      if (a.rank != w.place.rank) continue;
      if (at < a.at + (a.group == w.place.group ? t_.trrd_l : t_.trrd_s)) return false;
      if (at < a.at + t_.tfaw) ++in_window;
    }
    return in_window < 4;
  }

  /// Sends a row command, if one may go.
  bool row(Ticks now) {
    std::vector<const Bank*> seen;
    for (Burst& w : waiting_) {
      if (!has_turn(w)) continue;
      Bank& own = bank(w.place);
      if (std::find(seen.begin(), seen.end(), &own) != seen.end()) continue;
      seen.push_back(&own);
      if (own.row == w.place.row) continue;
      if (!own.row) {
        if (!may_open(w, own, now + act_ - 1)) continue;
        own.row = w.place.row;
        own.passed = 0;
        own.act = now + act_ - 1;
        acts_.push_back({own.act, w.place.rank, w.place.group, false});
        if (acts_.size() > 64) acts_.pop_front();
        occupy(0, now + act_);
        return true;
      }
      const bool wanted = std::any_of(waiting_.begin(), waiting_.end(), [&](const Burst& o) {
        return has_turn(o) && &bank(o.place) == &own && own.row == o.place.row;
      });
      const Ticks at = now + pre_ - 1;
      if ((wanted && !capped(own)) || !may_close(own, at)) continue;
      if (t_.tppd > 0 && at < last_pre_[w.place.rank] + t_.tppd) continue;
      w.conflict = true;
      own.row.reset();
      own.pre = last_pre_[w.place.rank] = at;
      occupy(0, now + pre_);
      return true;
    }
    return false;
  }

  void refresh(Ticks now) {
    if (now < free_[0]) return;
    const bool open =
        std::any_of(banks_.begin(), banks_.end(), [](const Bank& b) { return b.row.has_value(); });
    if (open) {
      for (const Bank& b : banks_) {
        if (b.row && !may_close(b, now + pre_ - 1)) return;
      }
      for (Bank& b : banks_) {
        if (b.row) b.pre_all = now + pre_ - 1;
        b.row.reset();
      }
      occupy(0, now + pre_);
      return;
    }
    const Ticks at = now + ref_ - 1;
    if (!std::all_of(banks_.begin(), banks_.end(),
                     [&](const Bank& b) { return is_ready(b, at); })) {
      return;
    }
    for (Bank& b : banks_) b.ref = at;
    occupy(0, now + ref_);
    due_ += t_.trefi;
  }

  DramSpec spec_;
  DramClocks t_;
  AddressMap map_;
  Ticks data_;
  std::size_t queue_;
  std::uint32_t cap_;
  std::optional<WriteDrain> drain_;

  struct Turn {
    std::uint32_t port = 0;
    std::uint32_t left = 0;
  };

  std::uint32_t round_;
  std::uint32_t ports_;
  std::array<Turn, 2> turns_;
  Ticks waiting_since_ = 0;
  Ticks last_column_ = long_ago;
  Ticks conflict_wait_ = 0;
  bool writing_ = false;
  std::vector<Ticks> ends_;
  std::vector<Bank> banks_;
  std::deque<Burst> waiting_;  ///< in order of arrival
  std::deque<Sent> columns_;
  std::deque<Sent> acts_;
  std::array<Ticks, 2> free_{};  ///< the buses of rows, or all commands, and of columns
  std::array<Ticks, 16> last_pre_{};
  Ticks due_;
  Ticks act_ = 1, pre_ = 1, col_ = 1, ref_ = 1;  ///< clocks of commands
};

}  // namespace tritsim::test
