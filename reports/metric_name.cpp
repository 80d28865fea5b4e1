// SPDX-License-Identifier: Apache-2.0
#include "reports/metric_name.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace tritsim {

MetricName metric_name(const std::string& metric) {
  std::string name = metric;
  std::string end;
  for (const std::string_view suffix : {"_low", "_high"}) {
    if (!name.ends_with(suffix)) continue;
    end = suffix == "_low" ? ", low end" : ", high end";
    name.resize(name.size() - suffix.size());
  }
  std::string unit;
  if (name.ends_with("bytes_per_s")) {
    unit = "B/s";
    name.resize(name.size() - std::string_view("_bytes_per_s").size());
  } else if (const auto rate = name.find("_per_s");
             rate != std::string::npos &&
             (rate + 6 == name.size() || name.compare(rate + 6, 5, "_per_") == 0)) {
    name.insert(rate + 6, "econd");
  } else {
    for (const auto& [suffix, symbol] : {std::pair{"_s", "s"}, {"_w", "W"}, {"_j", "J"}}) {
      if (!name.ends_with(suffix)) continue;
      unit = symbol;
      name.resize(name.size() - 2);
      break;
    }
  }
  std::replace(name.begin(), name.end(), '_', ' ');
  return {name + end, unit};
}

std::optional<bool> more_is_better(const std::string& metric) {
  const auto begins = [&](std::string_view text) { return metric.starts_with(text); };
  if (begins("tokens_per_s") || begins("useful_") || begins("attained_")) return true;
  if (begins("time_") || begins("elapsed_") || begins("power_") || begins("static_power_") ||
      begins("energy_") || begins("logic_cells") || begins("multipliers") ||
      begins("memory_blocks") || begins("device_share")) {
    return false;
  }
  return {};
}

}  // namespace tritsim
