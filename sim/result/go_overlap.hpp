// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/result/kernel_result.hpp"

namespace tritsim {

/// Cycles of a kernel whose other units may work while a GO runs.
struct GoOverlap {
  double go_only = 0;
  double other_only = 0;
  double both = 0;
};

/// From the cycles of GOs, the busy cycles of all other instructions, and their sum, which exceeds
/// the kernel's cycles by what ran at the same time: a GO with one other instruction at most.
[[nodiscard]] inline GoOverlap go_overlap(const KernelResult& k) {
  const auto cycles = static_cast<double>(k.activity.cycles);
  const auto go = static_cast<double>(k.shares[CycleCause::matrix] + k.shares[CycleCause::weights]);
  auto other = static_cast<double>(k.shares[CycleCause::matrix_vectors]);
  for (const CoreUnitRow& row : core_units) {
    const UnitActivity* unit = k.activity.units.find(row.id);
    if (unit != nullptr && row.id != CoreUnit::matrix) {
      other += static_cast<double>(unit->busy_cycles);
    }
  }
  return {cycles - other, cycles - go, go + other - cycles};
}

}  // namespace tritsim
