// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

// Pieces of a picture that stands for itself, without a page. Lengths are in its own units, about a
// pixel each.
namespace tritsim::svg {

inline constexpr double width = 760;  ///< of every picture

/// Where text stands relative to its position.
enum class Anchor { start, middle, end };

[[nodiscard]] std::string text(double x, double y, std::string_view text,
                               Anchor anchor = Anchor::start, std::string_view css = "");
[[nodiscard]] std::string line(double x1, double y1, double x2, double y2, std::string_view css);

/// Rough width of text in the picture's font.
[[nodiscard]] double text_length(std::string_view text);

/// Round positions (1, 2 or 5 times a power of ten) from zero up to the first one at or above
/// `top`.
[[nodiscard]] std::vector<double> ticks(double top, int about = 7);

}  // namespace tritsim::svg
