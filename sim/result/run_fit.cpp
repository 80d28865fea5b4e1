// SPDX-License-Identifier: Apache-2.0
#include "sim/result/run_fit.hpp"

namespace tritsim {

FitVerdict fit_of(const Result& result) {
  FitVerdict fit = device_fit(result.board);
  fit.resources.insert(fit.resources.end(), result.capacity.begin(), result.capacity.end());
  return fit;
}

}  // namespace tritsim
