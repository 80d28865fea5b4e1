// SPDX-License-Identifier: Apache-2.0
#include "sim/result/time_ranges.hpp"

namespace tritsim {

std::vector<EnergyFactor> factors_of(const std::vector<FigureMovement>& movements) {
  std::vector<EnergyFactor> all;
  all.reserve(movements.size());
  for (const FigureMovement& m : movements) {
    all.push_back(
        {m.coefficient, {m.at_low, 1, m.at_high}, m.source, m.confidence, m.common_source, true});
  }
  return all;
}

}  // namespace tritsim
