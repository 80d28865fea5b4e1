// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "arch/study/sweep_point.hpp"
#include "reports/run/inputs.hpp"
#include "sim/cli/run_options.hpp"
#include "sim/run/run.hpp"
#include "sim/run/short_run.hpp"

namespace tritsim {

/// A point of a sweep, from its database or its page.
struct SweepPoint {
  SweepBase base;
  std::vector<GivenOverride> overrides;
};

/// Throws ConfigError if the sweep has no such point.
[[nodiscard]] SweepPoint point_of_sweep(const std::string& file, std::uint64_t point);

/// A result, and the trace it was made from, if it was.
struct TracedRun {
  Result result;
  std::optional<TraceInput> trace;
};

/// Simulates on a board what the options ask for: a point of a sweep, a stored run, or a model,
/// trace or program.
[[nodiscard]] TracedRun simulate_as_asked(const RunOptions& options, const RunControl& control);

/// The short run by which a run of a model, trace or program is studied; `trace`: null unless the
/// result was made from one.
[[nodiscard]] ShortRun short_run_of(const Result& result, const Trace* trace, RunSample sample);

}  // namespace tritsim
