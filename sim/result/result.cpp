// SPDX-License-Identifier: Apache-2.0
#include "sim/result/result.hpp"

namespace tritsim {

std::string Result::board_label() const {
  return board.name + override_suffix(overrides, workload.context);
}

double Result::tokens() const {
  return double{1} * workload.batch * (tokens_at_once > 1 ? workload.prompt : steps);
}

Frequency Result::tokens_per_second() const {
  return elapsed > Time{} ? tokens() / elapsed : Frequency{};
}

}  // namespace tritsim
