// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "arch/hardware/host.hpp"
#include "arch/hardware/link.hpp"

namespace tritsim {

/// The part of an offload that a task or a launch belongs to.
enum class OffloadPart : std::uint8_t { none, pack, load, compute, store, read_back };

/// An op that runs on the host, for all sequences of a step.
struct HostTask {
  static constexpr std::uint32_t no_op = ~std::uint32_t{0};

  Time time;
  std::uint64_t bytes_from_card = 0;
  std::uint64_t bytes_to_card = 0;
  OffloadPart part = OffloadPart::none;
  std::uint32_t trace_op = no_op;  ///< index of the trace op it belongs to
  std::string what{};              ///< its key in HostActivity::parts; empty: not kept apart
  bool on_card = false;            ///< the host waits for a unit of the card meanwhile

  bool operator==(const HostTask&) const = default;
};

/// Time of a DMA: set-up, then payload at the link's rate. With DMA descriptors the payload goes in
/// pieces: with prefetch a piece takes the longer of the time of its data and that of the next
/// descriptor, without it their sum. The first descriptor is always waited for.
[[nodiscard]] Time dma_time(const LinkSpec& link, std::uint64_t bytes, bool to_card);

/// Time of one op on the host: a call, then its work, `width` elements at a time, spread over the
/// cores, but never faster than its bytes come from the host's memory:
///   per_call + max(per_work x work / (width x cores), moved / bandwidth)
[[nodiscard]] Time task_time(const HostSpec& host, const HostTaskSpec& task, std::uint64_t work,
                             Bytes moved);

/// How many polls the host makes, first to last, if it starts polling at once and each takes
/// `round_trip`; the last is the first whose request reaches the card at or after `done`. The
/// register is sampled half-way through the round trip. If polls take no time there is one.
[[nodiscard]] std::uint64_t polls_until(Time done, Time round_trip);

}  // namespace tritsim
