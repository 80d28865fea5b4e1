// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/result/energy.hpp"

namespace tritsim {

/// Latency from a request's issue to the last of its data.
struct LatencySummary {
  Time min, mean, p50, p95, p99, max;
};

/// Latencies of a burst that finds the memory idle; zero where the memory has no rows.
struct IdleLatencies {
  Time hit, miss, conflict;
};

/// What one stream of a memory run got.
struct StreamRun {
  std::optional<std::uint32_t> port;  ///< of the memory, where requesters have one
  bool write = false;
  std::uint64_t base = 0;  ///< its first address
  std::uint64_t bytes = 0;
  Time end;  ///< of its last answer

  [[nodiscard]] Bandwidth bandwidth() const { return Bytes{static_cast<double>(bytes)} / end; }
};

struct MemoryRun {
  MemorySpec memory;
  std::uint32_t channels = 1;
  std::uint64_t requests = 0;
  Time elapsed;  ///< time until the last response
  Bandwidth bandwidth;
  Bandwidth peak;  ///< of all channels; zero where the memory has none
  LatencySummary latency;
  std::vector<StreamRun> streams;  ///< of a pattern, in their order
  MemoryActivity activity;
  EnergyAccount energy;
};

}  // namespace tritsim
