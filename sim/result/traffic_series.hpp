// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "sim/result/result.hpp"

namespace tritsim {

/// Bytes that memories moved, in equal bins of time. Exact in bytes: over a whole run the bins of a
/// memory sum to what its channels moved, in all rounds.
struct TrafficSeries {
  struct Memory {
    std::string name;
    Bandwidth peak;             ///< of its channels in use; zero if there is no limit
    std::vector<double> bytes;  ///< by bin
  };

  Time begin;
  Time bin;
  std::vector<Memory> memories;

  [[nodiscard]] std::size_t bins() const { return memories.empty() ? 0 : memories[0].bytes.size(); }

  [[nodiscard]] Bandwidth rate(std::size_t memory, std::size_t at) const {
    return Bytes{memories[memory].bytes[at]} / bin;
  }
};

/// A memory's bytes follow the ops of the kernels that use it, by the bytes that each op moves
/// (activity_over_time): they are spread over an op's cycles, and where a kernel has weights and
/// vectors in different memories, both follow the bytes of both.
[[nodiscard]] TrafficSeries traffic_over_time(const Result& result, Time begin, Time end,
                                              std::size_t bins);

/// Bytes that a channel moved; for a DRAM whole bursts.
[[nodiscard]] double moved_bytes(const MemorySpec& memory, const MemoryActivity& activity);

/// Of a channel; zero if it has no limit.
[[nodiscard]] Bandwidth peak_bandwidth(const MemorySpec& memory);

}  // namespace tritsim
