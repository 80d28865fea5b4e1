// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "arch/overlay.hpp"
#include "sim/cli.hpp"

namespace tritsim {

std::vector<Override> parse_overrides(const std::vector<std::string>& set,
                                      const std::vector<std::string>& overlays) {
  std::vector<Override> overrides;
  for (const std::string& text : set) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw ConfigError(fmt::format("--set {}: write it as --set path.to.key=value", text));
    }
    overrides.push_back({text.substr(0, equals), text.substr(equals + 1)});
  }
  for (const std::string& file : overlays) {
    for (Override& o : overrides_of(load<OverlayFile>(file), file)) {
      overrides.push_back(std::move(o));
    }
  }
  return overrides;
}

}  // namespace tritsim
