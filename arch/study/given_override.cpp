// SPDX-License-Identifier: Apache-2.0
#include "arch/study/given_override.hpp"

#include <fmt/format.h>

namespace tritsim {

std::string GivenOverride::label() const {
  if (option == "--set" || option == "axis") return value;
  return fmt::format("{} {}", option.substr(option.find_first_not_of('-')), value);
}

std::string override_text(const std::vector<GivenOverride>& overrides) {
  std::vector<std::string> labels;
  for (const GivenOverride& o : overrides) labels.push_back(o.label());
  return fmt::format("{}", fmt::join(labels, ", "));
}

std::string override_suffix(const std::vector<GivenOverride>& overrides, std::uint32_t context) {
  std::vector<std::string> texts;
  if (!overrides.empty()) texts.push_back(override_text(overrides));
  if (context > 0) texts.push_back(fmt::format("context {}", context));
  return texts.empty() ? "" : fmt::format(" ({})", fmt::join(texts, ", "));
}

}  // namespace tritsim
