// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

// Figures in words, by the keys of arch/study/metric_key.hpp and the columns made of them.
namespace tritsim {

struct MetricName {
  std::string name;  ///< e.g. "energy per token, high end"
  std::string unit;  ///< e.g. "J"; empty for rates of things that are counted
};

/// What "energy_per_token_j_high" is called.
[[nodiscard]] MetricName metric_name(const std::string& metric);

/// Whether more of it is better; nothing where neither end is.
[[nodiscard]] std::optional<bool> more_is_better(const std::string& metric);

}  // namespace tritsim
