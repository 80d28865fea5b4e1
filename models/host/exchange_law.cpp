// SPDX-License-Identifier: Apache-2.0
#include "models/host/exchange_law.hpp"

#include "models/host/host_law.hpp"

namespace tritsim {

Hop::Hop(const ExchangeSpec& exchange, Frequency clock)
    : latency_(cycles_to_time(exchange.latency, clock)),
      per_byte_(cycles_to_time(1 / exchange.width.si(), clock)) {}

Hop::Hop(const LinkSpec& link) : link_(link) {}

Time Hop::time(std::uint64_t bytes) const {
  if (bytes == 0) return {};
  if (link_) return dma_time(*link_, bytes, false);
  return latency_ + per_byte_ * static_cast<double>(bytes);
}

Time gather_time(const Hop& hop, Gather how, std::uint32_t n, std::uint64_t bytes) {
  if (n <= 1) return {};
  if (how == Gather::direct) return hop.time((n - 1) * bytes);
  return hop.time(bytes) * (n - 1.0);
}

GatherTraffic gather_traffic(Gather how, const std::vector<std::uint32_t>& cards,
                             std::uint64_t bytes) {
  GatherTraffic out;
  const std::size_t n = cards.size();
  for (std::size_t from = 0; from < n; ++from) {
    for (std::size_t step = 1; step < n; ++step) {
      // On a ring the shards of all go one kernel further; directly, one shard goes `step` further.
      const std::size_t to = (from + (how == Gather::ring ? 1 : step)) % n;
      (cards[from] == cards[to] ? out.chip : out.link) += bytes;
    }
  }
  return out;
}

}  // namespace tritsim
