// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "arch/base/schema.hpp"

namespace tritsim {

/// An override as it was asked for, beside the files: kept with a result and shown wherever the
/// result is, so that two runs that differ by it differ in name.
struct GivenOverride {
  std::string option;  ///< "--set", "--mapping", "--overlay", "--dim", ...; "axis" of a sweep
  std::string value;   ///< "cores.0.lanes=8", the name of a file, a number

  bool operator==(const GivenOverride&) const = default;

  /// "cores.0.lanes=8", "mapping whole.yaml".
  [[nodiscard]] std::string label() const;

  template <class Io>
  void fields(Io& io) {
    io.required("option", option, "option of the command line that gave it");
    io.required("value", value, "what it gave");
  }
};

/// "cores.0.lanes=8, mapping whole.yaml"; empty without overrides.
[[nodiscard]] std::string override_text(const std::vector<GivenOverride>& overrides);

/// Suffix of a name: " (cores.0.lanes=8, mapping whole.yaml)"; empty without overrides. Positions
/// in the cache count as an override.
[[nodiscard]] std::string override_suffix(const std::vector<GivenOverride>& overrides,
                                          std::uint32_t context = 0);

}  // namespace tritsim
