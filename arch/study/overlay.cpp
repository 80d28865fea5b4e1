// SPDX-License-Identifier: Apache-2.0
#include "arch/study/overlay.hpp"

#include "arch/base/reader.hpp"

namespace tritsim {

std::vector<Override> overrides_of(const OverlayFile& overlay, const std::string& file) {
  std::vector<Override> all;
  for (const OverlayCoefficient& c : overlay.coefficients) {
    const auto add = [&](const char* key, const std::string& text) {
      Override o{c.path + "." + key, text};
      o.origin = file + ": " + o.path;
      all.push_back(std::move(o));
    };
    add("value", c.value);
    add("low", c.low);
    add("high", c.high);
    add("source", c.source);
    add("confidence", std::string(name_of(c.confidence)));
    add("common_source", "");  // a fit of its own: no longer wrong with the others
  }
  return all;
}

}  // namespace tritsim
