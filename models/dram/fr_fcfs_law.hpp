// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>

#include <boost/container/small_vector.hpp>

#include "models/dram/dram_law.hpp"

namespace tritsim {

/// First ready, first come, first served: which of the requests in a controller's queue is next.
/// The queue is filled with bursts in order of arrival; the requests that begin in it are looked at
/// from the oldest on. Next is the one whose column command can go first by every timing rule, its
/// row commands included, the oldest of several. Of the bursts to one bank
///   - the oldest alone opens a row;
///   - a page hit passes an older burst that wants another row if it was in the queue before PRE of
///     that burst could go, for then its row was wanted; else PRE has been sent.
///
/// Row commands of a request are booked when it is taken, back to the clock in which it entered the
/// queue, so banks work side by side. What is left out of a controller that is stepped clock by
/// clock: those row commands cannot delay a request that was taken before.
class FrFcfsChoice {
 public:
  explicit FrFcfsChoice(DramLaw& dram) : dram_(dram) {}

  /// Whether another request would begin in the queue.
  [[nodiscard]] bool room() const { return bursts_ < dram_.queue(); }

  /// Bursts of the requests looked at.
  [[nodiscard]] std::uint64_t bursts() const { return bursts_; }

  /// Looks at the next request by age, which is in the queue since `entry`.
  void look(Time entry, std::uint64_t address, std::uint64_t bytes, bool write) {
    bursts_ += dram_.bursts(address, bytes);
    if (looked_ == 0 && !room()) {  // the queue holds nothing else
      ++looked_;
      return;
    }
    const DramOutlook o = dram_.outlook(entry, address, write);
    if (may_go(o) && o.column < first_) {
      first_ = o.column;
      best_ = looked_;
    }
    ++looked_;
  }

  /// Number of the request that is next, of those looked at.
  [[nodiscard]] std::size_t best() const { return best_; }

 private:
  struct Bank {
    std::uint64_t number = 0;
    bool wanted = false;      ///< its open row, by a burst in the queue
    std::int64_t closes = 0;  ///< PRE for the oldest burst to another row
  };

  [[nodiscard]] bool may_go(const DramOutlook& o) {
    const bool hit = o.row == DramOutlook::Row::hit;
    for (Bank& b : banks_) {
      if (b.number != o.bank) continue;
      if (!hit) return false;
      b.wanted = b.wanted || o.entry <= b.closes;
      return b.wanted;
    }
    banks_.push_back({o.bank, hit, o.precharge});
    return true;
  }

  DramLaw& dram_;
  std::uint64_t bursts_ = 0;
  std::size_t looked_ = 0;
  std::size_t best_ = 0;
  std::int64_t first_ = std::numeric_limits<std::int64_t>::max();
  boost::container::small_vector<Bank, 16> banks_;
};

}  // namespace tritsim
