// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/energy/energy_term_law.hpp"

// How far the times of a run may be off: the run again, with each latency and rate that has a range
// at the ends of its range.
namespace tritsim {

/// What one coefficient alone does to a figure; of `time_ranges`: to the time of a token step (of a
/// program: of the run).
struct FigureMovement {
  std::string coefficient;  ///< its key, from the board, processor or memory
  double at_low = 1;        ///< figure with the coefficient at its low end, over that at its value
  double at_high = 1;
  std::string source;
  Confidence confidence = Confidence::assumed;
  std::string common_source{};  ///< see Coefficient

  bool operator==(const FigureMovement&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("coefficient", coefficient, "key of the coefficient, from the board");
    io.required("at_low", at_low, "figure with it at its low end over that at its value",
                between(0, 1e6));
    io.required("at_high", at_high, "figure with it at its high end over that at its value",
                between(0, 1e6));
    io.required("source", source, "where the coefficient comes from");
    io.required("confidence", confidence, "how the coefficient was obtained");
    io.optional("common_source", common_source, "coefficients of one source move together");
  }
};

/// The movements as factors of a figure, whose value is 1.
[[nodiscard]] std::vector<EnergyFactor> factors_of(const std::vector<FigureMovement>& movements);

/// The coefficients that move the time of a run, those that move it most first.
struct TimeRanges {
  std::vector<FigureMovement> movements;
  std::uint32_t steps = 0;              ///< token steps of each run
  std::uint32_t context = 0;            ///< positions in the cache before them
  std::optional<std::uint32_t> layers;  ///< blocks that were simulated, if not all

  bool operator==(const TimeRanges&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("movements", movements, "what each coefficient does to the time");
    io.required("steps", steps, "token steps that were run again");
    io.optional("context", context, "positions in the cache before these steps");
    io.optional("layers", layers, "blocks that were simulated, if not all", any_count);
  }

  /// The factors by which the time of the run, 1, varies.
  [[nodiscard]] std::vector<EnergyFactor> factors() const { return factors_of(movements); }

  /// The range of the time of the run over its value, by the law of energy_range().
  [[nodiscard]] Range<double> range() const { return range_of(factors()); }
};

}  // namespace tritsim
