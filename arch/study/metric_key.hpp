// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The figures of the tool by their keys: one key for one figure, in the JSON and CSV of every
// command, the database of a sweep and its objectives.
namespace tritsim {

/// Which end of a figure a designer wants.
enum class Better : std::uint8_t { neither, less, more };

/// How a figure is written.
enum class Form : std::uint8_t {
  number,
  range,  ///< JSON: {low, value, high}; a column: KEY, KEY_low, KEY_high
  word,
};

/// Which commands have a figure, as bits.
enum MetricOf : std::uint8_t {
  of_board = 1,       ///< `run` on a board
  of_processor = 2,   ///< `run` on a processor
  of_sweep = 4,       ///< a column of a sweep's results
  of_comparison = 8,  ///< `compare`
  of_memory = 16,     ///< `memory`
};

struct MetricKey {
  std::string_view key;   ///< ends in its unit: _s, _w, _j, _bytes, _per_s
  std::string_view name;  ///< in words, e.g. "energy per token"
  std::string_view unit;  ///< e.g. "J"; empty for counts, shares and rates of counts
  Form form;
  Better better;
  unsigned of;  ///< bits of MetricOf
  std::string_view meaning;
};

/// All of them.
[[nodiscard]] std::span<const MetricKey> metric_keys();

/// The one with this key, or nullptr.
[[nodiscard]] const MetricKey* find_metric_key(std::string_view key);

/// Columns of a sweep's results, in order: a figure with a range is three, KEY, KEY_low, KEY_high.
[[nodiscard]] const std::vector<std::string>& sweep_metrics();

/// Whether a column of a sweep holds words.
[[nodiscard]] bool is_word(std::string_view column);

/// A table of all keys, Markdown.
[[nodiscard]] std::string metric_reference();

}  // namespace tritsim
