// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

// Looks of the HTML pages.
namespace tritsim {

/// Style sheet: light and dark by the reader's preference, light on paper. Palette: Okabe and Ito,
/// told apart by readers with any common colour vision.
extern const std::string_view page_style;

/// Hatching that the charts refer to.
extern const std::string_view svg_patterns;

}  // namespace tritsim
