// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reports/chart/chart.hpp"
#include "sim/result/processor_result.hpp"

namespace tritsim {

/// Time of a step of each phase, by what it waits for.
[[nodiscard]] BarChart phase_chart(const ProcessorResult& r);

/// Device time by kind of op.
[[nodiscard]] BarChart kind_chart(const ProcessorResult& r);

/// Of fp16 operations: packed ternary weights do not count as operations of the peak.
[[nodiscard]] RooflineChart roofline_chart(const ProcessorResult& r);

/// Energy per token by cause.
[[nodiscard]] BarChart energy_chart(const ProcessorResult& r);

}  // namespace tritsim
