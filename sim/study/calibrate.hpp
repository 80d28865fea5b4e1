// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/study/measurement.hpp"
#include "sim/result/calibration.hpp"

namespace tritsim {

/// A measurement and the file it comes from.
struct CalibrationCase {
  MeasurementSpec measurement;
  std::string source;
};

/// Fits the coefficients at `paths` (from the board or the processor of the cases, each within its
/// range) to the measurements: least squares of relative errors (NLopt: SLSQP, with timing COBYLA).
/// Throws ConfigError if a path is no coefficient of a case, if there are fewer cases than
/// parameters, if a parameter moves no case, or if the cases cannot tell two parameters apart.
[[nodiscard]] Calibration calibrate(const std::vector<CalibrationCase>& cases,
                                    const std::vector<std::string>& paths);

}  // namespace tritsim
