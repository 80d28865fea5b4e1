// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>

#include "arch/study/measurement.hpp"
#include "sim/result/processor_result.hpp"
#include "sim/result/result.hpp"
#include "sim/result/verdict.hpp"

namespace tritsim {

/// What a case may have measured, as it is simulated.
struct CaseFigures {
  double cycles = 0;
  Time time;
  double tokens_per_second = 0;
  Power power;
  Energy energy_per_token;
  std::optional<OffloadActivity> offload;
  std::map<std::string, Time> parts;  ///< of the host, in a step
  Bandwidth bandwidth;
  std::string work{};  ///< what was run, as far as it is inside or outside
  Ends priced{};       ///< range of the energy from its coefficients, over its value
};

/// The figures of a run of a case on its board.
[[nodiscard]] CaseFigures figures_of(const Result& result);

/// The same on a processor.
[[nodiscard]] CaseFigures figures_of(const ProcessorResult& result);

/// One kernel of a processor, over and over.
[[nodiscard]] CaseFigures figures_of_kernel(ProcessorSpec processor, const KernelCase& kernel);

/// A memory on its own, under the traffic of the measurement or at rest.
[[nodiscard]] CaseFigures figures_of_memory(const MeasurementSpec& measurement,
                                            const MemorySpec& memory);

/// A second of a board without work.
[[nodiscard]] CaseFigures figures_at_rest(const BoardSpec& board);

/// Sets the measured figure and the simulated one side by side; the range is that of an area, or
/// none. Throws ConfigError where the run has no such figure.
[[nodiscard]] Verdict verdict_of(const MeasurementSpec& measurement, const std::string& source,
                                 const CaseFigures& figures);

}  // namespace tritsim
