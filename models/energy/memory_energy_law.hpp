// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "arch/hardware/memory.hpp"
#include "models/base/activity.hpp"
#include "models/energy/energy_term_law.hpp"

namespace tritsim {

/// Memories that are alike and did the same.
struct MemoryUse {
  const MemorySpec& memory;
  const MemoryActivity& activity;  ///< of one, all its channels that share addresses
  Time elapsed;
  double channels = 1;  ///< how many there are
};

/// Energy law of DRAM channels, from supply currents (Micron TN-40-07), per rail and device:
///   activate + precharge: (IDD0 tRC - IDD3N tRAS - IDD2N (tRC - tRAS)) V
///   read, write burst:    (IDD4 - IDD3N) V BL/2 tCK
///   refresh:              (IDD5B - IDD3N) V tRFC; of one bank (IDD5PB - IDD3N) V tRFCpb
///   standby:              IDD3N V while a row is open, IDD2N V otherwise
/// with the clocks of the measured currents; and per byte: toggling data, pins and termination.
void price_memory(std::vector<EnergyTerm>& terms, const std::string& name, const MemoryUse& use);

/// Activity of an unused channel: it refreshes.
[[nodiscard]] MemoryActivity idle_activity(const MemorySpec& memory, Time elapsed);

}  // namespace tritsim
