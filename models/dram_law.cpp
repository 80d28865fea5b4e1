// SPDX-License-Identifier: Apache-2.0
#include "models/dram_law.hpp"

#include <algorithm>
#include <bit>

namespace tritsim {
namespace {
unsigned log2_of(double power_of_two) {
  return static_cast<unsigned>(std::countr_zero(static_cast<std::uint64_t>(power_of_two)));
}
}  // namespace

DramLaw::DramLaw(const DramSpec& spec)
    : clock_(spec.clock),
      tick_(1.0 / spec.clock),
      front_end_(spec.front_end.value),
      timing_(spec.timing),
      burst_ticks_(spec.burst_length / 2),
      gap_(std::max<Ticks>(burst_ticks_,
                           spec.bank_group_interleave ? spec.timing.tccd_s : spec.timing.tccd_l)),
      burst_shift_(log2_of(spec.burst().si())),
      stripe_shift_(log2_of(spec.stripe() / spec.burst())),
      bank_shift_(log2_of(spec.bank_group_interleave ? spec.banks_per_group
                                                     : spec.banks_per_group * spec.bank_groups)),
      stripe_rows_(spec.bank_group_interleave ? spec.bank_groups : 1),
      banks_(std::size_t{1} << bank_shift_),
      next_refresh_(spec.timing.trefi) {}

void DramLaw::refresh(Ticks now) {
  while (next_refresh_ <= now) {
    Ticks start = std::max(next_refresh_, bus_free_);
    if (open_since_ >= 0) {
      for (const Bank& b : banks_) {
        if (b.row >= 0) start = std::max(start, b.pre_ready);
      }
      active_ += start - open_since_;
      open_since_ = -1;
      start += timing_.trp;
    }
    for (Bank& b : banks_) {
      b.row = -1;
      b.act_ready = start + timing_.trfc;
    }
    ++activity_.refreshes;
    next_refresh_ += timing_.trefi;
    // Idle stretch: nothing happens but refreshes, of which only the last can matter.
    const Ticks skip = (now - next_refresh_) / timing_.trefi;
    if (skip > 0 && now > next_refresh_) {
      activity_.refreshes += static_cast<std::uint64_t>(skip);
      next_refresh_ += skip * timing_.trefi;
    }
  }
}

DramLaw::Ticks DramLaw::open(Bank& bank, std::int64_t row, Ticks arrival) {
  if (bank.row == row) {
    ++activity_.row_hits;
    return std::max(arrival, bank.cas_ready);
  }
  Ticks act = std::max(arrival, bank.act_ready);
  if (bank.row >= 0) {
    ++activity_.row_misses;
    act = std::max(act, std::max(arrival, bank.pre_ready) + timing_.trp);
  } else {
    ++activity_.row_closed;
  }
  act = std::max(act, last_act_ + timing_.trrd);
  last_act_ = act;
  if (open_since_ < 0) open_since_ = act;
  bank.row = row;
  bank.rows = 0;
  bank.cas_ready = act + timing_.trcd;
  bank.pre_ready = act + timing_.tras;
  return bank.cas_ready;
}

void DramLaw::activate_rows(Bank& bank, std::uint64_t burst, std::uint64_t n) {
  const std::uint64_t all = all_rows();
  if (bank.rows == 0 && n >= stripe_rows_) {
    activity_.activates += stripe_rows_;
    bank.rows = all;
    return;
  }
  std::uint64_t used = all;
  if (n < stripe_rows_) {
    used = ((std::uint64_t{1} << n) - 1) << (burst & (stripe_rows_ - 1));
    used = (used | used >> stripe_rows_) & all;  // round the bank groups
  }
  activity_.activates += static_cast<unsigned>(std::popcount(used & ~bank.rows));
  bank.rows |= used;
}

Access DramLaw::serve(Time issue, std::uint64_t address, std::uint64_t bytes, bool write) {
  const Ticks arrival = ceil_ticks(issue);
  std::uint64_t burst = address >> burst_shift_;
  std::uint64_t left = ((address + bytes - 1) >> burst_shift_) - burst + 1;
  const std::uint64_t stripe_bursts = std::uint64_t{1} << stripe_shift_;
  (write ? activity_.writes : activity_.reads) += 1;
  (write ? activity_.bytes_written : activity_.bytes_read) += bytes;
  (write ? activity_.bursts_written : activity_.bursts_read) += left;

  Ticks first_end = -1;
  Ticks end = 0;
  while (left > 0) {
    if (const Ticks now = std::max(arrival, bus_free_); next_refresh_ <= now) refresh(now);
    const std::uint64_t stripe = burst >> stripe_shift_;
    const std::uint64_t in_stripe = std::min(left, stripe_bursts - (burst & (stripe_bursts - 1)));
    Bank& bank = banks_[stripe & (banks_.size() - 1)];
    Ticks cas = open(bank, static_cast<std::int64_t>(stripe >> bank_shift_), arrival);
    if (!write) cas = std::max(cas, read_cas_ready_);
    Ticks start = std::max(bus_free_, cas + (write ? timing_.cwl : timing_.cl));
    if (write) start = std::max(start, write_data_ready_);
    // Bursts that begin before the next refresh is due; at least one, or nothing would move.
    std::uint64_t n = in_stripe;
    if (start + static_cast<Ticks>(n - 1) * gap_ >= next_refresh_) {
      n = static_cast<std::uint64_t>(std::max<Ticks>(1, (next_refresh_ - start + gap_ - 1) / gap_));
    }
    if (bank.rows != all_rows()) activate_rows(bank, burst, n);
    const Ticks last_start = start + static_cast<Ticks>(n - 1) * gap_;
    end = last_start + burst_ticks_;
    if (first_end < 0) first_end = start + burst_ticks_;
    bus_free_ = last_start + gap_;
    if (write) {
      read_cas_ready_ = end + timing_.twtr;
      bank.pre_ready = std::max(bank.pre_ready, end + timing_.twr);
    } else {
      write_data_ready_ = end + bus_turnaround;
      bank.pre_ready = std::max(bank.pre_ready, last_start - timing_.cl + timing_.trtp);
    }
    busy_ += static_cast<Ticks>(n) * burst_ticks_;
    burst += n;
    left -= n;
  }
  return {at(first_end) + front_end_, at(end) + front_end_};
}

MemoryActivity DramLaw::activity() const {
  MemoryActivity a = activity_;
  a.busy = at(busy_);
  a.active = at(active_);
  return a;
}

void DramLaw::settle(Time end) {
  const Ticks now = ceil_ticks(end);
  refresh(now);
  if (open_since_ >= 0 && now > open_since_) {
    active_ += now - open_since_;
    open_since_ = now;
  }
}

}  // namespace tritsim
