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

struct MemoryTraffic {
  MemoryPattern pattern = MemoryPattern::sequential;
  std::uint64_t bytes = std::uint64_t{1} << 30;  ///< over all streams
  std::uint64_t request_bytes = 0;               ///< 0: a burst for random and strided, else 64 KiB
  std::uint64_t stride = 0;                      ///< 0: a row
  std::uint32_t streams = 1;                     ///< sets of streams, for copy and triad
  std::vector<std::uint64_t> base;   ///< first address of each stream; empty: equal parts of all
  std::vector<std::uint32_t> ports;  ///< of the memory, by stream; empty: in turn
  std::uint32_t outstanding = 16;    ///< requests in flight of a stream
  std::uint32_t channels = 1;        ///< memories like this one, stream j on j mod channels
  std::uint32_t seed = 1;
  Bytes port_width;                    ///< of a stream's own port; 0: no port
  Frequency port_clock;                ///< of that port
  std::vector<TimedRequest> requests;  ///< instead of a pattern

  /// Streams of a set: copy and triad have several.
  [[nodiscard]] std::uint32_t reads_of_a_set() const {
    return pattern == MemoryPattern::triad ? 2 : 1;
  }

  [[nodiscard]] std::uint32_t writes_of_a_set() const {
    return pattern == MemoryPattern::copy || pattern == MemoryPattern::triad ? 1 : 0;
  }

  [[nodiscard]] std::uint32_t all_streams() const {
    return streams * (reads_of_a_set() + writes_of_a_set());
  }
};

[[nodiscard]] MemoryTraffic traffic_of(const MemoryTrafficSpec& spec);

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
