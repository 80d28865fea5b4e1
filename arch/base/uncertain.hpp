// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "arch/base/coefficient.hpp"

namespace tritsim {

/// How far a plain number of a description may be off: a clock, a depth, a width. Coefficients
/// have ranges of their own. Times and rates are simulated with the number at either end
/// (sim/run/time_ranges.hpp).
struct Uncertain {
  std::string key;  ///< of the number, dotted, from the description that lists it
  std::string low;  ///< written as the key's value is
  std::string high;
  std::string source;
  Confidence confidence = Confidence::assumed;
  std::string common_source{};  ///< entries that name the same one are wrong together

  bool operator==(const Uncertain&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("key", key, "key of the number, from this description on, e.g. dram.clock");
    io.required("low", low, "lower end of the plausible range, written as the key's value");
    io.required("high", high, "upper end, likewise");
    io.required("source", source, "why it may be off, and by how much");
    io.required("confidence", confidence, "how the ends were obtained");
    io.optional("common_source", common_source,
                "name of what other entries rest on too: all of them go to the ends of their "
                "ranges together");
  }
};

using UncertainNumbers = std::vector<Uncertain>;

/// Descriptions that list numbers of theirs.
template <class T>
concept ListsUncertain = requires(T t) {
  { t.uncertain } -> std::same_as<UncertainNumbers&>;
};

/// What the key `uncertain` says in every description that has it.
inline constexpr const char* uncertain_doc =
    "plain numbers of this description that may be off: ranges of times and rates are simulated "
    "with each at its ends";

}  // namespace tritsim
