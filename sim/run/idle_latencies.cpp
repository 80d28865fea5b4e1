// SPDX-License-Identifier: Apache-2.0
#include <regex>

#include "models/dram/dram_law.hpp"
#include "sim/run/memory_bench.hpp"

namespace tritsim {

IdleLatencies idle_latencies(const MemorySpec& memory) {
  if (!memory.dram) return {};
  const AddressMap map = memory.dram->address_map();
  const DramAddress origin = map.decode(0);
  const auto same_bank = [&](const DramAddress& p) {
    return p.rank == origin.rank && p.group == origin.group && p.bank == origin.bank;
  };
  // Bursts of a single channel, looked for in address order; 0 where there is none.
  const std::uint64_t bursts = std::uint64_t{memory.dram->rows} * memory.dram->banks() *
                               static_cast<std::uint64_t>(memory.dram->page / memory.dram->burst());
  const auto find = [&](const auto& wanted) {
    std::uint64_t burst = 1;
    while (burst < bursts && !wanted(map.decode(burst))) ++burst;
    return burst < bursts ? burst : 0;
  };
  const std::uint64_t hit =
      find([&](const DramAddress& p) { return same_bank(p) && p.row == origin.row; });
  const std::uint64_t miss = find([&](const DramAddress& p) { return !same_bank(p); });
  const std::uint64_t conflict =
      find([&](const DramAddress& p) { return same_bank(p) && p.row != origin.row; });
  DramSpec alone = *memory.dram;
  alone.channels = 1;
  alone.address = std::regex_replace(alone.address, std::regex("channel(:[0-9]+)?"), "");
  const auto burst_bytes = static_cast<std::uint64_t>(alone.burst().si());
  const auto latency = [&](std::uint64_t burst) {
    if (burst == 0) return Time{};
    DramLaw law(alone);
    law.serve(Time{}, 0, burst_bytes, false);
    const Time later = cycles_to_time(alone.clocks().trefi / 2.0, alone.clock);
    return law.serve(later, burst * burst_bytes, burst_bytes, false).last - later;
  };
  return {latency(hit), latency(miss), latency(conflict)};
}

}  // namespace tritsim
