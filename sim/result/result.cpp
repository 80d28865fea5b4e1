// SPDX-License-Identifier: Apache-2.0
#include "sim/result/result.hpp"

namespace tritsim {

double Result::tokens() const {
  return static_cast<double>(workload.batch) * static_cast<double>(steps);
}

Frequency Result::tokens_per_second() const {
  return elapsed > Time{} ? tokens() / elapsed : Frequency{};
}

}  // namespace tritsim
