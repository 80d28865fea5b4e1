// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include <boost/histogram.hpp>

#include "sim/result/memory_run.hpp"

namespace tritsim {

/// Latencies in logarithmic bins: a percentile is right to half a bin, 0.6 %.
class LatencyHistogram {
 public:
  void add(Time t) {
    histogram_(t.si());
    sum_ += t;
    min_ = std::min(min_, t);
    max_ = std::max(max_, t);
    ++count_;
  }

  [[nodiscard]] LatencySummary summary() const {
    if (count_ == 0) return {};
    return {min_, sum_ / static_cast<double>(count_), quantile(0.5), quantile(0.95), quantile(0.99),
            max_};
  }

 private:
  [[nodiscard]] Time quantile(double q) const {
    const double wanted = q * static_cast<double>(count_);
    double seen = 0;
    for (const auto& bin : boost::histogram::indexed(histogram_, boost::histogram::coverage::all)) {
      seen += *bin;
      if (seen >= wanted) {
        const double middle = std::sqrt(bin.bin().lower() * bin.bin().upper());
        return std::clamp(Time{middle}, min_, max_);
      }
    }
    return max_;
  }

  using Axis = boost::histogram::axis::regular<double, boost::histogram::axis::transform::log>;
  decltype(boost::histogram::make_histogram(std::declval<Axis>())) histogram_ =
      boost::histogram::make_histogram(Axis(2000, 1e-10, 10));
  Time sum_;
  Time min_{std::numeric_limits<double>::infinity()};
  Time max_;
  std::uint64_t count_ = 0;
};

}  // namespace tritsim
