// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "arch/study/synthesis.hpp"

namespace tritsim {

/// A synthesised part beside the area law.
struct PartVerdict {
  SynthesisPoint point;
  Obtained obtained = Obtained::open_synthesis;
  PartCounts counts;   ///< by the law of its structure
  AreaEstimate cells;  ///< by the area table
  AreaEstimate registers;

  /// (law - synthesised) / synthesised; nothing where it was not reported, or is so small that a
  /// relative error says nothing (`few`).
  [[nodiscard]] std::optional<double> cell_error() const;
  [[nodiscard]] std::optional<double> register_error() const;

  static constexpr double few = 30;  ///< cells or registers
};

/// The points of a file in order.
[[nodiscard]] std::vector<PartVerdict> judge(const SynthesisFile& file);

/// Errors without sign, of those parts that say so.
struct PartErrors {
  std::size_t count = 0;
  double median = 0;
  double nine_in_ten = 0;  ///< nine of ten are at most as large
  double worst = 0;
};

using PartError = std::optional<double> (PartVerdict::*)() const;

[[nodiscard]] PartErrors errors_of(const std::vector<PartVerdict>& verdicts, PartError error);

}  // namespace tritsim
