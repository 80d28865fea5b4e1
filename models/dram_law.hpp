// SPDX-License-Identifier: Apache-2.0
#pragma once

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

  [[nodiscard]] Ticks ceil_ticks(Time t) const;

  [[nodiscard]] Time at(Ticks t) const { return tick_ * static_cast<double>(t); }

  /// Performs every refresh that is due by `now`.
  void refresh(Ticks now);

  /// Opens `row` of `bank`; returns when its column commands may start.
  Ticks open(Bank& bank, std::int64_t row, Ticks arrival);

  /// Counts the rows that `n` bursts from `burst` are the first to use.
  void activate_rows(Bank& bank, std::uint64_t burst, std::uint64_t n);

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

}  // namespace tritsim
