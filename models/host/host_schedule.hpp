// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "arch/core/program.hpp"
#include "models/host/host_law.hpp"

namespace tritsim {

/// One step of the host's schedule: tasks first, then a launch of every kernel (if there is one).
struct HostStep {
  std::vector<HostTask> tasks;
  std::optional<std::uint32_t> last_op{};  ///< op of the trace that the launch ends with
  std::vector<InstructionRange> ranges{};  ///< of each kernel's program; empty: no launch
  std::uint32_t repeat = 1;                ///< times the ranges run on end in the launch
  OffloadPart part = OffloadPart::none;    ///< what the launch is counted as
  std::string what{};                      ///< ... and its key in HostActivity::parts
  bool tile = false;                       ///< it covers one tile of `last_op`, not the rest of it

  bool operator==(const HostStep&) const = default;
};

/// What the host does, round by round: a round is a token step, or the whole run in one launch.
struct HostSchedule {
  /// The steps of each round; those of the last one are also those of all that follow.
  std::vector<std::vector<HostStep>> rounds;
  std::uint32_t count = 1;  ///< of rounds

  bool operator==(const HostSchedule&) const = default;

  [[nodiscard]] const std::vector<HostStep>& of(std::uint32_t round) const {
    return rounds[std::min<std::size_t>(round, rounds.size() - 1)];
  }

  /// One launch of whole programs on `kernels` kernels, `repeat` times on end.
  [[nodiscard]] static HostSchedule one_launch(std::size_t kernels, std::uint32_t repeat) {
    return {{{HostStep{{}, {}, std::vector<InstructionRange>(kernels), repeat}}}, 1};
  }
};

}  // namespace tritsim
