// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>

#include <boost/container/static_vector.hpp>

#include "arch/memory.hpp"
#include "models/activity.hpp"

namespace tritsim {

/// When the data of a request pass the requester's port: first and last beat.
struct Access {
  Time first;
  Time last;
};

/// One DRAM channel as a row machine: open-page policy, in-order service, rows opened ahead of the
/// data where their bank is free, all-bank refresh every tREFI.
///
/// Addresses: consecutive bursts fill one stripe (a row in each of the interleaved bank groups, or
/// a single row), stripes go round the banks, then to the next row. A stripe's rows open together
/// as far as time goes; a row counts as activated once it is used.
///
/// Time inside is in whole DRAM clock cycles. Requests must come in order of their issue time.
class DramLaw {
 public:
  explicit DramLaw(const DramSpec& spec);

  /// Serves `bytes` at `address`, issued at `issue` on the requester's side; the front-end latency
  /// is added on the way back.
  Access serve(Time issue, std::uint64_t address, std::uint64_t bytes, bool write);

  /// Bound on the latency of a read of `bytes` that finds the channel at rest: no refresh due, the
  /// bus free, its bank ready for whatever it needs.
  [[nodiscard]] Time calm_latency(std::uint64_t bytes) const {
    return at(calm_ticks(bytes) + 1) + front_end_;
  }

  /// Serves up to `count` consecutive reads of `bytes` each, the n-th issued at issue(n), as so
  /// many serve() would, in one step per stripe: as many as find the channel at rest and lie before
  /// the next refresh. Returns their number. Issues must be calm_latency(bytes) apart or more.
  template <class Issue>
  std::uint64_t serve_calm(std::uint64_t address, std::uint64_t bytes, std::uint64_t count,
                           Issue&& issue);

  /// Brings refresh and row-open time up to `end`. Call once, when the run is over.
  void settle(Time end);

  [[nodiscard]] MemoryActivity activity() const;

 private:
  using Ticks = std::int64_t;

  struct Bank {
    std::int64_t row = -1;
    Ticks act_ready = 0;     ///< earliest activate once closed
    Ticks cas_ready = 0;     ///< earliest column command of the open row
    Ticks pre_ready = 0;     ///< earliest precharge of the open row
    std::uint64_t rows = 0;  ///< rows of the open stripe that were used, one bit each
  };

  [[nodiscard]] Ticks ceil_ticks(Time t) const {
    // A whole number of cycles that rounding made a hair larger stays that number, also after days.
    const double exact = t * clock_ * (1 - 1e-15) - 1e-6;
    const auto whole = static_cast<Ticks>(exact);
    return whole + (static_cast<double>(whole) < exact ? 1 : 0);
  }

  [[nodiscard]] Time at(Ticks t) const { return tick_ * static_cast<double>(t); }

  /// From the arrival of a calm read (see calm_latency()) until the bus is free again.
  [[nodiscard]] Ticks calm_ticks(std::uint64_t bytes) const {
    return timing_.trp + std::max(timing_.trrd, timing_.trcd + timing_.cl) +
           static_cast<Ticks>((bytes >> burst_shift_) + 1) * gap_;
  }

  /// Performs every refresh that is due by `now`.
  void refresh(Ticks now);

  /// Opens `row` of `bank`; returns when its column commands may start.
  Ticks open(Bank& bank, std::int64_t row, Ticks arrival);

  [[nodiscard]] std::uint64_t all_rows() const { return ~std::uint64_t{0} >> (64 - stripe_rows_); }

  /// Counts the rows that `n` bursts from `burst` are the first to use.
  void activate_rows(Bank& bank, std::uint64_t burst, std::uint64_t n);

  static constexpr std::int64_t bus_turnaround = 2;  ///< JEDEC 79-4: from read to write data

  Frequency clock_;
  Time tick_;  ///< one clock cycle
  Time front_end_;
  DramTiming timing_;
  Ticks burst_ticks_;          ///< data-bus time of a burst
  Ticks gap_;                  ///< from burst to burst within a stripe
  unsigned burst_shift_;       ///< log2 of the bytes of a burst
  unsigned stripe_shift_;      ///< log2 of the bursts of a stripe
  unsigned bank_shift_;        ///< log2 of the number of banks a stripe can lie in
  std::uint64_t stripe_rows_;  ///< rows of a stripe

  boost::container::static_vector<Bank, 64> banks_;
  Ticks bus_free_ = 0;
  Ticks read_cas_ready_ = 0;    ///< tWTR after a write
  Ticks write_data_ready_ = 0;  ///< bus turnaround after a read
  Ticks last_act_ = -1'000'000;
  Ticks next_refresh_;
  Ticks open_since_ = -1;  ///< -1: all rows closed
  Ticks busy_ = 0;
  Ticks active_ = 0;
  MemoryActivity activity_;  ///< counts only; times are in busy_ and active_
};

template <class Issue>
std::uint64_t DramLaw::serve_calm(std::uint64_t address, std::uint64_t bytes, std::uint64_t count,
                                  Issue&& issue) {
  const std::uint64_t stripe_bytes = std::uint64_t{1} << (stripe_shift_ + burst_shift_);
  const std::uint64_t bursts = bytes >> burst_shift_;
  // A request lies in one stripe and fills its bursts.
  if (!std::has_single_bit(bytes) || address % bytes != 0 || bursts == 0 || bytes > stripe_bytes) {
    return 0;
  }
  const Ticks span = calm_ticks(bytes);
  const Ticks rest = std::max({bus_free_, read_cas_ready_, last_act_ + timing_.trrd});
  std::uint64_t served = 0;
  while (served < count) {
    const std::uint64_t begin = address + served * bytes;
    const std::uint64_t stripe = begin / stripe_bytes;
    const auto row = static_cast<std::int64_t>(stripe >> bank_shift_);
    Bank& bank = banks_[stripe & (banks_.size() - 1)];
    const Ticks arrival = ceil_ticks(issue(served));
    const Ticks ready = bank.row == row ? bank.cas_ready : std::max(bank.act_ready, bank.pre_ready);
    if (arrival < std::max(rest, ready) || arrival + span > next_refresh_) break;

    std::uint64_t n = std::min(count - served, (stripe_bytes - begin % stripe_bytes) / bytes);
    Ticks last = ceil_ticks(issue(served + n - 1));
    while (last + span > next_refresh_) last = ceil_ticks(issue(served + --n - 1));
    const Ticks cas = open(bank, row, arrival);
    if (bank.rows != all_rows()) activate_rows(bank, begin >> burst_shift_, n * bursts);
    // The others are hits; what they leave behind, the last one overrides.
    activity_.row_hits += n - 1;
    const Ticks start = (n > 1 ? last : cas) + static_cast<Ticks>(bursts - 1) * gap_;
    bus_free_ = start + timing_.cl + gap_;
    write_data_ready_ = start + timing_.cl + burst_ticks_ + bus_turnaround;
    bank.pre_ready = std::max(bank.pre_ready, start + timing_.trtp);
    activity_.reads += n;
    activity_.bytes_read += n * bytes;
    activity_.bursts_read += n * bursts;
    busy_ += static_cast<Ticks>(n * bursts) * burst_ticks_;
    served += n;
  }
  return served;
}

}  // namespace tritsim
