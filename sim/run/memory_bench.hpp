// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "arch/study/memory_traffic.hpp"
#include "models/memory/memory_law.hpp"
#include "sim/result/memory_run.hpp"

namespace tritsim {

/// A request with a time of its own.
struct TimedRequest {
  Time arrival;
  std::uint64_t address = 0;
  bool write = false;
};

/// What is sent to a memory.
struct MemoryTraffic : MemoryTrafficSpec {
  std::uint64_t seed = 1;              ///< of a random pattern
  std::vector<TimedRequest> requests;  ///< instead of a pattern
};

/// Requests done, and all of them.
using MemoryProgress = std::function<void(std::uint64_t, std::uint64_t)>;

/// Sends `traffic` to the memory and counts. Streams have consecutive parts of the address space,
/// or begin at `traffic.base`, and wrap round from the end of their part to its beginning; requests
/// are served as the memory's controller schedules them. A file's requests take port 0. With
/// `commands`, one list for each channel, the commands of each DRAM channel are recorded.
[[nodiscard]] MemoryRun run_memory(const MemorySpec& memory, const MemoryTraffic& traffic,
                                   std::vector<std::vector<DramCommand>>* commands = nullptr,
                                   const MemoryProgress& progress = {});

[[nodiscard]] IdleLatencies idle_latencies(const MemorySpec& memory);

}  // namespace tritsim
