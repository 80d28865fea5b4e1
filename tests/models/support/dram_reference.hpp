// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "models/dram_law.hpp"

namespace tritsim::test {

/// The rules of DramLaw's header, burst by burst and refresh by refresh, with nothing optimised:
/// every row of every bank group is there, time is whole DRAM clock cycles.
class DramReference {
 public:
  using Ticks = std::int64_t;

  struct Served {
    Ticks first = 0;  ///< end of the first burst
    Ticks last = 0;   ///< end of the last burst
  };

  explicit DramReference(const DramSpec& spec)
      : t_(spec.timing),
        groups_(spec.bank_groups),
        banks_per_group_(spec.banks_per_group),
        interleave_(spec.bank_group_interleave),
        burst_bytes_(static_cast<std::uint64_t>(spec.burst().si())),
        page_bursts_(static_cast<std::uint64_t>(spec.page.si()) / burst_bytes_),
        data_(spec.burst_length / 2),
        spacing_(std::max<Ticks>(data_, interleave_ ? t_.tccd_s : t_.tccd_l)),
        row_(groups_ * banks_per_group_, closed),
        sets_(interleave_ ? banks_per_group_ : banks_per_group_ * groups_),
        next_refresh_(t_.trefi) {}

  Served serve(Ticks arrival, std::uint64_t address, std::uint64_t bytes, bool write) {
    Served served;
    const std::uint64_t begin = address / burst_bytes_;
    const std::uint64_t end = (address + bytes - 1) / burst_bytes_ + 1;
    ++(write ? activity.writes : activity.reads);
    (write ? activity.bytes_written : activity.bytes_read) += bytes;
    bool fresh = true;  // of this request nothing has used the open stripe yet
    for (std::uint64_t burst = begin; burst < end; ++burst) {
      while (next_refresh_ <= std::max(arrival, bus_free_)) {
        refresh();
        fresh = true;
      }
      const Ticks data = serve_burst(arrival, burst, write, fresh);
      if (burst == begin) served.first = data;
      served.last = data;
      fresh = (burst + 1) % stripe_bursts() == 0;
      ++(write ? activity.bursts_written : activity.bursts_read);
    }
    return served;
  }

  void settle(Ticks end) {
    while (next_refresh_ <= end) refresh();
    if (opened_at_ != never && end > opened_at_) {
      active_ticks += end - opened_at_;
      opened_at_ = end;
    }
  }

  MemoryActivity activity;  ///< counts
  Ticks busy_ticks = 0;
  Ticks active_ticks = 0;

 private:
  static constexpr std::int64_t closed = -1;
  static constexpr Ticks never = -1'000'000;

  /// The banks that open together: one of each group, or just one.
  struct Set {
    std::int64_t row = closed;
    Ticks may_activate = 0;
    Ticks may_access = 0;
    Ticks may_precharge = 0;
  };

  [[nodiscard]] std::uint64_t stripe_bursts() const {
    return page_bursts_ * (interleave_ ? groups_ : 1);
  }

  /// The row open in the bank that a set has in one group.
  [[nodiscard]] std::int64_t& row_of(std::uint64_t set, std::uint64_t group) {
    return row_[group * banks_per_group_ + set];
  }

  void refresh() {
    Ticks at = std::max(next_refresh_, bus_free_);
    if (opened_at_ != never) {
      for (const Set& s : sets_) {
        if (s.row != closed) at = std::max(at, s.may_precharge);
      }
      active_ticks += at - opened_at_;
      opened_at_ = never;
      at += t_.trp;
    }
    for (Set& s : sets_) {
      s.row = closed;
      s.may_activate = at + t_.trfc;
    }
    std::fill(row_.begin(), row_.end(), closed);
    ++activity.refreshes;
    next_refresh_ += t_.trefi;
  }

  Ticks serve_burst(Ticks arrival, std::uint64_t burst, bool write, bool fresh) {
    const std::uint64_t stripe = burst / stripe_bursts();
    const std::uint64_t which = stripe % sets_.size();
    const auto row = static_cast<std::int64_t>(stripe / sets_.size());
    Set& set = sets_[which];
    if (set.row != row) {
      Ticks act = std::max(arrival, set.may_activate);
      if (set.row == closed) {
        ++activity.row_closed;
      } else {
        ++activity.row_misses;
        act = std::max(act, std::max(arrival, set.may_precharge) + t_.trp);
      }
      act = std::max(act, last_activate_ + t_.trrd);
      last_activate_ = act;
      if (opened_at_ == never) opened_at_ = act;
      set.row = row;
      for (std::uint64_t g = 0; g < (interleave_ ? groups_ : 1); ++g) row_of(which, g) = closed;
      set.may_access = act + t_.trcd;
      set.may_precharge = act + t_.tras;
    } else if (fresh) {
      ++activity.row_hits;
    }
    // The row of this very bank group: activated when it is first used.
    std::int64_t& open_row = row_of(which, interleave_ ? burst % groups_ : 0);
    if (open_row != row) ++activity.activates;
    open_row = row;

    Ticks column = std::max(arrival, set.may_access);
    if (!write) column = std::max(column, may_read_);
    Ticks data = std::max(bus_free_, column + (write ? t_.cwl : t_.cl));
    if (write) data = std::max(data, may_write_data_);
    const Ticks end = data + data_;
    bus_free_ = data + spacing_;
    busy_ticks += data_;
    if (write) {
      may_read_ = end + t_.twtr;
      set.may_precharge = std::max(set.may_precharge, end + t_.twr);
    } else {
      may_write_data_ = end + 2;
      set.may_precharge = std::max(set.may_precharge, data - t_.cl + t_.trtp);
    }
    return end;
  }

  DramTiming t_;
  std::uint64_t groups_;
  std::uint64_t banks_per_group_;
  bool interleave_;
  std::uint64_t burst_bytes_;
  std::uint64_t page_bursts_;
  Ticks data_;
  Ticks spacing_;
  std::vector<std::int64_t> row_;
  std::vector<Set> sets_;
  Ticks bus_free_ = 0;
  Ticks may_read_ = 0;
  Ticks may_write_data_ = 0;
  Ticks last_activate_ = never;
  Ticks next_refresh_;
  Ticks opened_at_ = never;
};

}  // namespace tritsim::test
