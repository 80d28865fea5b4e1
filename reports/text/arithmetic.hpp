// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/result/result.hpp"

namespace tritsim {

/// What the matrix units of a run do, in words: a unit for ternary weights adds, one for others
/// multiplies.
struct Arithmetic {
  const char* operations;  ///< "ternary additions"
  const char* brief;       ///< the same where there is little room: "additions"
  const char* units;       ///< what does one operation per cycle: "adders"
  const char* rate;        ///< unit of a rate: "add/s"
};

/// Chosen by what was counted; for a run without counts by what its cores have.
[[nodiscard]] Arithmetic arithmetic_of(const Result& result);

}  // namespace tritsim
