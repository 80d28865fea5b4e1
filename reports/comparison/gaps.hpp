// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "reports/comparison/comparison.hpp"

namespace tritsim {

/// The steps from time and energy of the first run's job to those of run `i`: as charts, or step by
/// step in tables. None where the two jobs are not compared.
[[nodiscard]] std::optional<Section> gap_section(const std::vector<ComparedRun>& runs,
                                                 std::size_t i, bool pictures);

}  // namespace tritsim
