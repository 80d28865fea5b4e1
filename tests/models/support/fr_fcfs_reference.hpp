// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <deque>
#include <optional>
#include <vector>

#include "arch/hardware/dram.hpp"

namespace tritsim::test {

/// A textbook controller of one channel, clock by clock. Its queue is filled in order of arrival.
/// In each clock it sends one command:
///   1. the column command of the oldest burst in the queue that may go now by every timing rule;
///   2. else, for the oldest burst of each bank, oldest first: PRE, if no burst in the queue wants
///      the row that is open, or ACT; whichever may go now.
/// When a refresh is due it closes all rows, as soon as they may be closed, and refreshes.
class FrFcfsReference {
 public:
  using Ticks = std::int64_t;

  struct Request {
    Ticks arrival = 0;
    std::uint64_t burst = 0;
    bool write = false;
  };

  FrFcfsReference(const DramSpec& spec, std::size_t queue)
      : spec_(spec),
        t_(spec.clocks()),
        map_(spec.address_map()),
        data_(spec.burst_length / 2),
        queue_(queue),
        banks_(spec.banks()),
        due_(t_.trefi) {}

  /// Clock at which the last data of all requests are over; they come in order of arrival.
  Ticks run(const std::vector<Request>& requests) {
    std::size_t next = 0;
    Ticks end = 0;
    for (Ticks now = 0; next < requests.size() || !waiting_.empty(); ++now) {
      while (waiting_.size() < queue_ && next < requests.size() && requests[next].arrival <= now) {
        waiting_.push_back({map_.decode(requests[next].burst), requests[next].write});
        ++next;
      }
      if (waiting_.empty() && next < requests.size() && requests[next].arrival < due_) {
        now = std::max(now, requests[next].arrival - 1);
        continue;
      }
      if (now >= due_) {
        refresh(now);
      } else if (const auto done = column(now)) {
        end = std::max(end, *done);
      } else {
        row(now);
      }
    }
    return end;
  }

 private:
  struct Burst {
    BurstPlace place;
    bool write = false;
  };

  struct Bank {
    std::optional<std::uint32_t> row;
    Ticks act = -100'000, read = -100'000, write_end = -100'000, ready = 0;
  };

  struct Column {
    Ticks tick = -100'000;
    std::uint32_t group = 0;
    bool write = false;
  };

  Bank& bank(const BurstPlace& p) { return banks_[p.group * spec_.banks_per_group + p.bank]; }

  [[nodiscard]] bool may_read_or_write(const Burst& b, Ticks now) {
    const Bank& own = bank(b.place);
    if (own.row != b.place.row || now < own.act + t_.rcd(b.write)) return false;
    return std::all_of(columns_.begin(), columns_.end(), [&](const Column& c) {
      const bool same = c.group == b.place.group;
      const Ticks data_end = c.tick + (c.write ? t_.cwl : t_.cl) + data_;
      Ticks from = c.tick + (same ? t_.tccd_l : t_.tccd_s);
      if (c.write && !b.write) from = std::max(from, data_end + (same ? t_.twtr_l : t_.twtr_s));
      if (!c.write && b.write) from = std::max(from, data_end + t_.turnaround - t_.cwl);
      return now >= from;
    });
  }

  /// End of the data of the burst that is served, if one can be.
  std::optional<Ticks> column(Ticks now) {
    const auto b = std::find_if(waiting_.begin(), waiting_.end(),
                                [&](const Burst& w) { return may_read_or_write(w, now); });
    if (b == waiting_.end()) return {};
    const Ticks end = now + (b->write ? t_.cwl : t_.cl) + data_;
    Bank& own = bank(b->place);
    (b->write ? own.write_end : own.read) = b->write ? end : now;
    columns_.push_back({now, b->place.group, b->write});
    if (columns_.size() > 64) columns_.pop_front();
    waiting_.erase(b);
    return end;
  }

  [[nodiscard]] bool may_close(const Bank& b, Ticks now) const {
    return now >= std::max({b.act + t_.tras, b.read + t_.trtp, b.write_end + t_.twr});
  }

  [[nodiscard]] bool may_open(const Burst& w, const Bank& b, Ticks now) const {
    if (now < b.ready || now < b.act + t_.trc) return false;
    if (acts_.size() >= 4 && now < acts_[acts_.size() - 4].tick + t_.tfaw) return false;
    return std::all_of(acts_.begin(), acts_.end(), [&](const Column& a) {
      return now >= a.tick + (a.group == w.place.group ? t_.trrd_l : t_.trrd_s);
    });
  }

  void row(Ticks now) {
    std::vector<const Bank*> seen;
    for (const Burst& w : waiting_) {
      Bank& own = bank(w.place);
      if (std::find(seen.begin(), seen.end(), &own) != seen.end()) continue;
      seen.push_back(&own);
      if (own.row == w.place.row) continue;
      if (!own.row) {
        if (!may_open(w, own, now)) continue;
        own.row = w.place.row;
        own.act = now;
        acts_.push_back({now, w.place.group, false});
        if (acts_.size() > 16) acts_.pop_front();
        return;
      }
      const bool wanted = std::any_of(waiting_.begin(), waiting_.end(), [&](const Burst& o) {
        return &bank(o.place) == &own && own.row == o.place.row;
      });
      if (wanted || !may_close(own, now)) continue;
      own.row.reset();
      own.ready = now + t_.trp;
      return;
    }
  }

  void refresh(Ticks now) {
    const bool open =
        std::any_of(banks_.begin(), banks_.end(), [](const Bank& b) { return b.row.has_value(); });
    if (open) {
      for (const Bank& b : banks_) {
        if (b.row && !may_close(b, now)) return;
      }
      for (Bank& b : banks_) {
        if (b.row) b.ready = now + t_.trp_all;
        b.row.reset();
      }
      return;
    }
    for (const Bank& b : banks_) {
      if (now < b.ready || now < b.act + t_.trc) return;
    }
    for (Bank& b : banks_) b.ready = now + t_.trfc;
    due_ += t_.trefi;
  }

  DramSpec spec_;
  DramClocks t_;
  AddressMap map_;
  Ticks data_;
  std::size_t queue_;
  std::vector<Bank> banks_;
  std::deque<Burst> waiting_;  ///< in order of arrival
  std::deque<Column> columns_;
  std::deque<Column> acts_;
  Ticks due_;
};

}  // namespace tritsim::test
