// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "arch/measurement.hpp"

namespace tritsim {

/// A measurement beside its prediction, both in the SI unit of the quantity.
struct Verdict {
  std::string name;
  std::string quantity;  ///< "cycles", "time", "tokens/s", "power", "energy/token"
  std::string unit;      ///< "", "s", "1/s", "W", "J"
  std::string source;
  double measured = 0;
  double simulated = 0;
  double tolerance = 0;
  Obtained obtained = Obtained::silicon;
  bool calibrated = false;
  std::string note;
  std::string boundary{};  ///< what is inside both figures

  /// (simulated - measured) / measured
  [[nodiscard]] double error() const { return (simulated - measured) / measured; }

  /// Projected figures are shown and never judged.
  [[nodiscard]] bool judged() const { return obtained != Obtained::projected; }

  [[nodiscard]] bool ok() const;
};

/// Absolute relative errors of a set of verdicts.
struct ErrorSummary {
  std::size_t count = 0;
  double mean = 0;
  double median = 0;
  double worst = 0;
};

/// Of errors, relative and signed.
[[nodiscard]] ErrorSummary summarize(std::vector<double> errors);

enum class Fitted { predicted, calibrated };

/// Over the judged verdicts that were predicted, or those used to calibrate.
[[nodiscard]] ErrorSummary summarize(const std::vector<Verdict>& verdicts, Fitted which);

}  // namespace tritsim
