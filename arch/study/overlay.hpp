// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/base/coefficient.hpp"

namespace tritsim {

struct Override;

/// Another figure for one coefficient. Its texts stand in for those at the path and are checked as
/// those would be.
struct OverlayCoefficient {
  std::string path;  ///< from the board, e.g. device.family.logic_cell
  std::string value;
  std::string low;
  std::string high;
  std::string source;
  Confidence confidence = Confidence::calibrated;

  bool operator==(const OverlayCoefficient&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("path", path, "the coefficient, e.g. device.family.logic_cell");
    io.required("value", value, "typical value, with its unit");
    io.required("low", low, "lower end of its range");
    io.required("high", high, "upper end of its range");
    io.required("source", source, "what it was fitted to");
    io.optional("confidence", confidence, "how the figure was obtained");
  }
};

/// Coefficients that replace those of a board: what `tritsim calibrate` writes and `--overlay`
/// takes.
struct OverlayFile {
  static constexpr std::string_view kind = "overlay";

  std::string source;
  std::vector<OverlayCoefficient> coefficients;

  bool operator==(const OverlayFile&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("source", source, "the fit");
    io.required("coefficients", coefficients, "coefficients and their new figures");
  }

  void check(Checker& c) const {
    for (std::size_t i = 0; i < coefficients.size(); ++i) {
      for (std::size_t k = 0; k < i; ++k) {
        if (coefficients[k].path == coefficients[i].path) {
          c.fail("coefficients." + std::to_string(i) + ".path", "is given twice", "remove one");
        }
      }
    }
  }
};

/// The texts of an overlay as they stand in for those of a board; `file` is named in messages.
[[nodiscard]] std::vector<Override> overrides_of(const OverlayFile& overlay,
                                                 const std::string& file);

}  // namespace tritsim
