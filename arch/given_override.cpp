// SPDX-License-Identifier: Apache-2.0
#include "arch/given_override.hpp"

#include <fmt/format.h>

namespace tritsim {

std::string GivenOverride::label() const {
  if (option == "--set" || option == "axis") return value;
  return fmt::format("{} {}", option.substr(option.find_first_not_of('-')), value);
}

std::string override_suffix(const std::vector<GivenOverride>& overrides, std::uint32_t context) {
  std::vector<std::string> labels;
  for (const GivenOverride& o : overrides) labels.push_back(o.label());
  if (context > 0) labels.push_back(fmt::format("context {}", context));
  return labels.empty() ? "" : fmt::format(" ({})", fmt::join(labels, ", "));
}

}  // namespace tritsim
