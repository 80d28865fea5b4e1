// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "arch/hardware/exchange.hpp"

namespace tritsim {

/// The path from one kernel to another: over the exchange of a card,
///   latency + bytes / width, in cycles of the kernels' clock,
/// or over the link between two cards, as a DMA that the sender writes (dma_time). No bytes take no
/// time.
class Hop {
 public:
  Hop() = default;  ///< takes no time
  Hop(const ExchangeSpec& exchange, Frequency clock);
  explicit Hop(const LinkSpec& link);

  [[nodiscard]] Time time(std::uint64_t bytes) const;

 private:
  Time latency_;
  Time per_byte_;
  std::optional<LinkSpec> link_;
};

/// Time until each of `n` kernels has the shards of all, of `bytes` each; every kernel sends over
/// one port and receives over another, and `hop` is the slowest way between two neighbours:
///   ring    (n - 1) hops of one shard: a kernel passes on what it got
///   direct  one hop of n - 1 shards: a kernel sends its own to all others
/// The usual cost model of collectives (Thakur, Rabenseifner, Gropp, IJHPCA 19(1), 2005).
[[nodiscard]] Time gather_time(const Hop& hop, Gather how, std::uint32_t n, std::uint64_t bytes);

/// Bytes that cross, by the kind of way.
struct GatherTraffic {
  std::uint64_t chip = 0;
  std::uint64_t link = 0;
};

/// Shards of `bytes` that cross until all kernels have all: (n - 1) n in either way. `cards`: of
/// each kernel of the tensor-parallel group, in order.
[[nodiscard]] GatherTraffic gather_traffic(Gather how, const std::vector<std::uint32_t>& cards,
                                           std::uint64_t bytes);

}  // namespace tritsim
