// SPDX-License-Identifier: Apache-2.0
#include "arch/import/ternary_statistics.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace tritsim {
namespace {

/// Minimum, mean and maximum over parts that may differ in size.
class SpreadOf {
 public:
  void add(std::uint64_t zeros, std::uint64_t of) {
    const double share = static_cast<double>(zeros) / static_cast<double>(of);
    least_ = std::min(least_, share);
    most_ = std::max(most_, share);
    sum_ += share;
    ++parts_;
  }

  [[nodiscard]] Spread get() const {
    return {least_, std::clamp(sum_ / static_cast<double>(parts_), least_, most_), most_};
  }

 private:
  double least_ = 1;
  double most_ = 0;
  double sum_ = 0;
  std::uint64_t parts_ = 0;
};

double mean_magnitude(const std::string& name, std::uint64_t elements, const WeightSource& source) {
  std::uint64_t seen = 0;
  double sum = 0;
  source([&](std::span<const float> weights) {
    double part = 0;
    for (const float w : weights) part += std::fabs(static_cast<double>(w));
    if (!std::isfinite(part)) {
      const auto bad =
          std::find_if(weights.begin(), weights.end(), [](float w) { return !std::isfinite(w); });
      throw ConfigError(fmt::format("{}: weight {} is {}; the checkpoint is damaged", name,
                                    seen + static_cast<std::uint64_t>(bad - weights.begin()),
                                    *bad));
    }
    sum += part;
    seen += weights.size();
  });
  if (seen != elements) {
    throw ConfigError(
        fmt::format("{}: {} weights, {} are needed; check the shape", name, seen, elements));
  }
  return sum / static_cast<double>(elements);
}

}  // namespace

MatrixStatistics ternary_statistics(const std::string& name, std::uint64_t rows,
                                    std::uint64_t columns, const WeightSource& source) {
  MatrixStatistics s;
  const double scale = std::max(mean_magnitude(name, rows * columns, source), 1e-5);
  // round(w / scale) is zero up to half a scale: a tie goes to the even neighbour, which is zero.
  const double limit = scale / 2;
  std::uint64_t minus = 0;
  std::uint64_t plus = 0;
  std::uint64_t column = 0;
  std::uint64_t zeros_in_row = 0;
  SpreadOf by_row;
  std::vector<std::uint64_t> in_block((columns + s.block - 1) / s.block);
  source([&](std::span<const float> weights) {
    for (const float w : weights) {
      if (w > limit) {
        ++plus;
      } else if (w < -limit) {
        ++minus;
      } else {
        ++zeros_in_row;
        ++in_block[column / s.block];
      }
      if (++column < columns) continue;
      by_row.add(zeros_in_row, columns);
      column = 0;
      zeros_in_row = 0;
    }
  });
  SpreadOf by_block;
  for (std::size_t b = 0; b < in_block.size(); ++b) {
    by_block.add(in_block[b], rows * std::min<std::uint64_t>(s.block, columns - b * s.block));
  }
  const auto all = static_cast<double>(rows * columns);
  s.minus = static_cast<double>(minus) / all;
  s.plus = static_cast<double>(plus) / all;
  s.zero = static_cast<double>(rows * columns - minus - plus) / all;
  s.scale = scale;
  for (const double share : {s.minus, s.zero, s.plus}) {
    if (share > 0) s.entropy -= share * std::log2(share);
  }
  s.row_zeros = by_row.get();
  s.block_zeros = by_block.get();
  return s;
}

}  // namespace tritsim
