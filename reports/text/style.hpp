// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace tritsim {

/// A colour of the pages: its CSS variable, its values on light and on dark ground.
struct Shade {
  std::string_view name;
  std::string_view light;
  std::string_view dark;
};

/// Twelve colours for series (after Okabe and Ito, distinct for all kinds of colour vision and in
/// lightness), then those of text and lines. Light values are all different: a page uses them to
/// find the variable for a colour of a specification.
inline constexpr std::array<Shade, 17> palette{{
    {"c1", "#0072b2", "#2f93d1"},
    {"c2", "#e69f00", "#e69f00"},
    {"c3", "#56b4e9", "#8fd0f7"},
    {"c4", "#d55e00", "#d55e00"},
    {"c5", "#009e73", "#00a87a"},
    {"c6", "#cc79a7", "#cc79a7"},
    {"c7", "#f0e442", "#f0e442"},
    {"c8", "#9aa1ab", "#7d8590"},
    {"c9", "#882255", "#a94479"},
    {"c10", "#b8a97a", "#b8a97a"},
    {"c11", "#117733", "#2f9950"},
    {"c12", "#332288", "#8378d6"},
    {"ink", "#1a1d21", "#e8eaed"},
    {"soft", "#5a626c", "#a3abb5"},
    {"line", "#d9dde3", "#373d45"},
    {"card", "#fefefe", "#1d2126"},
    {"band", "#c9d6e2", "#33475a"},
}};

/// The style sheet of the HTML reports: light or dark by the reader's setting, light on paper.
[[nodiscard]] std::string page_style();

}  // namespace tritsim
