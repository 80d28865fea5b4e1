// SPDX-License-Identifier: Apache-2.0
#include "reports/text/metric_name.hpp"

#include <string_view>
#include <utility>

#include "arch/study/metric_key.hpp"

namespace tritsim {
namespace {

/// The key of a figure and the words for the end of its range that is meant.
std::pair<const MetricKey*, std::string> parts_of(const std::string& metric) {
  if (const MetricKey* whole = find_metric_key(metric)) return {whole, ""};
  for (const auto& [suffix, end] :
       {std::pair<std::string_view, const char*>{"_low", ", low end"}, {"_high", ", high end"}}) {
    if (!metric.ends_with(suffix)) continue;
    return {find_metric_key(metric.substr(0, metric.size() - suffix.size())), end};
  }
  return {};
}

}  // namespace

MetricName metric_name(const std::string& metric) {
  const auto& [key, end] = parts_of(metric);
  if (key == nullptr) return {metric, ""};
  return {std::string(key->name) + end, std::string(key->unit)};
}

std::optional<bool> more_is_better(const std::string& metric) {
  const MetricKey* key = parts_of(metric).first;
  if (key == nullptr || key->better == Better::neither) return {};
  return key->better == Better::more;
}

}  // namespace tritsim
