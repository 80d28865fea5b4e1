// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "sim/cli.hpp"

namespace tritsim {

std::vector<Override> parse_overrides(const std::vector<std::string>& set) {
  std::vector<Override> overrides;
  for (const std::string& text : set) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw ConfigError(fmt::format("--set {}: write it as --set path.to.key=value", text));
    }
    overrides.push_back({text.substr(0, equals), text.substr(equals + 1)});
  }
  return overrides;
}

}  // namespace tritsim
