// SPDX-License-Identifier: Apache-2.0
#include "sim/result/result.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tritsim {

std::string memory_part(const std::string& group, std::uint32_t channel) {
  return fmt::format("memory_{}_{}", group, channel);
}

std::string kernel_part(const std::string& kernel) {
  return "kernel_" + kernel;
}

std::vector<std::string> Result::without_energy() const {
  std::vector<std::string> names;
  for (const OwnPart& p : own_parts) {
    if (!p.reports) names.push_back(p.name);
  }
  return names;
}

bool Result::is_without_energy(const std::string& part) const {
  return std::any_of(own_parts.begin(), own_parts.end(),
                     [&](const OwnPart& p) { return !p.reports && p.name == part; });
}

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
