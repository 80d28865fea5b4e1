// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "arch/base/document.hpp"
#include "sim/result/result.hpp"
#include "sim/result/verdict.hpp"
#include "sim/study/calibrate.hpp"
#include "sim/study/fit_processors.hpp"

// Least squares of relative errors over coefficients: what calibrate and leave_one_out share.
namespace tritsim {

/// The quantity of a coefficient; no units for a plain number.
struct Dimension {
  std::string_view unit;
  std::span<const Unit> units;
};

/// A coefficient with its range, in SI units.
struct FitCoefficient {
  std::string path;
  Dimension dimension;
  double low = 0;
  double value = 0;
  double high = 0;

  [[nodiscard]] double at(double share) const;

  [[nodiscard]] double share() const { return (value - low) / (high - low); }

  [[nodiscard]] bool same_figures(const FitCoefficient& other) const;
};

/// A parameter of a fit, as a share of its range: a coefficient, together with those of a common
/// source.
struct FitParameter : FitCoefficient {
  std::vector<FitCoefficient> together;

  /// Needs another run: nothing else has a time for a coefficient.
  [[nodiscard]] bool is_timing() const { return dimension.unit == "s"; }
};

using Parameters = std::vector<FitParameter>;
using FitMatrix = std::vector<std::vector<double>>;

/// One case as a function of the parameters. Energies and powers price a stored run anew; times and
/// numbers of the hardware need another run.
class FitCase {
 public:
  /// With a board, a memory's figure counts as one of the board that has this memory.
  /// `processors` are those of all cases of the fit.
  FitCase(const CalibrationCase& c, FitProcessors& processors, const BoardSpec* board = nullptr);

  [[nodiscard]] const CalibrationCase& what() const { return case_; }

  /// The coefficient at a path; throws ConfigError if there is none.
  [[nodiscard]] FitCoefficient coefficient(const std::string& path) const;

  /// The coefficients that say they are calibrated, those of one common source as one parameter.
  [[nodiscard]] Parameters calibrated() const;

  /// Measured and simulated, each parameter at its share.
  [[nodiscard]] Verdict judge(const Parameters& parameters,
                              const std::vector<double>& shares) const;

  /// Relative error.
  [[nodiscard]] double error(const Parameters& parameters,
                             const std::vector<double>& shares) const {
    return judge(parameters, shares).error();
  }

  /// Whether its times come in whole clocks of a memory.
  [[nodiscard]] bool in_whole_clocks() const { return !case_.measurement.processor; }

 private:
  CalibrationCase case_;
  std::shared_ptr<const Node> node_;  ///< what the case is about, as keys
  std::shared_ptr<FitProcessor> processor_;
  std::optional<std::size_t> place_;  ///< of the memory on its board
  std::optional<Result> run_;
};

using FitCases = std::vector<const FitCase*>;

/// Where each parameter stands in its range before a fit.
[[nodiscard]] std::vector<double> shares_of(const Parameters& parameters);

[[nodiscard]] std::vector<double> errors_at(const FitCases& cases, const Parameters& parameters,
                                            const std::vector<double>& shares);

/// Derivatives of the errors by the `free` parameters, each counted in widths of its range.
[[nodiscard]] FitMatrix jacobian(const FitCases& cases, const Parameters& parameters,
                                 const std::vector<std::size_t>& free, std::vector<double> shares,
                                 const std::vector<double>& errors);

/// How well cases determine parameters.
struct Determination {
  std::string refusal;  ///< why they do not; empty if they do
  std::string remedy;
  std::vector<double> uncertainty;  ///< of each free share, for errors of 1
  double strongest_pair = 0;        ///< largest correlation of two of them
};

[[nodiscard]] Determination determination_at(const FitCases& cases, const Parameters& parameters,
                                             const std::vector<std::size_t>& free,
                                             const std::vector<double>& shares,
                                             const std::vector<double>& errors);

/// The shares with those of the `free` parameters where they fit best, the others as they are.
[[nodiscard]] std::vector<double> fit(const FitCases& cases, const Parameters& parameters,
                                      const std::vector<std::size_t>& free,
                                      std::vector<double> shares);

/// 0, 1, ... n - 1.
[[nodiscard]] std::vector<std::size_t> indices_of(const Parameters& parameters);

}  // namespace tritsim
