// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "arch/study/measurement.hpp"

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
  std::string hardware{};  ///< hardware whose errors are summarised together: "U250"
  std::string kernel{};    ///< kind of kernel, if the figure is of one kernel: "product"
  bool of_area = false;    ///< its law has a range of its own, whatever is asked for
  double low = 0;          ///< ends of the simulated figure's range; `simulated` if it has none
  double high = 0;

  /// (simulated - measured) / measured
  [[nodiscard]] double error() const { return (simulated - measured) / measured; }

  /// Projected figures are shown and never judged.
  [[nodiscard]] bool judged() const { return obtained != Obtained::projected; }

  [[nodiscard]] bool ok() const;

  /// Whether any coefficient of the simulated figure has a range that moves it.
  [[nodiscard]] bool has_range() const { return low < high; }

  /// Whether the measured figure lies inside the range, to a part in 10^6.
  [[nodiscard]] bool is_covered() const;
};

/// How many measured figures lie inside the ranges of the simulated ones. A range that covers fewer
/// than nine of ten is too narrow, or the model is off by more than its coefficients explain.
struct Coverage {
  std::size_t figures = 0;  ///< with a range
  std::size_t covered = 0;
  std::size_t without = 0;  ///< figures without a range
};

/// Over the judged verdicts.
[[nodiscard]] Coverage coverage_of(const std::vector<Verdict>& verdicts);

/// Absolute relative errors of a set of verdicts.
struct ErrorSummary {
  std::size_t count = 0;
  double mean = 0;
  double median = 0;
  double worst = 0;
};

/// Of errors, relative and signed.
[[nodiscard]] ErrorSummary summarize(std::vector<double> errors);

/// Figures of one quantity of one piece of hardware. An error that they share is a bias of the
/// model; one that differs from figure to figure is not.
struct ErrorGroup {
  std::string hardware;
  std::string quantity;
  std::vector<Verdict> verdicts;  ///< judged ones, at least one

  /// Mean error, signed.
  [[nodiscard]] double bias() const;
  /// Standard deviation of the errors around the bias; 0 of a single figure.
  [[nodiscard]] double spread() const;
  /// True if several figures are off to one side, by more than twice their spread and by 1 % or
  /// more.
  [[nodiscard]] bool is_biased() const;
};

/// The judged verdicts by hardware and quantity, in the order of their appearance; one piece of
/// hardware has its quantities together.
[[nodiscard]] std::vector<ErrorGroup> by_hardware(const std::vector<Verdict>& verdicts);

enum class Fitted { predicted, calibrated };

/// Over the judged verdicts that were predicted, or those used to calibrate.
[[nodiscard]] ErrorSummary summarize(const std::vector<Verdict>& verdicts, Fitted which);

}  // namespace tritsim
