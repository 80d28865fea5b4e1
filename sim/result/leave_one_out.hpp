// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tritsim {

/// A calibrated coefficient, or several of one common source, in the SI unit of its quantity.
struct RefittedParameter {
  std::string path;
  std::size_t together = 0;  ///< further coefficients that move with it
  std::string unit;
  double low = 0;
  double shipped = 0;
  double high = 0;
  std::optional<double> fitted;  ///< to all figures; absent: they do not determine it
  std::string note;              ///< why not
};

/// A figure that calibrated coefficients were fitted to. Errors are relative to the measured
/// figure.
struct LeftOutFigure {
  std::string name;
  std::string quantity;
  double shipped = 0;              ///< error with the coefficients as they are shipped
  std::optional<double> fitted;    ///< error when they are fitted to all figures
  std::optional<double> left_out;  ///< error when they are fitted to the other figures
  std::string note;                ///< why the figure cannot be left out
};

/// The figures of one board, processor or memory, each left out in turn.
struct LeaveOneOut {
  std::string subject;
  std::vector<RefittedParameter> parameters;
  std::vector<LeftOutFigure> figures;
  std::size_t never_fitted = 0;  ///< judged figures of it that nothing was fitted to
};

}  // namespace tritsim
