// SPDX-License-Identifier: Apache-2.0
#include "arch/core/mac_unit.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tritsim {

void MacSpec::check(Checker& c) const {
  check_fifo(c);
  const std::vector<std::string> names = names_of<NumberFormat>();
  if (formats.empty()) {
    c.fail("formats", "is empty",
           fmt::format("describe at least one of: {}", fmt::join(names, ", ")));
  }
  for (const auto& [key, spec] : formats) {
    if (std::find(names.begin(), names.end(), key) != names.end()) continue;
    c.fail("formats." + key, fmt::format("'{}' is not a format of weights", key),
           suggestion(key, names, "the formats are"));
  }
  if (preloads && form != MacForm::systolic) {
    c.fail("preloads", "needs form: systolic", "leave it out, a vector array takes weights anew");
  }
}

}  // namespace tritsim
