// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "reports/chart/chart.hpp"
#include "reports/text/number.hpp"

// What the specifications share. Lengths are pixels of a picture.
namespace tritsim::vega {

using Json = nlohmann::ordered_json;

/// Of a picture, and how much of that names of rows may take.
[[nodiscard]] inline double width_of(const ChartText& text) {
  return text.compact ? 390 : 760;
}

[[nodiscard]] inline double label_limit(const ChartText& text) {
  return text.compact ? 170 : 290;
}

/// Colours of the paper version; a page puts those of the reader's theme in their place.
[[nodiscard]] std::string colour(int number);
[[nodiscard]] std::string ink();
[[nodiscard]] std::string soft();
/// Black or white, whichever reads better on the colour.
[[nodiscard]] std::string ink_on(int number);

/// Schema, size and style; each chart adds data and layers.
[[nodiscard]] Json base(const ChartText& text);

/// An axis whose values are divided by the power of 1000 that suits the largest.
class Scaled {
 public:
  Scaled(double largest, std::string_view unit)
      : prefix_(prefix_for(largest)), title_(std::string(prefix_.text) + std::string(unit)) {}

  /// Six digits, because specifications are also read by people. Values that are not finite have no
  /// length.
  [[nodiscard]] double operator()(double value) const;

  [[nodiscard]] const std::string& title() const { return title_; }

 private:
  Prefix prefix_;
  std::string title_;
};

/// `value` to six significant digits; 0 for what is not finite.
[[nodiscard]] double rounded(double value);

/// Rough width of text in the picture's font.
[[nodiscard]] double text_length(std::string_view text);

/// The colour channel of the field "series"; without a legend if there is but one.
[[nodiscard]] Json series_colour(const std::vector<Series>& series);

/// Names of rows on the left, in the order of the data.
[[nodiscard]] Json row_axis(std::string_view field);

/// A quantitative axis from `low` to `high`.
[[nodiscard]] Json value_axis(std::string_view field, const std::string& title, double low,
                              double high);

/// A logarithmic axis whose ticks have the prefixes of the SI.
[[nodiscard]] Json log_axis(std::string_view field, const std::string& title, double low,
                            double high);

/// Height of a horizontal bar, and of it with the gap to the next.
[[nodiscard]] inline double bar_height(const ChartText& text) {
  return text.compact ? 15 : 20;
}

[[nodiscard]] inline double row_step(const ChartText& text) {
  return text.compact ? 23 : 30;
}

}  // namespace tritsim::vega
