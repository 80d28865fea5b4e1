// SPDX-License-Identifier: Apache-2.0
#include "sim/result/traffic_series.hpp"

#include <algorithm>

#include "sim/result/activity_bins.hpp"
#include "sim/result/kernel_name.hpp"

namespace tritsim {
namespace {

/// Whether a kernel of the board has its weights, vectors or cache in the memory.
bool uses(const BoardSpec& board, const KernelResult& kernel, const std::string& memory) {
  if (board.mapping.vectors_in == memory || board.mapping.kv_in == memory) return true;
  const CoreGroup* group = group_of(board, kernel);
  return group != nullptr && group->memory == memory;
}

}  // namespace

double moved_bytes(const MemorySpec& memory, const MemoryActivity& a) {
  if (!memory.dram) return static_cast<double>(a.bytes_read + a.bytes_written);
  return static_cast<double>(a.bursts_read + a.bursts_written) * memory.dram->burst().si();
}

Bandwidth peak_bandwidth(const MemorySpec& memory) {
  if (memory.dram) return memory.dram->peak();
  if (memory.sram) return memory.sram->peak();
  if (memory.simple) return memory.simple->bandwidth;
  return {};
}

TrafficSeries traffic_over_time(const Result& r, Time begin, Time end, std::size_t n) {
  TrafficSeries series{begin, (end - begin) / static_cast<double>(n), {}};
  std::vector<double> moved;
  for (const MemoryResult& m : r.memories) {
    const MemoryGroup* group = r.board.memory(m.group);
    auto at = std::find_if(series.memories.begin(), series.memories.end(),
                           [&](const auto& s) { return s.name == m.group; });
    if (at == series.memories.end()) {
      at = series.memories.insert(at, {m.group, {}, std::vector<double>(n)});
      moved.push_back(0);
    }
    at->peak += peak_bandwidth(group->memory) * m.replicas;
    moved[static_cast<std::size_t>(at - series.memories.begin())] +=
        moved_bytes(group->memory, m.activity) * m.replicas * r.rounds;
  }
  for (std::size_t i = 0; i < series.memories.size(); ++i) {
    TrafficSeries::Memory& m = series.memories[i];
    const ActivityBins activity = activity_over_time(
        r, begin, end, n, [&](const KernelResult& k) { return uses(r.board, k, m.name); });
    const Course course = activity.whole[memory] > 0 ? memory : evenly;
    for (std::size_t b = 0; b < n; ++b) m.bytes[b] = moved[i] * activity.shares[b][course];
  }
  return series;
}

}  // namespace tritsim
