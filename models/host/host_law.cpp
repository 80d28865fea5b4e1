// SPDX-License-Identifier: Apache-2.0
#include "models/host/host_law.hpp"

#include <algorithm>
#include <cmath>

#include "models/host/link_law.hpp"

namespace tritsim {

Time dma_time(const LinkSpec& link, std::uint64_t bytes, bool to_card) {
  const Bandwidth rate = payload_rate(link, to_card);
  const Bytes all{static_cast<double>(bytes)};
  if (!link.descriptors || bytes == 0) return link.dma_setup.value + all / rate;
  const DmaDescriptors& d = *link.descriptors;
  const double pieces = std::ceil(all / d.bytes);
  const Time fetches = d.time.value * pieces;
  if (!d.prefetch) return link.dma_setup.value + fetches + all / rate;
  const Time last = (all - d.bytes * (pieces - 1)) / rate;
  return link.dma_setup.value + d.time.value +
         std::max(d.time.value, d.bytes / rate) * (pieces - 1) + last;
}

Time task_time(const HostSpec& host, const HostTaskSpec& task, std::uint64_t work, Bytes moved) {
  const double at_once = static_cast<double>(task.width) *
                         (task.cores > 0 ? std::min(task.cores, host.cores) : host.cores);
  const Time compute = task.per_work.value * (static_cast<double>(work) / at_once);
  return task.per_call.value + std::max(compute, moved / host.memory_bandwidth);
}

std::uint64_t polls_until(Time done, Time round_trip) {
  if (round_trip <= Time{}) return 1;
  // Poll n (from 0) samples at (n + 1/2) round trips.
  const double n = std::ceil(done / round_trip - 0.5 - 1e-9);
  return static_cast<std::uint64_t>(std::max(n, 0.0)) + 1;
}

}  // namespace tritsim
