// SPDX-License-Identifier: Apache-2.0
#include "sim/result/part_verdict.hpp"

#include <algorithm>
#include <cmath>

namespace tritsim {
namespace {

std::optional<double> error_of(std::optional<double> synthesised, double law) {
  if (!synthesised || *synthesised < PartVerdict::few) return {};
  return (law - *synthesised) / *synthesised;
}

/// The largest of the first `share` of sorted values.
double quantile(const std::vector<double>& sorted, double share) {
  const double place = std::ceil(share * static_cast<double>(sorted.size())) - 1;
  return sorted[static_cast<std::size_t>(std::max(place, 0.0))];
}

}  // namespace

std::optional<double> PartVerdict::cell_error() const {
  return error_of(point.figures.luts, cells.value);
}

std::optional<double> PartVerdict::register_error() const {
  return error_of(point.figures.registers, registers.value);
}

std::vector<PartVerdict> judge(const SynthesisFile& file) {
  std::vector<PartVerdict> verdicts;
  for (const SynthesisPoint& p : file.points) {
    const PartCounts counts = counts_of(p.part, p.parameters);
    verdicts.push_back(
        {p, file.obtained, counts, cells_of(counts, file.area), registers_of(counts, file.area)});
  }
  return verdicts;
}

PartErrors errors_of(const std::vector<PartVerdict>& verdicts, PartError error) {
  std::vector<double> all;
  for (const PartVerdict& v : verdicts) {
    if (const auto e = (v.*error)()) all.push_back(std::abs(*e));
  }
  if (all.empty()) return {};
  std::sort(all.begin(), all.end());
  return {all.size(), quantile(all, 0.5), quantile(all, 0.9), all.back()};
}

}  // namespace tritsim
