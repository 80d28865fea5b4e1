// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/run/layer_samples.hpp"
#include "sim/run/run.hpp"
#include "sim/run/running_system.hpp"

namespace tritsim {

/// Leaves out the token steps that only repeat others (sim/run/steady.hpp), and adds what they
/// would have done.
class FastForward {
 public:
  /// Kernels and channels that nothing else has a bearing on, watched step by step.
  struct WatchedPart : Subsystem {
    Recurrence recurrence;
    std::vector<std::uint64_t> refreshes;  ///< by channel, up to the last step
    std::optional<Repetition> repetition{};

    /// Token steps that are left out.
    [[nodiscard]] std::uint32_t steps() const { return repetition ? repetition->steps() : 0; }
  };

  FastForward(RunningSystem& system, LayerSamples& layers, Stepping stepping);

  /// The part that kernel `k` is, or whose turns end with the host's rounds; none: every step is
  /// simulated.
  [[nodiscard]] WatchedPart* part_of_kernel(std::size_t k) const { return part_of_[k]; }

  [[nodiscard]] WatchedPart* part_of_rounds() {
    return system_.plan.host_in_loop && !parts_.empty() ? parts_.data() : nullptr;
  }

  /// Examines a part at the end of a step, after which `left` more may be skipped; returns whether
  /// to skip them, as the part's repetition says.
  bool recurs(WatchedPart& part, std::uint32_t left);

  /// Time of the steps of a part that were left out.
  [[nodiscard]] Time left_out(const WatchedPart& part) const;

  /// Takes their time off that of the memories that did not see it pass, or adds it to the run's.
  void adjust(std::vector<Time>& closing, Time& elapsed) const;

  /// Adds them to the result.
  void add_to_result();

 private:
  void watch(Subsystem part);
  void add_to_result(const WatchedPart& part);

  RunningSystem& system_;
  LayerSamples& layers_;
  std::vector<WatchedPart> parts_;
  std::vector<WatchedPart*> part_of_;  ///< by kernel
};

}  // namespace tritsim
