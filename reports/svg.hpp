// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/chart.hpp"
#include "reports/number.hpp"

// Pieces that the charts share. Lengths are in the picture's own units, about a pixel each.
namespace tritsim::svg {

inline constexpr double width = 760;  ///< of every picture
inline constexpr double row = 18;     ///< of a line of text

/// Where text stands relative to its position.
enum class Anchor { start, middle, end };

[[nodiscard]] std::string text(double x, double y, std::string_view text,
                               Anchor anchor = Anchor::start, std::string_view css = "");
[[nodiscard]] std::string line(double x1, double y1, double x2, double y2, std::string_view css);

/// A rectangle in a palette colour; `tip` shows while the pointer rests on it.
[[nodiscard]] std::string box(double x, double y, double w, double h, const Series& series,
                              std::string_view tip);

/// Rough width of text in the picture's font.
[[nodiscard]] double text_length(std::string_view text);

/// Round positions (1, 2 or 5 times a power of ten) from zero up to the first one at or above
/// `top`.
[[nodiscard]] std::vector<double> ticks(double top, int about = 7);

/// The picture in its figure element: title, picture with a text for those who do not see it,
/// note.
[[nodiscard]] std::string figure(const ChartText& about, std::string_view described, double height,
                                 std::string_view drawing);

/// Colour boxes with names; `height` grows by the lines that they take.
[[nodiscard]] std::string legend(const std::vector<Series>& series, double y, double& height);

}  // namespace tritsim::svg
