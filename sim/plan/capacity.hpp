// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/board/device_fit.hpp"
#include "sim/plan/system_plan.hpp"

namespace tritsim {

/// Sequences that occupy memory besides those of the simulated round.
struct InFlight {
  std::uint32_t rounds = 1;   ///< until all sequences of the batch have had their turn
  std::uint32_t context = 0;  ///< positions that each has in its cache before its round
};

/// Use of a plan's memories when they are fullest, beside their capacity: for each memory group the
/// fullest channel.
///
/// - Weights: once on a channel; shards of a tensor-parallel group one after the other.
/// - Vectors (parameters, states, spills): of every lane, of every kernel on the channel, of every
///   group of sequences in the pipeline stages.
/// - Caches: the same, with the positions of the last step. Rounds follow each other, so that a
///   round's caches make room for the next one's; but sequences that wait for their round hold the
///   positions that they start with.
/// - A sample's plan has room for the layers that it leaves out.
[[nodiscard]] std::vector<ResourceUse> capacity_of(const SystemPlan& plan,
                                                   const InFlight& in_flight = {});

/// The same; throws DoesNotFit if it is more than a memory holds: its addresses do not exist.
[[nodiscard]] std::vector<ResourceUse> checked_capacity(const SystemPlan& plan,
                                                        const BoardSpec& board,
                                                        const InFlight& in_flight = {});

}  // namespace tritsim
