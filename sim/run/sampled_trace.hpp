// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "arch/workload/layer_sample.hpp"
#include "sim/plan/system_plan.hpp"
#include "sim/run/run_request.hpp"

namespace tritsim {

/// A trace with some of its layers, which stand for the others.
struct SampledTrace {
  LayerSample sample;
  Trace trace;
};

/// The layers to simulate; none: all of them. Throws ConfigError where some cannot stand for
/// others, or an op of the whole trace cannot run where the mapping puts it.
[[nodiscard]] std::optional<SampledTrace> sample_layers(const RunRequest& request);

/// Throws ConfigError if lanes of a kernel read a number of experts that is no whole one in the
/// mean: blocks round it up and down in turn, and cannot stand for each other.
void check_experts(const Trace& trace, const SystemPlan& plan);

/// Puts the ops of all layers of `trace` into a result, from those of a sample.
void show_all_layers(const Trace& trace, const LayerSample& sample, Result& result);

}  // namespace tritsim
