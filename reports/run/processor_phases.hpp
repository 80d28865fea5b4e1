// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <vector>

#include "reports/text/number.hpp"
#include "sim/result/processor_result.hpp"

// What tables, charts and metrics of a run on a processor share.
namespace tritsim {

/// Where the time of some steps goes; the parts add up to it.
struct TimePart {
  const char* name;
  const char* key;
  Time time;
};

[[nodiscard]] std::array<TimePart, 6> time_parts(const ProcessorActivity& a);

/// Whether tables and charts of a run have that part: of one card, no exchange between cards.
[[nodiscard]] bool is_shown(const TimePart& part, const ProcessorResult& r);

/// The largest of them.
[[nodiscard]] TimePart bound_of(const ProcessorActivity& a);

/// A phase of the run on its own.
struct ProcessorPhase {
  const char* name;
  const ProcessorActivity* activity;
  double steps;
  Range<Energy> energy;

  [[nodiscard]] Range<double> power() const { return scaled(energy, 1 / activity->elapsed.si()); }
};

/// Prompt and generation, those that the run has.
[[nodiscard]] std::vector<ProcessorPhase> phases_of(const ProcessorResult& r);

/// Of a generated token; zero where there is none.
[[nodiscard]] Time token_time(const ProcessorResult& r);

}  // namespace tritsim
