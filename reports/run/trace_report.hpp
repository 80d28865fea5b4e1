// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "arch/workload/trace_reader.hpp"
#include "reports/text/table.hpp"

namespace tritsim {

/// What the ops of a trace, or of one of its blocks, need for one token.
struct TraceFigures {
  std::uint64_t ops = 0;
  std::vector<std::string> shapes;  ///< of the matrices, "rows x columns", with their number
  std::uint64_t weights = 0;
  std::uint64_t weight_bytes = 0;
  std::uint64_t vector_bytes =
      0;  ///< bytes that the ops read and write, including the cache of keys and values
  std::uint64_t attended = 0;  ///< multiply-accumulates with the cache
  std::uint64_t measured = 0;  ///< ternary weights that have statistics
  double zeros = 0;            ///< among the measured ones

  bool operator==(const TraceFigures&) const = default;

  /// Multiply-accumulates of one token: one per weight, and those of attention.
  [[nodiscard]] double macs() const { return static_cast<double>(weights + attended); }

  /// Additions left for a unit that skips zeros of ternary matrices. Weights without statistics
  /// count as non-zero.
  [[nodiscard]] double additions() const { return macs() - zeros; }
};

struct BlockFigures {
  std::int32_t layer = Op::no_layer;
  TraceFigures figures;
};

/// Figures of each block in the order of the trace (ops outside the blocks come together, first),
/// read line by line.
[[nodiscard]] std::vector<BlockFigures> figures_of(TraceReader& reader);

/// One row per block; neighbours with equal figures share a row.
[[nodiscard]] Table trace_table(const TraceHeader& header, const std::vector<BlockFigures>& blocks);

/// One row per matrix that has statistics.
[[nodiscard]] Table statistics_table(const TraceFile& file);

/// One row per op that has statistics of its vectors: means over the tokens, and the largest
/// magnitude of all.
[[nodiscard]] Table activation_table(const TraceFile& file);

/// Where two traces differ: place, left, right. No rows if they are equal.
[[nodiscard]] Table difference_table(const TraceFile& a, const TraceFile& b);

}  // namespace tritsim
