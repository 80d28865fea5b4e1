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

struct MemoryRun {
  MemorySpec memory;
  std::uint32_t channels = 1;
  std::uint64_t requests = 0;
  Time elapsed;  ///< time until the last response
  Bandwidth bandwidth;
  Bandwidth peak;  ///< of all channels; zero where the memory has none
  LatencySummary latency;
  MemoryActivity activity;
  EnergyAccount energy;
};

}  // namespace tritsim
