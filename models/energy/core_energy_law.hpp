// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "arch/board/board.hpp"
#include "models/core/core_activity.hpp"
#include "models/energy/energy_term_law.hpp"

namespace tritsim {

/// What the activity of one lane of one kernel stands for.
struct CoreScale {
  double lanes = 1;  ///< of a kernel, with one weight FIFO
  double kernels = 1;
  /// Share of additions of zero, from a trace; none: adders toggle as by the vendor's default.
  std::optional<double> zero_additions{};
};

/// Energy law of the cores of equal kernels: fabric and block RAM.
void price_core(std::vector<EnergyTerm>& out, const CoreSpec& core, const DeviceSpec& device,
                const CoreActivity& a, const CoreScale& scale);

}  // namespace tritsim
