// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "arch/study/overlay.hpp"

namespace tritsim {

/// A coefficient that was fitted, in the SI unit of its quantity.
struct FittedParameter {
  std::string path;
  std::string unit;  ///< "", "J", "W", "s", "J/B"
  double low = 0;    ///< its range before
  double before = 0;
  double high = 0;
  double fitted = 0;
  /// By how much it would move if the measurements were off by `Calibration::noise`, all at random:
  /// noise x sqrt of the diagonal of (J^T J)^-1.
  double uncertainty = 0;
  bool at_bound = false;  ///< the best fit lies outside its range
};

/// A measurement that took part. Errors are relative to the measured figure.
struct FittedCase {
  std::string name;
  std::string quantity;
  std::string unit;
  double measured = 0;
  double before = 0;               ///< error before the fit
  double fitted = 0;               ///< error with all cases in the fit
  std::optional<double> left_out;  ///< error when fitted on the others; absent: they do not suffice
};

struct Calibration {
  std::vector<FittedParameter> parameters;
  std::vector<FittedCase> cases;
  double noise = 0;           ///< assumed relative error of the measurements
  bool redundant = false;     ///< more cases than parameters: noise comes from the residuals
  double strongest_pair = 0;  ///< largest correlation of two parameters, 0 to 1
  OverlayFile overlay;
};

}  // namespace tritsim
