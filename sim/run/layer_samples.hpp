// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "sim/run/running_system.hpp"

namespace tritsim {

/// For a sample of layers: adds the layers that others stand for. Does nothing without a sample.
class LayerSamples {
 public:
  /// Throws ConfigError if the layers of the plan cannot be left out one by one.
  explicit LayerSamples(RunningSystem& system);

  /// True if the host has turns between the layers: all kernels leave them out together, and not
  /// within a launch.
  [[nodiscard]] bool host_between() const { return host_between_; }

  /// A layer ended at `end`, in the launch of kernel `k`, or everywhere with the host between the
  /// layers. Counts those that it stands for and returns their time.
  Time ended(std::size_t k, std::uint32_t layer, Time end);

  /// A step of the host's schedule ended.
  void step_ended(const HostStep& step, Time end);

  /// Time left out so far with the host between the layers.
  [[nodiscard]] Time host_time() const { return host_between_ ? layers_[0].time : Time{}; }

  /// A subsystem at the end of a step, with the layers that were left out in it.
  [[nodiscard]] StepMark mark(const Subsystem& part) const;

  /// Adds steps that were left out to the result, and their layers to those left out.
  void add_repeated(const Subsystem& part, const Repetition& repetition);

  /// Takes their time off that of the memories that did not see it pass, or adds it to the run's.
  void adjust(std::vector<Time>& closing, Time& elapsed) const;

  /// Adds all that was left out to the result.
  void add_to_result();

 private:
  /// A kernel for itself where all layers are in one launch; all of them, with host and link, where
  /// the host has its turns between.
  struct Layers : Subsystem {
    // At the end of the last layer.
    Tally::Values figures{};
    std::vector<std::uint64_t> frontiers{};  ///< by kernel
    Time end{};
    // Of all layers skipped so far, besides those in skipped steps.
    Tally::Sums left_out{};
    Time time{};
  };

  [[nodiscard]] bool find_host_between() const;
  /// The layer that ends with a step of the host's.
  [[nodiscard]] std::optional<std::uint32_t> layer_of(const HostStep& step) const;
  void watch_all();
  void watch_kernels();
  [[nodiscard]] std::vector<Tally::Sums> left_out(const Subsystem& part) const;
  [[nodiscard]] static bool among(const Layers& layers, const Subsystem& part);
  Time leave_out(Layers& layers, std::uint32_t layer, Time end);

  RunningSystem& system_;
  std::vector<Layers> layers_;  ///< one a kernel, or one for all
  bool host_between_ = false;
};

}  // namespace tritsim
