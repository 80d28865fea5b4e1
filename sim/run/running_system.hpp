// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "sim/run/modules.hpp"
#include "sim/run/recorder.hpp"
#include "sim/run/steady.hpp"

namespace tritsim {

/// Kernels and channels of a plan, by index, whose figures are read together.
struct Subsystem {
  std::vector<std::size_t> kernels;
  std::vector<std::size_t> channels;
  bool ops = false;   ///< with the figures of each op
  bool host = false;  ///< with host and link
};

/// The kernels and channels of a plan that nothing else has a bearing on: all of them, with the
/// host in the loop, where every launch waits for all kernels; else each kernel that is alone.
[[nodiscard]] std::vector<Subsystem> separate_parts(const SystemPlan& plan);

/// The modules of a plan while they run, and what they have left in the result.
class RunningSystem {
 public:
  /// Enters the kernels of the plan into the result. Plan and result are referred to. `own`: parts
  /// of the program's own, or null.
  RunningSystem(const SystemPlan& of, const BoardSpec& board, const OwnParts* own, Result& into);

  /// The figures of a subsystem as they are now, if the books of its memories were closed at `end`.
  [[nodiscard]] Tally::Values reading(const Subsystem& part, Time end) const;

  /// The figures of a subsystem in the result; the same order as in a reading.
  [[nodiscard]] Tally in_result(const Subsystem& part);

  /// The end of what kernel `k` has retired.
  [[nodiscard]] Time end_of(std::size_t k) const;

  const SystemPlan& plan;
  Result& result;
  Modules modules;
  std::vector<Recorder> recorders;  ///< by kernel
};

}  // namespace tritsim
